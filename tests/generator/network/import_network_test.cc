// SPDX-License-Identifier: Apache-2.0
// The importer and the golden model together against an evaluation of the ONNX operators
// themselves.
#include "generator/network/import_network.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "generator/network/requant_scale.h"
#include "tests/generator/network/import_checks.h"
#include "verif/golden/golden.h"

namespace sluice::test {
namespace {

using net::Network;

/// Adds a QLinearConv with random weights in [low, high]; zero points and scales as given.
struct ConvOptions {
  int x_zero = 0, y_zero = 0;
  int low = -128, high = 127;
  bool uint8_weights = false;
  float scale = 1.0F / 1024;
  bool per_channel = true;
  bool bias = true;
  int out_type = kUint8;
};

std::string qlinear_conv(OnnxModel& model, const std::string& x, int x_type, const Dims& weights,
                         const ConvOptions& options, Random& random) {
  std::vector<float> scales(static_cast<std::size_t>(weights[0]), options.scale);
  for (std::size_t i = 1; i < scales.size(); i += 2) scales[i] = options.scale / 2;
  const auto values = random.numbers<std::int8_t>(count(weights), options.low, options.high);
  std::vector<std::uint8_t> shifted;
  for (const int value : values) shifted.push_back(static_cast<std::uint8_t>(value + 128));
  std::vector<std::string> inputs = {
      x,
      model.scalar(0.5F),
      zero_point(model, x_type, options.x_zero),
      options.uint8_weights ? model.tensor(weights, shifted) : model.tensor(weights, values),
      options.per_channel ? model.tensor({weights[0]}, scales) : model.scalar(options.scale),
      options.uint8_weights ? zero_point(model, kUint8, 128) : zero_point(model, kInt8, 0),
      model.scalar(2.0F),
      zero_point(model, options.out_type, options.y_zero)};
  if (options.bias)
    inputs.push_back(
        model.tensor({weights[0]}, random.numbers<std::int32_t>(weights[0], -9999, 9999)));
  return model.node("QLinearConv", inputs, "conv");
}

}  // namespace

TEST_CASE("ImportOnnx.QLinearConvWithZeroPointsPaddingStrideAndBiasIsExact") {
  Random random(1);
  OnnxModel model(kUint8, {1, 3, 9, 8});
  const auto y =
      qlinear_conv(model, "input", kUint8, {5, 3, 3, 2}, {.x_zero = 37, .y_zero = 91}, random);
  model.set("pads", Dims{1, 0, 2, 1}).set("strides", Dims{2, 1});
  model.output(y);
  compare(model, 128);
}

TEST_CASE("ImportOnnx.SignedActivationsAndUint8WeightsWithZeroPoint128AreExact") {
  Random random(2);
  OnnxModel model(kInt8, {1, 4, 6, 6});
  const auto y = qlinear_conv(
      model, "input", kInt8, {6, 4, 3, 3},
      {.x_zero = -20, .y_zero = 11, .uint8_weights = true, .per_channel = false, .out_type = kInt8},
      random);
  model.set("pads", Dims{1, 1, 1, 1});
  model.output(y);
  compare(model, 0);
}

TEST_CASE("ImportOnnx.GroupedAndDepthwiseConvolutionsAreExact") {
  for (const int groups : {2, 4}) {
    Random random(3);
    OnnxModel model(kUint8, {1, 4, 5, 5});
    const auto y =
        qlinear_conv(model, "input", kUint8, {8, 4 / groups, 3, 3}, {.x_zero = 5}, random);
    model.set("group", groups).set("pads", Dims{1, 1, 1, 1});
    model.output(y);
    compare(model, 128);
  }
}

TEST_CASE("ImportOnnx.ScalesThatAreNoPowersOfTwoAreRightWithinOneStep") {
  Random random(4);
  OnnxModel model(kUint8, {1, 3, 7, 7});
  const auto y = qlinear_conv(model, "input", kUint8, {4, 3, 3, 3},
                              {.y_zero = 128, .scale = 0.00237F}, random);
  model.output(y);
  compare(model, 128, 1);
}

TEST_CASE("ImportOnnx.WeightsGetTheSmallestWidthThatHoldsThem") {
  struct Case {
    int low, high, bits;
  };
  for (const Case c :
       {Case{-2, 1, 2}, Case{-1, 2, 4}, Case{-8, 7, 4}, Case{-9, 7, 8}, Case{0, 8, 8}}) {
    Random random(5);
    OnnxModel model(kUint8, {1, 8, 3, 3});
    model.output(
        qlinear_conv(model, "input", kUint8, {8, 8, 3, 3}, {.low = c.low, .high = c.high}, random));
    CHECK(import_model(model).layers[0].weight_bits == c.bits);
  }
}

TEST_CASE("ImportOnnx.FlattenAndQLinearMatMulAreAConvolutionOverTheWholeMap") {
  Random random(6);
  OnnxModel model(kUint8, {1, 3, 4, 5});
  const auto flat = model.node("Flatten", {"input"});
  const auto weights = model.tensor({60, 7}, random.numbers<std::int8_t>(420, -128, 127));
  const auto y = model.node(
      "QLinearMatMul",
      {flat, model.scalar(0.5F), zero_point(model, kUint8, 9), weights, model.scalar(1.0F / 512),
       zero_point(model, kInt8, 0), model.scalar(4.0F), zero_point(model, kInt8, -3)},
      "dense");
  const auto weights2 = model.tensor({7, 2}, random.numbers<std::int8_t>(14, -128, 127));
  const auto z = model.node("MatMulInteger", {y, weights2, zero_point(model, kInt8, -3)});
  const auto biased = model.node("Add", {z, model.tensor<std::int32_t>({2}, {100, -300})});
  const auto real = model.node("Cast", {biased});
  model.set("to", onnx::TensorProto::FLOAT);
  const auto scaled = model.node("Mul", {real, model.tensor<float>({1, 2}, {0.25F, 0.125F})});
  model.output(
      model.node("QuantizeLinear", {scaled, model.scalar(16.0F), zero_point(model, kInt8, 1)}));
  compare(model, 0);
  const Network network = import_model(model);
  CHECK(network.layers[0].kernel_h == 4);
  CHECK(network.layers[0].kernel_w == 5);
  CHECK(network.layers[0].name == "dense");
}

TEST_CASE("ImportOnnx.ANetworkWithTwoDimensionalInput") {
  Random random(6);
  OnnxModel model(kUint8, {1, 12});
  const auto weights = model.tensor({12, 3}, random.numbers<std::int8_t>(36, -128, 127));
  model.output(
      model.node("QLinearMatMul",
                 {"input", model.scalar(0.5F), zero_point(model, kUint8, 9), weights,
                  model.tensor<float>({3}, {0.5F, 0.25F, 0.125F}), zero_point(model, kInt8, 0),
                  model.scalar(64.0F), zero_point(model, kInt8, -3)}));
  compare(model, 0);
}

TEST_CASE("ImportOnnx.PoolingAveragesAndRangesInAChainAreExact") {
  Random random(8);
  OnnxModel model(kUint8, {1, 3, 12, 12});
  auto x = qlinear_conv(model, "input", kUint8, {4, 3, 3, 3}, {.x_zero = 3, .y_zero = 0}, random);
  model.set("pads", Dims{1, 1, 1, 1});
  x = model.node("Clip", {x, "", model.scalar(std::uint8_t{15})}, "clip");
  x = model.node("MaxPool", {x}, "pool");
  model.set("kernel_shape", Dims{3, 3}).set("strides", Dims{2, 2}).set("pads", Dims{1, 1, 1, 1});
  x = model.node("Identity", {x});
  x = model.node("DequantizeLinear", {x, model.scalar(0.5F), zero_point(model, kUint8, 0)});
  x = model.node("GlobalAveragePool", {x}, "average");
  x = model.node("QuantizeLinear", {x, model.scalar(0.5F / 9), zero_point(model, kUint8, 2)});
  model.output(x);
  compare(model, 128, 1);  // a quarter but for the rounding of 0.5 / 9: ties

  const Network network = import_model(model);
  REQUIRE(network.maps.size() == 4);
  CHECK(network.maps[1].name == "clip_out");
  CHECK(network.maps[1].bits == 4);
  CHECK(network.maps[1].pad_value == -8);
  CHECK(network.maps[2].bits == 4);
  CHECK(network.maps[2].pad_value == -8);
  CHECK(network.layers[0].clamp_low == -8);
  CHECK(network.layers[0].clamp_high == 7);
  CHECK(network.layers[0].zero_point == -8);
  CHECK(network.layers[2].groups == 4);
  CHECK(network.layers[2].weight_bits == 4);  // as wide as the map: no step more
}

TEST_CASE("ImportOnnx.AveragePoolingWithStrideAndCountedPaddingIsExact") {
  OnnxModel model(kInt8, {1, 2, 7, 7});
  auto x =
      model.node("DequantizeLinear", {"input", model.scalar(0.5F), zero_point(model, kInt8, 0)});
  x = model.node("AveragePool", {x}, "average");
  model.set("kernel_shape", Dims{2, 2}).set("strides", Dims{2, 2}).set("pads", Dims{1, 1, 0, 0});
  model.set("count_include_pad", 1);
  model.output(
      model.node("QuantizeLinear", {x, model.scalar(0.25F), zero_point(model, kInt8, -7)}));
  compare(model, 0);
}

TEST_CASE("ImportOnnx.ClipAndReluOnSignedTensorsChooseFormatAndClamps") {
  struct Case {
    const char* op;
    int low, high, zero;
    int bits, offset, clamp_low, clamp_high;
  };
  const std::vector<Case> cases = {
      {"Clip", -8, 7, 0, 4, 0, -8, 7},    {"Clip", 0, 15, 0, 4, 8, -8, 7},
      {"Clip", -2, 1, 0, 2, 0, -2, 1},    {"Clip", -100, 20, 3, 8, 0, -100, 20},
      {"Clip", 10, 20, 10, 4, 18, -8, 2}, {"Clip", 2, 16, 0, 8, 0, 2, 16},
      {"Relu", 0, 127, 0, 8, 0, 0, 127}};
  for (const Case& c : cases) {
    INFO(c.op << " " << c.low << " " << c.high);
    Random random(9);
    OnnxModel model(kUint8, {1, 3, 5, 5});
    auto x = qlinear_conv(model, "input", kUint8, {4, 3, 3, 3},
                          {.y_zero = c.zero, .out_type = kInt8}, random);
    std::vector<std::string> inputs = {x};
    if (c.op == std::string("Clip"))
      inputs = {x, model.scalar(std::int8_t(c.low)), model.scalar(std::int8_t(c.high))};
    model.output(model.node(c.op, inputs));
    compare(model, c.offset);
    const Network network = import_model(model);
    CHECK(network.maps[1].bits == c.bits);
    CHECK(network.layers[0].clamp_low == c.clamp_low);
    CHECK(network.layers[0].clamp_high == c.clamp_high);
    CHECK(network.maps[1].pad_value == c.zero - c.offset);
  }
}

TEST_CASE("ImportOnnx.AFourBitNetworkInput") {
  Random random(10);
  OnnxModel model(kUint8, {1, 3, 5, 5});
  const auto x =
      model.node("Clip", {"input", model.scalar(std::uint8_t{0}), model.scalar(std::uint8_t{15})});
  model.output(qlinear_conv(model, x, kUint8, {4, 3, 3, 3}, {.x_zero = 2}, random));
  const Network network = import_model(model);
  CHECK(network.maps[0].bits == 4);
  CHECK(network.maps[0].pad_value == -6);
}

TEST_CASE("ImportOnnx.FloatInputAndOutputAroundTheQuantisedNetwork") {
  Random random(11);
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 2, 4, 4});
  const auto x =
      model.node("QuantizeLinear", {"input", model.scalar(0.1F), zero_point(model, kInt8, 4)});
  auto y = qlinear_conv(model, x, kInt8, {3, 2, 4, 4}, {.x_zero = 4, .y_zero = 6}, random);
  y = model.node("DequantizeLinear", {y, model.scalar(0.3F), zero_point(model, kUint8, 6)});
  y = model.node("Reshape", {y, model.shape({1, -1})});
  model.output(y);
  const Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  CHECK(network.maps[0].pad_value == 4);
  CHECK(network.maps[1].channels == 3);
}

TEST_CASE("NearestRequant.MultipliersAreNormalisedAndNearest") {
  const auto half = net::nearest_requant(0.5);
  REQUIRE(half);
  CHECK(half->multiplier == 1 << 19);
  CHECK(half->shift == 20);
  const auto almost_one = net::nearest_requant(0.9999999);
  REQUIRE(almost_one);
  CHECK(almost_one->multiplier == 1 << 19);
  CHECK(almost_one->shift == 19);
  CHECK(net::nearest_requant(1048575.0)->shift == 0);
  CHECK(net::nearest_requant(std::ldexp(1.0, -28))->shift == 47);
  for (const double scale : {0.0, -1.0, 1048576.0, std::nan(""), 1.0 / 0.0})
    CHECK_FALSE(net::nearest_requant(scale));
  Random random(12);
  for (int i = 0; i < 1000; ++i) {
    const double scale = std::ldexp(random.number(1 << 20, 1 << 21), random.number(-48, -2));
    const auto requant = net::nearest_requant(scale);
    REQUIRE(requant);
    CHECK(requant->multiplier >= 1 << 19);
    CHECK(requant->multiplier <= net::kLargestMultiplier);
    CHECK(std::abs(std::ldexp(requant->multiplier, -requant->shift) / scale - 1) <= 0x1p-20);
  }
}

TEST_CASE("NearestRequant.BelowTheLargestShiftMultipliersAreSmall") {
  const auto requant = net::nearest_requant(2.25e-10);
  REQUIRE(requant);
  CHECK(requant->shift == 47);
  CHECK(requant->multiplier == 31666);  // 31665.93
  CHECK(net::nearest_requant(1e-30)->multiplier == 0);
}

}  // namespace sluice::test
