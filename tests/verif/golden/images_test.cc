// SPDX-License-Identifier: Apache-2.0
// From bytes and real numbers to stored values, as ONNX defines it.
#include "verif/golden/images.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "generator/util/user_error.h"
#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

using data::ImageKind;
using data::ImageSet;

/// A network of one convolution behind a QuantizeLinear, or behind an input of `type` itself.
net::Network network(int type, int channels, float scale = 0, int zero = 0, int clip_high = -1) {
  const bool real = scale > 0;
  OnnxModel model(real ? int{onnx::TensorProto::FLOAT} : type, {1, channels, 1, 1});
  std::string x = "input";
  if (real)
    x = model.node("QuantizeLinear", {x, model.scalar(scale), zero_point(model, type, zero)});
  if (clip_high >= 0) {
    x = model.node("Clip", {x, zero_point(model, type, 0), zero_point(model, type, clip_high)});
  }
  x = model.node(
      "QLinearConv",
      {x, model.scalar(1.0F), zero_point(model, type, zero),
       model.tensor({1, channels, 1, 1}, std::vector<std::int8_t>(channels, 1)), model.scalar(1.0F),
       zero_point(model, kInt8, 0), model.scalar(1.0F), zero_point(model, type, 0)});
  model.output(x);
  return import_model(model);
}

ImageSet bytes(const std::vector<std::uint8_t>& values) {
  ImageSet set{1, 1, 1, static_cast<int>(values.size())};
  set.pixels = values;
  return set;
}

ImageSet reals(const std::vector<float>& values) {
  ImageSet set{1, 1, 1, static_cast<int>(values.size())};
  set.kind = ImageKind::kReals;
  set.reals = values;
  return set;
}

/// The codes that ONNX has.
std::vector<int> codes(const net::Network& network, const ImageSet& images) {
  std::vector<int> codes;
  for (const std::int8_t value : golden::input_tensor(network, images, 0).values)
    codes.push_back(value + network.input.offset);
  return codes;
}

template <typename Function>
std::string error_of(Function function) {
  try {
    function();
  } catch (const UserError& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<std::uint8_t> all_bytes() {
  std::vector<std::uint8_t> values(256);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST_CASE("InputTensor.AScaleOfOneIn255KeepsEveryByte") {
  const ImageSet images = bytes(all_bytes());
  std::vector<std::int8_t> stored;
  for (const int byte : all_bytes()) stored.push_back(static_cast<std::int8_t>(byte - 128));
  // Zero point 0 of UINT8 and -128 of INT8, and integer inputs
  const float scale = 1.0F / 255;
  CHECK(golden::input_tensor(network(kUint8, 256, scale, 0), images, 0).values == stored);
  CHECK(golden::input_tensor(network(kInt8, 256, scale, -128), images, 0).values == stored);
  CHECK(golden::input_tensor(network(kUint8, 256), images, 0).values == stored);
  CHECK(golden::input_tensor(network(kInt8, 256), images, 0).values == stored);
}

TEST_CASE("InputTensor.ABytesRealNumberIsTheNearestFloat") {
  for (int byte = 0; byte < 256; byte++) {
    CHECK(static_cast<float>(byte * data::kPixelScale) == static_cast<float>(byte) / 255.0F);
  }
}

TEST_CASE("InputTensor.RealNumbersAreRoundedHalfToEvenAndSaturated") {
  const ImageSet images = reals({0, 0.25F, 0.75F, 1.25F, -0.25F, -0.75F, 0.26F, 63.5F, 63.75F, 1e9F,
                                 -64, -64.3F, -INFINITY, INFINITY});
  CHECK(codes(network(kInt8, 14, 0.5F, 0), images) ==
        std::vector<int>{0, 0, 2, 2, 0, -2, 1, 127, 127, 127, -128, -128, -128, 127});
  CHECK(codes(network(kInt8, 14, 0.5F, 3), images) ==
        std::vector<int>{3, 3, 5, 5, 3, 1, 4, 127, 127, 127, -125, -126, -128, 127});
  CHECK(codes(network(kUint8, 14, 0.5F, 0), images) ==
        std::vector<int>{0, 0, 2, 2, 0, 0, 1, 127, 128, 255, 0, 0, 0, 255});
}

TEST_CASE("InputTensor.BytesAreQuantisedByTheScaleOfTheNetwork") {
  // 255 is 1.0, 128 is 0.502, 1 is 0.0039; a symmetric input uses half of its codes
  CHECK(codes(network(kInt8, 4, 1.0F / 127, 0), bytes({0, 1, 128, 255})) ==
        std::vector<int>{0, 0, 64, 127});
  ImageSet raw = bytes({0, 1, 128, 255});
  raw.pixel_scale = 1;
  CHECK(codes(network(kUint8, 4, 2.0F, 10), raw) == std::vector<int>{10, 10, 74, 138});
}

TEST_CASE("InputTensor.NarrowInputsAreClipped") {
  CHECK(codes(network(kUint8, 3, 1.0F / 15, 0, 15), bytes({0, 17, 255})) ==
        std::vector<int>{0, 1, 15});
  CHECK(codes(network(kUint8, 3, 0, 0, 15), bytes({0, 14, 200})) == std::vector<int>{0, 14, 15});
}

TEST_CASE("InputTensor.SignedCodesAreTaken") {
  ImageSet images = bytes({0x80, 0xff, 0x7f});
  images.kind = ImageKind::kSigned;
  CHECK(codes(network(kInt8, 3), images) == std::vector<int>{-128, -1, 127});
}

TEST_CASE("InputTensor.NoiseSpansAllCodesOfEveryWidth") {
  ImageSet images = bytes({0, 15, 16, 255});
  images.kind = ImageKind::kNoise;
  net::Network net = network(kInt8, 4, 0.01F, 7);
  CHECK(golden::input_tensor(net, images, 0).values ==
        std::vector<std::int8_t>{-128, -113, -112, 127});
  net.maps[0].bits = 4;
  CHECK(golden::input_tensor(net, images, 0).values == std::vector<std::int8_t>{-8, -8, -7, 7});
}

TEST_CASE("CheckImages.SizesAndKindsMustFit") {
  const auto check = [](const net::Network& net, const ImageSet& images) {
    return error_of([&] { golden::input_tensor(net, images, 0); });
  };
  const net::Network real = network(kInt8, 3, 0.5F);
  CHECK(check(real, bytes({1, 2})) ==
        "the network takes images of 1 x 1 x 3 (height, width, channels), but these are 1 x 1 x 2");
  CHECK(check(network(kUint8, 2), reals({1, 2})) ==
        "these images are real numbers, but the network takes UINT8 codes; give bytes (uint8)");
  ImageSet sign = bytes({1, 2, 3});
  sign.kind = ImageKind::kSigned;
  CHECK(check(real, sign) ==
        "these images are INT8 codes, but the network takes real numbers; give real numbers "
        "(float32) or bytes (uint8)");
  CHECK(check(network(kUint8, 3), sign) ==
        "these images are INT8 codes, but the network takes UINT8 codes; give bytes (uint8)");
}

TEST_CASE("CheckLabels.LabelsMustBeOutputs") {
  net::Network net = network(kUint8, 1);
  ImageSet images = bytes({1});
  CHECK(error_of([&] { golden::check_labels(net, images); }) == "accepted");
  images.labels = {0};
  CHECK(error_of([&] { golden::check_labels(net, images); }) == "accepted");
  images.labels = {1};
  CHECK(error_of([&] { golden::check_labels(net, images); }) ==
        "image 0 has label 1, but the network has 1 outputs, counted from 0");
  net.maps.back().width = 2;
  CHECK_THAT(error_of([&] { golden::check_labels(net, images); }),
             Catch::Matchers::Contains("1 x 2 x 1") && Catch::Matchers::Contains("no accuracy"));
}

}  // namespace
}  // namespace sluice::test
