// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/grid.h"

#include <limits>

namespace sluice::quantise {
namespace {

/// A scale that division by it does not make infinite.
float scale_of(double step) {
  if (step <= 0) return 1;
  return std::max(static_cast<float>(step), std::numeric_limits<float>::min());
}

}  // namespace

Grid grid_of(Range range, int bits, bool is_signed) {
  const double low = std::min(range.low, 0.0), high = std::max(range.high, 0.0);
  const int steps = (1 << bits) - 1;
  Grid grid;
  grid.least = is_signed ? -(1 << (bits - 1)) : 0;
  grid.most = grid.least + steps;
  grid.scale = scale_of((high - low) / steps);
  const int below = static_cast<int>(std::nearbyint(-low / grid.scale));
  grid.zero_point = grid.least + std::clamp(below, 0, steps);
  return grid;
}

Grid symmetric_grid(double magnitude, int bits) {
  const int most = (1 << (bits - 1)) - 1;
  return {scale_of(magnitude / most), 0, -most, most};
}

}  // namespace sluice::quantise
