// SPDX-License-Identifier: Apache-2.0
// Hadamard matrices behind convolutions: found as 1 x 1 convolutions or matrix products of 1 and
// -1, and equal to the evaluation of all operators on real numbers.
#include <bit>
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"
#include "tests/generator/network/real_model.h"

namespace sluice::test {
namespace {

/// [outputs][inputs of a group], blocks of `size`.
std::vector<std::int8_t> matrix(int outputs, int inputs, int size, int factor) {
  std::vector<std::int8_t> values;
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i) {
      const bool inside = o % inputs / size == i / size;
      const int sign = std::popcount(unsigned(o % size) & unsigned(i % size)) % 2 != 0 ? -1 : 1;
      values.push_back(static_cast<std::int8_t>(inside ? sign * factor : 0));
    }
  return values;
}

/// Its real numbers, one scale.
std::string quantised(OnnxModel& model, const Dims& dims, const std::vector<std::int8_t>& values,
                      float scale) {
  return model.node("DequantizeLinear", {model.tensor<std::int8_t>(dims, values),
                                         model.scalar(scale), model.tensor<std::int8_t>({}, {0})});
}

struct Form {
  int groups = 1, size = 8, factor = 1;
  bool biased = false;
};

/// A convolution of 16 channels, then the matrix.
RealModel model_of(const Form& form, const std::vector<float>& scales = {1 / 64.0F}) {
  RealModel m(kInt8, {1, 3, 6, 5}, 3);
  const auto x = m.input(0.5F, 7);
  const float step = scales.back() / 2;
  auto y = m.model.node("Conv", {x, m.weights({16, 3, 3, 3}, scales), m.bias(16, step)}, "conv");
  m.model.set("pads", Dims{1, 1, 1, 1});
  const int inputs = 16 / form.groups;
  const auto w = quantised(m.model, {16, inputs, 1, 1}, matrix(16, inputs, form.size, form.factor),
                           0.25F / form.factor);
  std::vector<std::string> operands = {y, w};
  if (form.biased) operands.push_back(m.bias(16, 1 / 512.0F));
  y = m.model.node("Conv", operands, "mix");
  m.model.set("group", form.groups);
  y = m.model.node("Relu", {y});
  m.model.output(m.quantise(y, 1.0F, -100));
  return m;
}

}  // namespace

TEST_CASE("ImportHadamard.ConvolutionAndMatrixAreOneLayerAndExact") {
  const Form forms[] = {{2, 8}, {1, 8}, {1, 4}, {4, 4, 64}, {1, 16, 64, true}, {1, 4, 1, true}};
  for (const Form& form : forms) {
    INFO(form.groups << " groups, " << form.size << " times " << form.factor);
    const RealModel m = model_of(form);
    compare(m.model, 0);
    const net::Network network = import_model(m.model);
    REQUIRE(network.layers.size() == 1);
    CHECK(network.layers[0].name == "conv");
    CHECK(network.layers[0].hadamard == form.size);
    CHECK(network.layers[0].clamp_low == -100);
  }
}

TEST_CASE("ImportHadamard.MatrixProductsAreTransformed") {
  for (const bool reshaped : {false, true}) {
    INFO(reshaped);
    RealModel m(kInt8, {1, 3, 2, 2}, 5);
    auto y = m.model.node("Flatten", {m.input(0.25F, 5)});
    y = m.model.node("Gemm", {y, m.weights({16, 12}, {1 / 64.0F}), m.bias(16, 1 / 256.0F)});
    m.model.set("transB", 1);
    if (reshaped) {
      y = m.model.node("Reshape", {y, m.model.tensor<std::int64_t>({4}, {1, 16, 1, 1})});
      y = m.model.node("Conv", {y, quantised(m.model, {16, 8, 1, 1}, matrix(16, 8, 8, 1), 0.5F)});
      m.model.set("group", 2);
    } else {
      y = m.model.node("MatMul", {y, quantised(m.model, {16, 16}, matrix(16, 16, 8, 1), 0.5F)});
    }
    m.model.output(m.quantise(y, 0.5F, 3));
    compare(m.model, 0);
    const net::Network network = import_model(m.model);
    REQUIRE(network.layers.size() == 1);
    CHECK(network.layers[0].hadamard == 8);
  }
}

TEST_CASE("ImportHadamard.ALayerOfItsOwnStaysAConvolution") {
  RealModel m(kInt8, {1, 16, 4, 3}, 6);
  const auto y = m.model.node(
      "Conv", {m.input(0.5F, 7), quantised(m.model, {16, 8, 1, 1}, matrix(16, 8, 8, 1), 0.5F)});
  m.model.set("group", 2);
  m.model.output(m.quantise(y, 1.0F, 0));
  compare(m.model, 0);
  CHECK(import_model(m.model).layers[0].hadamard == 1);
}

TEST_CASE("ImportHadamard.ScalesThatDifferWithinATransformAreRefused") {
  std::vector<float> scales(16, 1 / 64.0F);
  for (int c = 8; c < 16; ++c) scales[c] = 1 / 32.0F;
  compare(model_of({2, 8}, scales).model, 0);
  CHECK(import_model(model_of({2, 8}, scales).model).layers[0].hadamard == 8);
  CHECK(import_error(model_of({1, 16}, scales).model) ==
        "node 'mix' (Conv): joins channels 0 to 15, whose weights have several scales; quantise "
        "them with one");
}

}  // namespace sluice::test
