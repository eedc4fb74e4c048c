// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/chain.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "verif/golden/host.h"

namespace sluice::golden {
namespace {

/// The code of a number that a network takes, as stored.
float stored(const net::InputFormat& format, float number) {
  if (!format.scale) return number - static_cast<float>(format.offset);
  const float lowest = format.is_signed ? -128 : 0;
  const float steps =
      std::nearbyint(number / *format.scale) + static_cast<float>(format.zero_point);
  return std::clamp(steps, lowest, lowest + 255) - static_cast<float>(format.offset);
}

}  // namespace

std::vector<float> numbers_of(const net::ResultFormat& format, const Tensor& result) {
  std::vector<float> numbers;
  for (int c = 0; c < result.channels; ++c)
    for (int y = 0; y < result.height; ++y)
      for (int x = 0; x < result.width; ++x) {
        const int code = result.at(y, x, c) + format.offset;
        numbers.push_back(format.scale
                              ? static_cast<float>(code - format.zero_point) * *format.scale
                              : static_cast<float>(code));
      }
  return format.host.empty() ? numbers : evaluate(format.host, numbers);
}

Tensor input_of_numbers(const net::Network& network, const std::vector<float>& numbers) {
  const net::FeatureMap& map = network.maps[0];
  const std::vector<float> given =
      network.input.host.empty() ? numbers : evaluate(network.input.host, numbers);
  const std::size_t area = std::size_t(map.height) * map.width;
  assert(given.size() == area * map.channels);
  const float low = static_cast<float>(-(1 << (map.bits - 1)));
  Tensor tensor{map.height, map.width, map.channels, {}};
  for (std::size_t place = 0; place < area; ++place)
    for (int c = 0; c < map.channels; ++c) {
      const float value = stored(network.input, given[c * area + place]);
      tensor.values.push_back(static_cast<std::int8_t>(std::clamp(value, low, -low - 1)));
    }
  return tensor;
}

std::vector<std::vector<LayerResult>> evaluate(std::span<const net::Network> chain,
                                               const Tensor& input, bool gated) {
  std::vector<std::vector<LayerResult>> all = {evaluate(chain[0], input, gated)};
  for (std::size_t k = 1; k < chain.size(); ++k) {
    const std::vector<float> numbers = numbers_of(chain[k - 1].result, all.back().back().output);
    all.push_back(evaluate(chain[k], input_of_numbers(chain[k], numbers), gated));
  }
  return all;
}

}  // namespace sluice::golden
