// SPDX-License-Identifier: Apache-2.0
#include "generator/network/requant_scale.h"

#include <algorithm>
#include <cmath>

namespace sluice::net {
namespace {

constexpr int kSmallestMultiplier = 32768;

}  // namespace

std::optional<Requant> nearest_requant(double scale) {
  if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
  int exponent = 0;
  std::frexp(scale, &exponent);  // scale = f * 2^exponent with f in [0.5, 1)
  int shift = 16 - exponent;
  auto multiplier = std::llround(std::ldexp(scale, shift));
  if (multiplier == 2 * kSmallestMultiplier) {
    multiplier = kSmallestMultiplier;
    --shift;
  }
  if (shift < 0) return std::nullopt;
  if (shift > kLargestShift) {  // a sum of 32 bits is at most half a step then
    shift = kLargestShift;
    multiplier = std::llround(std::ldexp(scale, shift));
  }
  return Requant{0, static_cast<std::uint16_t>(multiplier), shift};
}

std::optional<Factors> nearest_factors(double first, double second) {
  const auto common = nearest_requant(std::max(first, second));
  if (!common || !(std::min(first, second) > 0)) return std::nullopt;
  const auto factor = [&](double scale) {
    return static_cast<int>(std::llround(std::ldexp(scale, common->shift)));
  };
  return Factors{factor(first), factor(second), common->shift};
}

}  // namespace sluice::net
