// SPDX-License-Identifier: Apache-2.0
// How the values of a map are distributed, gathered in one pass without knowing their range.
#pragma once

#include <cstddef>
#include <vector>

namespace sluice::quantise {

/// Bins of equal width around zero. The width is a power of two and doubles when a value lies
/// beyond, so that at least a quarter of the bins is in use. Zeros, which every range of codes has
/// exactly, are counted apart.
class Histogram {
 public:
  struct Bin {
    double value;  ///< its middle
    double count;
  };

  /// All values must be finite.
  void add(const std::vector<float>& values);

  double count() const { return count_; }  ///< with zeros
  double zeros() const { return zeros_; }
  double low() const { return low_; }  ///< the least value; 0 of none
  double high() const { return high_; }
  double width() const { return width_; }

  /// Those that are not empty, by value, without zeros.
  std::vector<Bin> bins() const;
  /// Counts of magnitudes: element i is of [i * width, (i + 1) * width). Up to the largest.
  std::vector<double> magnitudes() const;
  /// The share of values outside of a range.
  double share_outside(double low, double high) const;

 private:
  void widen(double magnitude);

  std::vector<double> counts_;
  double width_ = 0, count_ = 0, zeros_ = 0, low_ = 0, high_ = 0;
};

}  // namespace sluice::quantise
