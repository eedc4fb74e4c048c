// SPDX-License-Identifier: Apache-2.0
// Normally distributed numbers for tests: weights and images of float networks.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace sluice::test {

inline std::vector<float> normal(std::size_t count, unsigned seed, float deviation = 1) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> draw(0, deviation);
  std::vector<float> values(count);
  for (float& value : values) value = draw(engine);
  return values;
}

}  // namespace sluice::test
