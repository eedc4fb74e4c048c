// SPDX-License-Identifier: Apache-2.0
// Whole networks: the golden model of the quantised file against the float evaluator.
#include "generator/quantise/quantise.h"

#include <algorithm>

#include "generator/network/import_network.h"
#include "tests/generator/quantise/support.h"
#include "verif/golden/golden.h"
#include "verif/golden/images.h"

namespace sluice::quantise::test {
namespace {

std::string drawn_constant(OnnxModel& model, const Dims& dims, unsigned seed, float deviation) {
  return model.tensor<float>(dims, normal(count_of(dims), seed, deviation));
}

/// Two residual blocks with normalisation, poolings and a dense layer.
OnnxModel residual_network() {
  OnnxModel model(kFloat, {1, 3, 12, 12});
  unsigned seed = 1;
  const auto convolution = [&](const std::string& x, std::int64_t ins, std::int64_t outs) {
    const float deviation = std::sqrt(2.0F / (9.0F * float(ins)));
    const std::string weights = drawn_constant(model, {outs, ins, 3, 3}, seed++, deviation);
    const std::string y = model.node("Conv", {x, weights}, "conv" + std::to_string(seed));
    model.set("pads", {1, 1, 1, 1});
    const std::string scale = drawn_constant(model, {outs}, seed++, 1);
    const std::string offset = drawn_constant(model, {outs}, seed++, 0.3F);
    const std::string mean = drawn_constant(model, {outs}, seed++, 0.1F);
    return model.node(
        "BatchNormalization",
        {y, scale, offset, mean, model.tensor<float>({outs}, std::vector<float>(outs, 0.7F))});
  };
  std::string x = model.node("Relu", {convolution("input", 3, 8)});
  x = model.node("MaxPool", {x});
  model.set("kernel_shape", {2, 2}).set("strides", {2, 2});
  const std::string y = convolution(model.node("Relu", {convolution(x, 8, 8)}), 8, 8);
  x = model.node("Relu", {model.node("Add", {x, y}, "sum")});
  x = model.node("Flatten", {model.node("GlobalAveragePool", {x}, "mean")});
  const std::string weights = drawn_constant(model, {8, 5}, 90, 1);
  model.output(model.node("Gemm", {x, weights, drawn_constant(model, {5}, 91, 1)}, "dense"));
  return model;
}

Images drawn_images(const Dims& dims, std::size_t count) {
  return {count, [dims](std::size_t i) { return drawn(dims, 100 + static_cast<unsigned>(i)); }};
}

/// An image as the golden model takes it.
data::ImageSet image_set(const Tensor& image) {
  data::ImageSet set;
  set.count = 1;
  set.channels = int(image.dims[1]);
  set.height = int(image.dims[2]);
  set.width = int(image.dims[3]);
  set.kind = data::ImageKind::kReals;
  const std::size_t area = std::size_t(set.height) * set.width;
  for (std::size_t p = 0; p < area; ++p)
    for (int c = 0; c < set.channels; ++c) set.reals.push_back(image.reals[c * area + p]);
  return set;
}

/// The result of the golden model, as real numbers.
std::vector<double> golden_result(const net::Network& network, const Tensor& image) {
  const auto results =
      golden::evaluate(network, golden::input_tensor(network, image_set(image), 0), true);
  std::vector<double> values;
  for (const std::int8_t stored : results.back().output.values)
    values.push_back(
        *network.results[0].sources[0].scale *
        (stored + network.results[0].sources[0].offset - network.results[0].sources[0].zero_point));
  return values;
}

struct Case {
  const char* widths;
  bool is_signed, per_tensor;
  double noise;  ///< at most, over the largest value
};

std::size_t largest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

TEST_CASE("Quantise.TheGoldenModelOfTheResultGivesWhatTheFloatNetworkGives") {
  const TemporaryFile source("float.onnx"), target("net.onnx");
  source.write(residual_network().bytes());
  Quantiser quantiser(source.path());
  const Images images = drawn_images(quantiser.network().input_dims, 20);
  quantiser.calibrate(images);
  const auto [widths, is_signed, per_tensor, noise] = GENERATE(
      Case{"8", false, false, 0.03}, Case{"8", true, false, 0.03}, Case{"8", false, true, 0.05},
      Case{"4", false, false, 0.3}, Case{"*=4x4,conv2=8", true, false, 0.4});
  INFO(widths << " signed " << is_signed << " per tensor " << per_tensor);
  Options options;
  options.widths = Widths::parse(widths);
  options.is_signed = is_signed;
  options.per_tensor = per_tensor;
  const QdqNetwork quantised = quantiser.quantised(options);
  target.write(onnx_file(quantised.network));
  const net::Network network = net::import_network(target.path());
  const Evaluator real(quantiser.network()), codes(quantised.network);
  for (std::size_t i = 0; i < images.count; ++i) {
    const Tensor wanted = real.run(images.image(i)), simulated = codes.run(images.image(i));
    const auto given = golden_result(network, images.image(i));
    REQUIRE(given.size() == wanted.size());
    double most = 0;
    for (const float value : wanted.reals) most = std::max<double>(most, std::abs(value));
    for (std::size_t k = 0; k < given.size(); ++k) {
      CHECK(std::abs(given[k] - wanted.reals[k]) < noise * most);
      // What the table says is of these codes, but for halves and multipliers
      CHECK(std::abs(given[k] - simulated.reals[k]) < 3.01 * *network.results[0].sources[0].scale);
    }
    if (noise > 0.1) continue;
    const std::vector<double> exact(wanted.reals.begin(), wanted.reals.end());
    CHECK(exact[largest(given)] > exact[largest(exact)] - noise * most);
  }
}

TEST_CASE("Quantise.BitsOfLayersAreThoseOfTheImportedNetwork") {
  const TemporaryFile source("float.onnx"), target("net.onnx");
  source.write(residual_network().bytes());
  Quantiser quantiser(source.path());
  quantiser.calibrate(drawn_images(quantiser.network().input_dims, 2));
  Options options;
  options.widths = Widths::parse("*=4x4,conv2=8,dense=4");
  target.write(onnx_file(quantiser.quantised(options).network));
  const net::Network network = net::import_network(target.path());
  std::vector<int> weights, inputs;
  for (const net::Layer& layer : network.layers) {
    if (!layer.traits().has_weights() || layer.groups != 1) continue;
    weights.push_back(layer.weight_bits);
    inputs.push_back(network.maps[layer.input].bits);
  }
  CHECK(weights == std::vector<int>{8, 4, 4, 4});
  CHECK(inputs == std::vector<int>{8, 4, 4, 8});
}

TEST_CASE("Quantise.TheReportHasTheLayersAndWhatTheyLost") {
  const TemporaryFile source("float.onnx");
  source.write(residual_network().bytes());
  Quantiser quantiser(source.path());
  const Images images = drawn_images(quantiser.network().input_dims, 4);
  quantiser.calibrate(images);
  Options options;
  const auto wide = quantiser.report(options, quantiser.quantised(options), images);
  options.widths = Widths::parse("4");
  const auto narrow = quantiser.report(options, quantiser.quantised(options), images);
  std::vector<std::string> names;
  for (const LayerReport& row : wide) names.push_back(row.name);
  CHECK(names == std::vector<std::string>{"conv2", "conv6", "conv10", "sum", "mean", "dense"});
  for (std::size_t k = 0; k < wide.size(); ++k) {
    INFO(wide[k].name);
    CHECK(wide[k].noise.decibels() > 25);
    CHECK(narrow[k].noise.decibels() < wide[k].noise.decibels());
    CHECK(wide[k].clipped < 0.01);
    CHECK(wide[k].weight_bits == (wide[k].name == "sum" || wide[k].name == "mean" ? 0 : 8));
  }
  CHECK(narrow[0].weight_bits == 4);
  CHECK(wide[0].range.low == 0);
}

TEST_CASE("Quantise.ANetworkWithNothingToQuantiseIsRefused") {
  const TemporaryFile source("float.onnx");
  OnnxModel model(kFloat, {1, 4});
  model.output(model.node("Softmax", {"input"}));
  source.write(model.bytes());
  CHECK_THROWS_WITH(Quantiser(source.path()), source.path() +
                                                  ": has no operator that is quantised; "
                                                  "docs/02_use/quantise.md has those");
}

TEST_CASE("Quantise.ImagesThatAreNoNumbersAreRefused") {
  const TemporaryFile source("float.onnx");
  source.write(residual_network().bytes());
  Quantiser quantiser(source.path());
  const Images images{1, [&](std::size_t) {
                        Tensor image = real_tensor(quantiser.network().input_dims);
                        image.reals[7] = HUGE_VALF;
                        return image;
                      }};
  CHECK_THROWS_WITH(quantiser.calibrate(images),
                    source.path() +
                        ": its tensor 'input' has a value that is not a finite number, "
                        "with image 0 (of 0 on); check the images and the weights");
}

}  // namespace sluice::quantise::test
