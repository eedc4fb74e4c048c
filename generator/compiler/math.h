// SPDX-License-Identifier: Apache-2.0
// Integer helpers of the compiler.
#pragma once

#include <cstdint>

namespace sluice::compiler {

/// ceil(a / b) for a >= 0, b > 0.
template <typename T>
constexpr T ceil_div(T a, T b) {
  return (a + b - 1) / b;
}

/// `a` rounded up to a multiple of `b`.
template <typename T>
constexpr T round_up(T a, T b) {
  return ceil_div(a, b) * b;
}

/// `a` mod `b` in [0, b), for negative `a` too.
template <typename T>
constexpr T modulo(T a, T b) {
  return (a % b + b) % b;
}

/// The least number from `a` on that is congruent to `residue` modulo `b`.
template <typename T>
constexpr T congruent_from(T a, T residue, T b) {
  return a + modulo(residue - a, b);
}

/// log2 of the factor that the array's sums carry in a mode: 0, 4, 6 for 8, 4, 2 bits.
constexpr int scale_bits(int mode) { return mode == 8 ? 0 : mode == 4 ? 4 : 6; }

/// The code of a width in command fields.
constexpr std::uint32_t width_code(int bits) { return bits == 8 ? 0 : bits == 4 ? 1 : 2; }

/// The width of a code; inverse of width_code.
constexpr int coded_width(std::uint32_t code) { return code == 0 ? 8 : code == 1 ? 4 : 2; }

}  // namespace sluice::compiler
