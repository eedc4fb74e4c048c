// SPDX-License-Identifier: Apache-2.0
// Networks of one dimension, as maps of one row.
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

/// [C][L] of one dimension more.
struct Lines {
  int channels, length;
  std::vector<double> values;
  double at(int c, int x) const { return x < 0 || x >= length ? 0.0 : values[c * length + x]; }
};

/// y[o][x] = sum over i and k of w[o][i][k] * x[i][stride x + dilation k - pad].
Lines convolve(const Lines& in, const std::vector<std::int8_t>& w, int outputs, int kernel,
               int stride, int dilation, int pad) {
  Lines out{outputs, (in.length + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1, {}};
  for (int o = 0; o < outputs; ++o)
    for (int x = 0; x < out.length; ++x) {
      double sum = 0;
      for (int i = 0; i < in.channels; ++i)
        for (int k = 0; k < kernel; ++k)
          sum += w[(o * in.channels + i) * kernel + k] * in.at(i, x * stride + k * dilation - pad);
      out.values.push_back(sum);
    }
  return out;
}

}  // namespace

TEST_CASE("Lines.ConvolutionsPoolsAndConstantsHaveOneRow") {
  Random random(21);
  OnnxModel model(kInt8, {1, 3, 20});
  const auto w = random.numbers<std::int8_t>(4 * 3 * 5, -127, 127);
  auto x =
      model.node("DequantizeLinear", {"input", model.scalar(0.5F), model.scalar(std::int8_t{0})});
  const auto weights =
      model.node("DequantizeLinear", {model.tensor({4, 3, 5}, w), model.scalar(1 / 64.0F)});
  x = model.node("Conv", {x, weights}, "conv");
  model.set("kernel_shape", Dims{5}).set("strides", Dims{2}).set("pads", Dims{4, 4});
  model.set("dilations", Dims{2});
  x = model.node("Add", {x, model.tensor({1, 4, 1}, std::vector<float>{1, 2, 3, 4})});
  x = model.node("MaxPool", {x}, "pool");
  model.set("kernel_shape", Dims{2}).set("strides", Dims{2});
  x = model.node("QuantizeLinear", {x, model.scalar(2.0F), model.scalar(std::int8_t{-5})});
  model.output(x);
  const net::Network network = import_model(model);
  REQUIRE(network.layers.size() == 2);
  CHECK(network.maps[0].height == 1);
  CHECK(network.maps[0].width == 20);
  CHECK(network.layers[0].kernel_h == 1);
  CHECK(network.layers[0].kernel_w == 9);

  golden::Tensor input{1, 20, 3, random.numbers<std::int8_t>(60, -128, 127)};
  Lines real{3, 20, {}};
  for (int c = 0; c < 3; ++c)
    for (int p = 0; p < 20; ++p) real.values.push_back(input.at(0, p, c) * 0.5);
  const Lines sums = convolve(real, w, 4, 5, 2, 2, 4);
  const golden::Tensor got = golden::evaluate(network, input, true).back().output;
  REQUIRE(got.width == sums.length / 2);
  for (int c = 0; c < 4; ++c)
    for (int p = 0; p < got.width; ++p) {
      const double largest = std::max(sums.at(c, 2 * p), sums.at(c, 2 * p + 1));
      const double code = std::clamp((largest / 64 + c + 1) / 2 - 5, -128.0, 127.0);
      INFO("channel " << c << " position " << p);
      CHECK(std::abs(got.at(0, p, c) - code) <= 0.51);
    }
}

TEST_CASE("Lines.MeansAndShapes") {
  OnnxModel model(kInt8, {1, 6, 8});
  auto x =
      model.node("DequantizeLinear", {"input", model.scalar(0.5F), model.scalar(std::int8_t{0})});
  x = model.node("ReduceMean", {x}, "mean");
  model.set("axes", Dims{-1}).set("keepdims", std::int64_t{1});
  x = model.node("QuantizeLinear", {x, model.scalar(0.25F), model.scalar(std::int8_t{0})});
  x = model.node("Squeeze", {x, model.tensor({1}, std::vector<std::int64_t>{2})});
  model.output(x);
  const net::Network network = import_model(model);
  REQUIRE(network.layers.size() == 1);
  CHECK(network.layers[0].kernel_w == 8);
  CHECK(network.layers[0].kernel_h == 1);
  CHECK(network.results[0].flat);
}

TEST_CASE("Lines.PartsPaddingAndRepetition") {
  OnnxModel model(kInt8, {1, 3, 20});
  const auto values = [&](const std::vector<std::int64_t>& all) { return model.shape(all); };
  const auto code = [&](int value) { return model.scalar(static_cast<std::int8_t>(value)); };
  auto x = model.node("DequantizeLinear", {"input", model.scalar(0.5F), code(4)});
  x = model.node("Slice", {x, values({3}), values({-2}), values({-1}), values({1})});
  x = model.node("Pad", {x, values({0, 0, 2, 0, 0, 1})});
  model.set("mode", "edge");
  x = model.node("Resize", {x, "", model.tensor<float>({3}, {1, 1, 2})});
  model.set("mode", "nearest").set("nearest_mode", "floor");
  model.set("coordinate_transformation_mode", "asymmetric");
  x = model.node("ReduceMax", {x});
  model.set("axes", Dims{2}).set("keepdims", std::int64_t{0});
  model.output(model.node("QuantizeLinear", {x, model.scalar(0.5F), code(4)}));
  const net::Network network = import_model(model);
  CHECK(network.maps[network.layers.back().input].width == (20 - 3 - 2 + 3) * 2);
  Random random(3);
  golden::Tensor input{1, 20, 3, random.numbers<std::int8_t>(60, -128, 127)};
  const golden::Tensor got = golden::evaluate(network, input, true).back().output;
  for (int c = 0; c < 3; ++c) {
    int largest = -128;
    for (int p = 3; p < 18; ++p) largest = std::max<int>(largest, input.at(0, p, c));
    CHECK(got.at(0, 0, c) == largest);
  }
}

TEST_CASE("Lines.OtherGraphsStayAsTheyAre") {
  OnnxModel model(kInt8, {1, 3, 4, 5});
  model.output(model.node("MaxPool", {"input"}));
  model.set("kernel_shape", Dims{2, 2});
  CHECK(import_model(model).maps[0].height == 4);
}

}  // namespace sluice::test
