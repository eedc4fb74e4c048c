// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/images.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "generator/util/user_error.h"

namespace sluice::golden {
namespace {

using data::ImageKind;

/// Codes from `low` on.
int lowest_code(const net::InputFormat& format) { return format.is_signed ? -128 : 0; }

/// ONNX's QuantizeLinear, in float32 as runtimes compute it.
int quantised(float real, const net::InputFormat& format) {
  const float lowest = static_cast<float>(lowest_code(format) - format.zero_point);
  const float steps = std::clamp(real / *format.scale, lowest, lowest + 255);
  return static_cast<int>(std::nearbyint(steps)) + format.zero_point;  // rounds half to even
}

/// Code of value `i` of an image.
int code_of(const net::InputFormat& format, const data::ImageSet& images, std::size_t i) {
  if (images.kind == ImageKind::kReals) return quantised(images.reals[i], format);
  const std::uint8_t byte = images.pixels[i];
  if (images.kind == ImageKind::kSigned) return static_cast<std::int8_t>(byte);
  if (!format.scale) return byte + lowest_code(format);
  return quantised(static_cast<float>(byte * images.pixel_scale), format);
}

void check_kind(const net::Network& network, const data::ImageSet& images) {
  const net::InputFormat& format = network.input;
  if (images.kind == ImageKind::kReals && !format.scale)
    throw UserError(fmt::format(
        "these images are real numbers, but the network takes {} codes; give bytes (uint8){}",
        format.is_signed ? "INT8" : "UINT8", format.is_signed ? " or codes (int8)" : ""));
  if (images.kind == ImageKind::kSigned && (format.scale || !format.is_signed))
    throw UserError(
        fmt::format("these images are INT8 codes, but the network takes {}; give {}",
                    format.scale ? "real numbers" : "UINT8 codes",
                    format.scale ? "real numbers (float32) or bytes (uint8)" : "bytes (uint8)"));
}

}  // namespace

std::string input_size(const net::Network& network) {
  const net::FeatureMap& input = network.maps[0];
  return fmt::format("{} x {} x {} (height, width, channels)", input.height, input.width,
                     input.channels);
}

bool size_fits(const net::Network& network, const data::ImageSet& images) {
  const net::FeatureMap& input = network.maps[0];
  return images.height == input.height && images.width == input.width &&
         images.channels == input.channels;
}

void check_images(const net::Network& network, const data::ImageSet& images) {
  if (!size_fits(network, images))
    throw UserError(fmt::format("the network takes images of {}, but these are {} x {} x {}",
                                input_size(network), images.height, images.width, images.channels));
  check_kind(network, images);
}

void check_labels(const net::Network& network, const data::ImageSet& images) {
  if (images.labels.empty()) return;
  const net::FeatureMap& result = network.maps[network.layers.back().output];
  if (result.height != 1 || result.width != 1)
    throw UserError(fmt::format(
        "the network's result is {} x {} x {} (height, width, channels), not one number for each "
        "class: it has no accuracy; leave the labels out",
        result.height, result.width, result.channels));
  const auto largest = std::max_element(images.labels.begin(), images.labels.end());
  if (*largest >= result.channels)
    throw UserError(
        fmt::format("image {} has label {}, but the network has {} outputs, counted from 0",
                    largest - images.labels.begin(), *largest, result.channels));
}

Tensor input_tensor(const net::Network& network, const data::ImageSet& images, int image) {
  check_images(network, images);
  assert(image >= 0 && image < images.count);
  const net::FeatureMap& map = network.maps[0];
  Tensor tensor{map.height, map.width, map.channels, {}};
  tensor.values.resize(images.image_size());
  const int lowest = -(1 << (map.bits - 1));
  const std::size_t first = images.image_size() * image;
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    // A narrower map is limited by a Clip, which saturates as well
    const int value = images.kind == ImageKind::kNoise
                          ? (images.pixels[first + i] >> (8 - map.bits)) + lowest
                          : code_of(network.input, images, first + i) - network.input.offset;
    tensor.values[i] = static_cast<std::int8_t>(std::clamp(value, lowest, -lowest - 1));
  }
  return tensor;
}

}  // namespace sluice::golden
