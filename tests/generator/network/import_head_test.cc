// SPDX-License-Identifier: Apache-2.0
// Operators in front of the first layer, which are left to the host.
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"
#include "verif/golden/images.h"

namespace sluice::test {
namespace {

/// A layer that keeps the two channels of its input, codes of scale 0.5 and zero point 3.
void add_layer(OnnxModel& model, const std::string& codes) {
  const auto scale = model.scalar(0.5F), zero = zero_point(model, kUint8, 3);
  const auto weights = model.tensor<std::int8_t>({2, 2, 1, 1}, {1, 0, 0, 1});
  model.output(model.node("QLinearConv", {codes, scale, zero, weights, model.scalar(1.0F),
                                          zero_point(model, kInt8, 0), scale, zero}));
}

std::string quantised(OnnxModel& model, const std::string& real) {
  return model.node("QuantizeLinear", {real, model.scalar(0.5F), zero_point(model, kUint8, 3)},
                    "q");
}

/// Codes of the first layer's map, [y][x][channel], for an image of 1 x 2 positions.
std::vector<int> codes_of(const net::Network& network, const data::ImageSet& images) {
  std::vector<int> codes;
  for (const std::int8_t value : golden::input_tensor(network, images, 0).values)
    codes.push_back(value + network.input.offset);
  return codes;
}

data::ImageSet bytes(const std::vector<std::uint8_t>& pixels) {
  data::ImageSet images{1, 1, 2, 2};
  images.pixels = pixels;
  images.pixel_scale = 1;
  return images;
}

}  // namespace

TEST_CASE("ImportHead.ChannelsAreBroughtForwardAndNormalised") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 1, 2, 2});  // height, width, channels
  auto x = model.node("Sub", {"input", model.tensor<float>({2}, {10, 20})}, "mean");
  x = model.node("Transpose", {x}, "turn");
  model.set("perm", {0, 3, 1, 2});
  x = model.node("Div", {x, model.tensor<float>({1, 2, 1, 1}, {2, 4})}, "deviation");
  add_layer(model, quantised(model, x));
  const net::Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  CHECK(network.maps[0].channels == 2);
  CHECK(network.maps[0].width == 2);
  CHECK(network.input.channels_last);
  CHECK_FALSE(network.channels_last);
  REQUIRE(network.input.host.steps.size() == 3);
  CHECK(network.input.host.steps[0].name == "mean");
  // (byte - mean) / deviation / 0.5 + 3
  CHECK(codes_of(network, bytes({10, 20, 14, 40})) == std::vector<int>{3, 3, 7, 13});
  data::ImageSet reals{1, 1, 2, 2};
  reals.kind = data::ImageKind::kReals;
  reals.reals = {11, 24, 8, 16};
  CHECK(codes_of(network, reals) == std::vector<int>{4, 5, 1, 1});
}

TEST_CASE("ImportHead.WhatPoolsAndPadsTheInputIsALayerOfCodes") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 2, 1, 2});
  auto x = model.node("MaxPool", {"input"}, "largest");
  model.set("kernel_shape", {1, 2});
  const auto zero = model.scalar(0.0F);
  x = model.node("Pad", {x, model.shape({0, 0, 0, 1, 0, 0, 0, 0}), zero}, "wider");
  add_layer(model, quantised(model, x));
  const net::Network network = import_model(model);
  data::ImageSet reals{1, 1, 2, 2};
  reals.kind = data::ImageKind::kReals;
  reals.reals = {1, 9, 4, -1};  // channels 1, 4 and 9, -1
  CHECK(codes_of(network, reals) == std::vector<int>{5, 21, 11, 1});
  const auto results = golden::evaluate(network, golden::input_tensor(network, reals, 0), false);
  std::vector<int> codes;
  for (const std::int8_t value : results.back().output.values)
    codes.push_back(value + network.results[0].sources[0].offset);
  CHECK(codes == std::vector<int>{3, 3, 11, 21});
}

TEST_CASE("ImportHead.BytesThatAreCastAreNumbers") {
  OnnxModel model(kUint8, {1, 2, 1, 2});
  auto x = model.node("Cast", {"input"}, "cast");
  model.set("to", std::int64_t{onnx::TensorProto::FLOAT});
  x = model.node("Mul", {x, model.scalar(0.25F)}, "scale");
  add_layer(model, quantised(model, x));
  const net::Network network = import_model(model);
  CHECK(network.input.bytes);
  CHECK_FALSE(network.input.channels_last);
  data::ImageSet images = bytes({0, 2, 4, 6});
  images.pixel_scale = 1 / 255.0;  // of no meaning here
  CHECK(codes_of(network, images) == std::vector<int>{3, 4, 5, 6});
}

TEST_CASE("ImportHead.CodesWithChannelsLastAreMovedOnly") {
  OnnxModel model(kUint8, {1, 1, 2, 2});
  const auto x = model.node("Transpose", {"input"}, "turn");
  model.set("perm", {0, 3, 1, 2});
  add_layer(model, x);
  const net::Network network = import_model(model);
  CHECK_FALSE(network.input.scale.has_value());
  CHECK(network.input.channels_last);
  CHECK(codes_of(network, bytes({1, 2, 3, 4})) == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("ImportHead.ANetworkOfValuesMayTakeImages") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 2, 1, 2});
  auto x = model.node("Add", {"input", model.scalar(1.0F)}, "add");
  x = model.node("Flatten", {x}, "flat");
  const auto zero = zero_point(model, kUint8, 3);
  const auto scale = model.scalar(0.5F);
  model.output(
      model.node("QLinearMatMul",
                 {quantised(model, x), scale, zero, model.tensor<std::int8_t>({4, 1}, {1, 1, 1, 1}),
                  model.scalar(1.0F), zero_point(model, kInt8, 0), scale, zero}));
  const net::Network network = import_model(model);
  CHECK(network.maps[0].channels == 4);
  CHECK(golden::image_size(network).channels == 2);
  // Values are in the file's order, (channel, y, x)
  CHECK(codes_of(network, bytes({0, 1, 2, 3})) == std::vector<int>{5, 9, 7, 11});
}

}  // namespace sluice::test
