// SPDX-License-Identifier: Apache-2.0
// Functions of one map become tables, and products of two maps layers. Scales are no powers of two,
// so that no result is halfway between two codes.
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

/// A map as real numbers, behind a convolution or as the graph's input.
struct FunctionModel {
  explicit FunctionModel(int type, bool convolution = true)
      : type(type), model(type, {1, 3, 4, 5}) {
    x = dequantise("input", 0.043F, 13);
    if (!convolution) return;
    Random random(3);
    const auto codes = model.tensor({3, 3, 1, 1}, random.numbers<std::int8_t>(9, -127, 127));
    const auto w = model.node("DequantizeLinear", {codes, model.scalar(0.0078F)});
    x = both(model.node("Conv", {x, w}, "conv"), 0.051F, 21);
  }
  std::string dequantise(const std::string& codes, float scale, int zero) {
    return model.node("DequantizeLinear",
                      {codes, model.scalar(scale), zero_point(model, type, zero)});
  }
  std::string quantise(const std::string& real, float scale, int zero) {
    return model.node("QuantizeLinear", {real, model.scalar(scale), zero_point(model, type, zero)});
  }
  std::string both(const std::string& real, float scale, int zero) {
    return dequantise(quantise(real, scale, zero), scale, zero);
  }
  int offset() const { return type == kUint8 ? 128 : 0; }
  /// The network whose result is `real`, quantised; its values are those of the operators.
  net::Network finish(const std::string& real, float scale = 0.037F, int zero = 19,
                      double tolerance = 1) {
    model.output(quantise(real, scale, zero));
    compare(model, offset(), tolerance);
    return import_model(model);
  }

  int type;
  OnnxModel model;
  std::string x;
};

TEST_CASE("ImportFunctions.EachOperatorIsATableOfItsOwnAndExact") {
  for (const char* op : {"Abs", "Celu", "Elu", "Erf", "Exp", "HardSigmoid", "HardSwish",
                         "LeakyRelu", "Neg", "Selu", "Sigmoid", "Softplus", "Softsign", "Tanh"}) {
    for (const int type : {kUint8, kInt8}) {
      INFO(op);
      FunctionModel m(type, false);
      const net::Network network = m.finish(m.model.node(op, {m.x}), 0.037F, 19, 0);
      REQUIRE(network.layers.size() == 1);
      CHECK(network.layers[0].table.size() == 256);
    }
  }
}

TEST_CASE("ImportFunctions.ATableIsPartOfTheLayerThatGivesItsMap") {
  for (const int type : {kUint8, kInt8}) {
    FunctionModel m(type);
    const net::Network network = m.finish(m.model.node("Sigmoid", {m.x}));
    REQUIRE(network.layers.size() == 1);
    CHECK(network.layers[0].name == "conv");
    CHECK(network.layers[0].table.size() == 256);
    CHECK(network.maps[1].pad_value == 19 - m.offset());
  }
}

TEST_CASE("ImportFunctions.WhatAFunctionIsMadeOfIsOneTable") {
  for (const bool between : {false, true}) {
    FunctionModel silu(kUint8);
    auto s = silu.model.node("Sigmoid", {silu.x});
    if (between) s = silu.both(s, 0.0039F, 0);
    const net::Network network = silu.finish(silu.model.node("Mul", {silu.x, s}));
    CHECK(network.layers.size() == 1);
  }
  FunctionModel swish(kInt8);
  auto y = swish.model.node("Add", {swish.x, swish.model.scalar(3.0F)});
  y = swish.both(y, 0.06F, -20);
  y = swish.both(swish.model.node("Clip", {y, swish.model.scalar(0.0F), swish.model.scalar(6.0F)}),
                 0.06F, -20);
  y = swish.both(swish.model.node("Mul", {swish.x, y}), 0.12F, 3);
  y = swish.model.node("Div", {y, swish.model.scalar(6.0F)});
  CHECK(swish.finish(y).layers.size() <= 2);
}

TEST_CASE("ImportFunctions.AMapThatOthersReadIsLookedUpByALayerOfItsOwn") {
  FunctionModel m(kUint8);
  const auto tanh = m.both(m.model.node("Tanh", {m.x}), 0.0078F, 128);
  const net::Network network = m.finish(m.model.node("Add", {m.x, tanh}));
  // x + Tanh(x) is a function of x, too
  CHECK(network.layers.size() == 1);
  FunctionModel two(kUint8);
  const auto table = two.both(two.model.node("Tanh", {two.x}), 0.0078F, 128);
  const auto pool = two.model.node("MaxPool", {two.x});
  two.model.set("kernel_shape", Dims{3, 3}).set("pads", Dims{1, 1, 1, 1});
  const net::Network sum = two.finish(two.model.node("Add", {two.both(pool, 0.051F, 21), table}));
  REQUIRE(sum.layers.size() == 4);
  CHECK(sum.layers[0].table.empty());
  int tables = 0;
  for (const net::Layer& layer : sum.layers) tables += layer.table.empty() ? 0 : 1;
  CHECK(tables == 1);
}

TEST_CASE("ImportFunctions.AReluBehindATableLimitsItsEntries") {
  FunctionModel m(kInt8, false);
  const auto codes = m.quantise(m.model.node("Tanh", {m.x}), 0.0081F, -5);
  m.model.output(m.model.node(
      "Clip", {codes, m.model.scalar(std::int8_t{-5}), m.model.scalar(std::int8_t{60})}));
  compare(m.model, 0, 1);
  const net::Network network = import_model(m.model);
  REQUIRE(network.layers.size() == 1);
  const auto [low, high] =
      std::minmax_element(network.layers[0].table.begin(), network.layers[0].table.end());
  CHECK(*low == -5);
  CHECK(*high == 60);
}

TEST_CASE("ImportFunctions.AProductOfTwoMapsIsALayer") {
  for (const int type : {kUint8, kInt8}) {
    FunctionModel m(type);
    const net::Network network =
        m.finish(m.model.node("Mul", {m.x, m.dequantise("input", 0.043F, 13)}));
    REQUIRE(network.layers.size() == 2);
    CHECK(network.layers[1].kind == net::LayerKind::kMultiply);
    CHECK(network.layers[1].input_zero == 21 - m.offset());
    CHECK(network.layers[1].addend_zero == 13 - m.offset());
  }
}

TEST_CASE("ImportFunctions.AProductWithOnePositionMultipliesChannels") {
  for (const bool first : {false, true}) {
    FunctionModel m(kUint8);
    const auto mean = m.both(m.model.node("GlobalAveragePool", {m.x}), 0.031F, 99);
    const net::Network network =
        m.finish(first ? m.model.node("Mul", {mean, m.x}) : m.model.node("Mul", {m.x, mean}));
    REQUIRE(network.layers.size() == 3);
    CHECK(network.layers[2].input == 1);
    CHECK(network.layers[2].addend == 2);
  }
}

TEST_CASE("ImportFunctions.APReluWithASlopeForEachChannelIsASum") {
  FunctionModel m(kUint8, false);
  const auto slope = m.model.tensor({3, 1, 1}, std::vector<float>{0.3F, 0.07F, 0.0F});
  const net::Network network = m.finish(m.model.node("PRelu", {m.x, slope}));
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[2].kind == net::LayerKind::kAdd);
  FunctionModel one(kInt8, false);
  const auto same = one.model.tensor({1, 1, 1}, std::vector<float>{0.3F});
  CHECK(one.finish(one.model.node("PRelu", {one.x, same}), 0.037F, 19, 0).layers.size() == 1);
}

TEST_CASE("ImportFunctions.NegativeSlopesOfPReluAreAThirdPart") {
  for (const int type : {kInt8, kUint8}) {
    FunctionModel m(type, false);
    const auto slope = m.model.tensor({3, 1, 1}, std::vector<float>{0.3F, -0.1F, -1.25F});
    const auto y = m.model.node("PRelu", {m.x, slope});
    CHECK(m.finish(y, 0.037F, 19, 1).layers.size() == 5);
  }
}

TEST_CASE("ImportFunctions.ProductsOfOtherShapesAreOnTheHost") {
  FunctionModel rows(kInt8);
  const auto pool = rows.model.node("MaxPool", {rows.x});
  rows.model.set("kernel_shape", Dims{1, 5});
  rows.model.output(
      rows.quantise(rows.model.node("Mul", {rows.x, rows.both(pool, 0.051F, 21)}, "m"), 1, 0));
  const net::Network network = import_model(rows.model);
  REQUIRE(network.results.size() == 1);
  CHECK(network.results[0].sources.size() == 2);
  CHECK(network.results[0].host.steps.at(0).name == "m");
}

}  // namespace
TEST_CASE("ImportFunctions.AChainMayBeAsLongAsAFile") {
  OnnxModel model(kInt8, {1, 2, 2, 2});
  auto x =
      model.node("DequantizeLinear", {"input", model.scalar(0.05F), model.scalar(std::int8_t{0})});
  for (int i = 0; i < 50'000; ++i) x = model.node("Sigmoid", {x});
  model.output(
      model.node("QuantizeLinear", {x, model.scalar(0.05F), model.scalar(std::int8_t{0})}));
  const net::Network network = import_model(model);
  REQUIRE(network.layers.size() == 1);
  // The fixed point of the sigmoid, 0.659
  for (const int entry : network.layers[0].table) CHECK(entry == 13);
}

}  // namespace sluice::test
