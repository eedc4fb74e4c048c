// SPDX-License-Identifier: Apache-2.0
// Random numbers for networks and inputs.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace sluice::run {

/// Random numbers that are the same on every machine (the standard's distributions are not).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed * 0x9e3779b97f4a7c15ull + 1) {}

  /// From low to high, both included.
  int range(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool percent(int chance) { return range(0, 99) < chance; }
  template <typename T>
  T pick(const std::vector<T>& list) {
    return list[range(0, static_cast<int>(list.size()) - 1)];
  }
  /// Roughly normal, standard deviation 1.
  double normal() {
    double sum = 0;
    for (int k = 0; k < 12; k++) sum += range(0, 1 << 20) / static_cast<double>(1 << 20);
    return sum - 6;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sluice::run
