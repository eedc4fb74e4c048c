// SPDX-License-Identifier: Apache-2.0
// Powers of two that hold a number.
#pragma once

#include <cstdint>

namespace sluice {

/// Number of bits that count from 0 to n - 1; at least 1.
inline int index_bits(std::int64_t n) {
  int bits = 1;
  while ((std::int64_t{1} << bits) < n) bits++;
  return bits;
}

inline std::int64_t next_power_of_two(std::int64_t n) {
  std::int64_t power = 1;
  while (power < n) power *= 2;
  return power;
}

}  // namespace sluice
