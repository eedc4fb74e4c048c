// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/gates.h"

#include <algorithm>

#include "generator/estimate/mix.h"

namespace sluice::estimate {

std::int64_t GateMap::count() const { return std::count(open_.begin(), open_.end(), 1); }

std::vector<double> GateMap::density(int channels) const {
  const auto positions = static_cast<std::ptrdiff_t>(height_) * width_;
  std::vector<double> result;
  for (int c = 0; c < channels; ++c) {
    const auto first = open_.begin() + c / block_ * positions;
    const auto open = static_cast<double>(std::count(first, first + positions, 1));
    result.push_back(open / static_cast<double>(positions));
  }
  return result;
}

GateMap draw_gates(int gates, int block, int height, int width, double density,
                   std::uint64_t seed) {
  GateMap map(gates, block, height, width);
  const double limit = density * 0x1p32;
  std::uint64_t number = 0;
  const std::uint64_t start = mix(seed);
  for (int gate = 0; gate < gates; ++gate) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (static_cast<double>(mix(start + number++) >> 32) < limit) map.set_open(gate, y, x);
      }
    }
  }
  return map;
}

}  // namespace sluice::estimate
