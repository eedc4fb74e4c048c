// SPDX-License-Identifier: Apache-2.0
// The real numbers that codes stand for.
#pragma once

#include <algorithm>
#include <cmath>

namespace sluice::quantise {

/// Real numbers from `low` to `high`.
struct Range {
  double low = 0, high = 0;
};

/// scale * (code - zero_point), codes from `least` to `most`.
struct Grid {
  float scale = 1;
  int zero_point = 0, least = 0, most = 255;

  int code(double real) const {
    const double code = std::nearbyint(real / scale) + zero_point;
    return static_cast<int>(std::clamp<double>(code, least, most));
  }
  double real(int code) const { return double(scale) * (code - zero_point); }
  /// The nearest number of the grid.
  double nearest(double value) const { return real(code(value)); }
  Range range() const { return {real(least), real(most)}; }
};

/// The grid of 2^bits codes over a range and zero: from 0 on, or from -2^(bits - 1) on where codes
/// are signed. Zero is a number of the grid. An empty range gives zeros alone, with the scale 1.
Grid grid_of(Range range, int bits, bool is_signed);

/// The grid around 0 whose largest number is `magnitude`: codes -(2^(bits - 1) - 1) to as much.
Grid symmetric_grid(double magnitude, int bits);

}  // namespace sluice::quantise
