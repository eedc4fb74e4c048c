// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/images.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "generator/util/user_error.h"
#include "verif/golden/host.h"
#include "verif/golden/results.h"

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

/// Value `i` of an image as the graph's input: a real number, or a code.
float number_of(const net::InputFormat& format, const data::ImageSet& images, std::size_t i) {
  if (images.kind == ImageKind::kReals) return images.reals[i];
  const std::uint8_t byte = images.pixels[i];
  if (images.kind == ImageKind::kSigned) return static_cast<std::int8_t>(byte);
  if (format.scale && !format.bytes) return static_cast<float>(byte * images.pixel_scale);
  return static_cast<float>(format.bytes ? byte : byte + lowest_code(format));
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
  if (format.bytes && images.kind != ImageKind::kBytes && images.kind != ImageKind::kNoise)
    throw UserError("these images are no bytes, which the network takes; give bytes (uint8)");
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

ImageSize image_size(const net::Network& network) {
  const net::FeatureMap& map = network.maps[0];
  const net::InputFormat& input = network.input;
  if (input.host.empty()) return {map.height, map.width, map.channels};
  return {input.height, input.width, input.channels};
}

std::string input_size(const net::Network& network) {
  const ImageSize size = image_size(network);
  return fmt::format("{} x {} x {} (height, width, channels)", size.height, size.width,
                     size.channels);
}

bool size_fits(const net::Network& network, const data::ImageSet& images) {
  const net::FeatureMap& map = network.maps[0];
  const ImageSize size = images.kind == ImageKind::kNoise
                             ? ImageSize{map.height, map.width, map.channels}
                             : image_size(network);
  return images.height == size.height && images.width == size.width &&
         images.channels == size.channels;
}

void check_images(const net::Network& network, const data::ImageSet& images) {
  if (!size_fits(network, images))
    throw UserError(fmt::format("the network takes images of {}, but these are {} x {} x {}",
                                input_size(network), images.height, images.width, images.channels));
  check_kind(network, images);
}

void check_labels(const net::Network& network, const data::ImageSet& images) {
  if (images.labels.empty()) return;
  const std::vector<int> maps = net::result_maps(network);
  const net::FeatureMap& result = network.maps[maps[class_map(network)]];
  if (result.height != 1 || result.width != 1)
    throw UserError(fmt::format(
        "the network's {} {} x {} x {} (height, width, channels), not one number for each "
        "class: it has no accuracy; leave the labels out",
        maps.size() > 1 ? "first result of several is" : "result is", result.height, result.width,
        result.channels));
  const auto largest = std::max_element(images.labels.begin(), images.labels.end());
  if (*largest >= result.channels)
    throw UserError(
        fmt::format("image {} has label {}, but the network has {} outputs, counted from 0",
                    largest - images.labels.begin(), *largest, result.channels));
}

namespace {

/// An image as the network's graph takes it.
std::vector<float> numbers_of_image(const net::InputFormat& format, const data::ImageSet& images,
                                    std::size_t first) {
  const auto channels = static_cast<std::size_t>(images.channels);
  const std::size_t size = images.image_size(), area = size / channels;
  std::vector<float> numbers(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t place = format.channels_last ? i : i % channels * area + i / channels;
    numbers[place] = number_of(format, images, first + i);
  }
  return numbers;
}

/// A narrower map is limited by a Clip, which saturates as well.
std::int8_t limited(const net::FeatureMap& map, int value) {
  const int lowest = -(1 << (map.bits - 1));
  return static_cast<std::int8_t>(std::clamp(value, lowest, -lowest - 1));
}

}  // namespace

Tensor input_of_numbers(const net::Network& network, const std::vector<float>& numbers) {
  const net::FeatureMap& map = network.maps[0];
  const net::InputFormat& format = network.input;
  const std::vector<float> given = format.host.empty() ? numbers : evaluate(format.host, numbers);
  const std::size_t area = std::size_t(map.height) * map.width;
  assert(given.size() == area * map.channels);
  Tensor tensor{map.height, map.width, map.channels, {}};
  for (std::size_t place = 0; place < area; ++place)
    for (int c = 0; c < map.channels; ++c) {
      const float number = given[c * area + place];
      const int code = format.scale ? quantised(number, format) : static_cast<int>(number);
      tensor.values.push_back(limited(map, code - format.offset));
    }
  return tensor;
}

Tensor input_tensor(const net::Network& network, const data::ImageSet& images, int image) {
  check_images(network, images);
  assert(image >= 0 && image < images.count);
  const net::FeatureMap& map = network.maps[0];
  const std::size_t first = images.image_size() * image;
  const bool noise = images.kind == ImageKind::kNoise;
  if (!noise && !network.input.host.empty())
    return input_of_numbers(network, numbers_of_image(network.input, images, first));
  Tensor tensor{map.height, map.width, map.channels, {}};
  tensor.values.resize(std::size_t(map.height) * map.width * map.channels);
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    const int value = noise ? (images.pixels[first + i] >> (8 - map.bits)) - (1 << (map.bits - 1))
                            : code_of(network.input, images, first + i) - network.input.offset;
    tensor.values[i] = limited(map, value);
  }
  return tensor;
}

}  // namespace sluice::golden
