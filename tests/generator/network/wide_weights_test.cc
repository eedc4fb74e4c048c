// SPDX-License-Identifier: Apache-2.0
// Weights that take more than 8 bits less their zero point.
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

/// QLinearConv with weights of UINT8 of zero point `zero`.
OnnxModel convolution(int zero, std::int64_t groups) {
  Random random(11);
  OnnxModel model(kInt8, {1, 4, 6, 5});
  const Dims weights = {8, 4 / groups, 3, 3};
  const auto y =
      model.node("QLinearConv",
                 {"input", model.scalar(0.5F), zero_point(model, kInt8, -9),
                  model.tensor(weights, random.numbers<std::uint8_t>(count(weights), 0, 255)),
                  model.scalar(1 / 64.0F), zero_point(model, kUint8, zero), model.scalar(16.0F),
                  zero_point(model, kInt8, 3)},
                 "c");
  model.set("pads", Dims{1, 1, 1, 1}).set("group", groups);
  model.output(y);
  return model;
}

}  // namespace

TEST_CASE("WideWeights.AreTwoThatAddUpToThem") {
  for (const int zero : {0, 100, 255}) {
    const OnnxModel model = convolution(zero, 1);
    compare(model, 0);
    const net::Layer layer = import_model(model).layers[0];
    REQUIRE(layer.rounds() == 2);
    const auto codes = Random(11).numbers<std::uint8_t>(8 * 4 * 9, 0, 255);
    for (std::size_t i = 0; i < codes.size(); ++i)
      REQUIRE(layer.weights[i] + layer.more_weights[i] == codes[i] - zero);
  }
}

TEST_CASE("WideWeights.OfEightBitsStayOne") {
  CHECK(import_model(convolution(128, 1)).layers[0].rounds() == 1);
}

TEST_CASE("WideWeights.GroupsBecomeZeros") {
  for (const std::int64_t groups : {2, 4}) {
    const OnnxModel model = convolution(140, groups);
    compare(model, 0);
    const net::Layer layer = import_model(model).layers[0];
    CHECK(layer.groups == 1);
    CHECK(layer.weights.size() == 8 * 4 * 9);
  }
}

TEST_CASE("WideWeights.DenseLayersAndRealOperatorsHaveThemToo") {
  Random random(12);
  OnnxModel model(kInt8, {1, 12});
  const auto x =
      model.node("DequantizeLinear", {"input", model.scalar(0.25F), zero_point(model, kInt8, 5)});
  const auto w = model.node("DequantizeLinear",
                            {model.tensor({12, 6}, random.numbers<std::uint8_t>(72, 0, 255)),
                             model.scalar(1 / 32.0F), zero_point(model, kUint8, 77)});
  const auto y = model.node("MatMul", {x, w});
  model.output(model.node("QuantizeLinear", {y, model.scalar(8.0F), zero_point(model, kInt8, -4)}));
  compare(model, 0);
  CHECK(import_model(model).layers[0].rounds() == 2);
}

TEST_CASE("WideWeights.ANegativeScaleBehindTurnsEachWeight") {
  Random random(13);
  OnnxModel model(kInt8, {1, 2, 3, 3});
  const auto x =
      model.node("DequantizeLinear", {"input", model.scalar(0.25F), zero_point(model, kInt8, 0)});
  const auto w = model.node(
      "DequantizeLinear",
      {model.tensor({1, 2, 1, 1}, std::vector<std::int8_t>{-128, 127}), model.scalar(1 / 64.0F)});
  const auto y = model.node("Mul", {model.node("Conv", {x, w}), model.scalar(-1.0F)});
  model.output(model.node("QuantizeLinear", {y, model.scalar(0.5F), zero_point(model, kInt8, 0)}));
  compare(model, 0);
  const net::Layer layer = import_model(model).layers[0];
  CHECK(layer.weights[0] + layer.more_weights[0] == 128);
}

}  // namespace sluice::test
