// SPDX-License-Identifier: Apache-2.0
#include "generator/network/requant_scale.h"

#include <algorithm>
#include <cmath>

namespace sluice::net {
namespace {

std::int64_t rounded(double scale, int shift) { return std::llround(std::ldexp(scale, shift)); }

/// The largest shift, up to the largest that there is, with which the scale still rounds to a
/// multiplier. Where a scale would need a larger one, a sum of 32 bits is off by 2^-16 steps.
std::optional<int> largest_shift(double scale) {
  if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
  int exponent = 0;
  std::frexp(scale, &exponent);  // scale = f * 2^exponent with f in [0.5, 1)
  int shift = kMultiplierBits - exponent;
  if (rounded(scale, shift) > kLargestMultiplier) --shift;
  if (shift < 0) return std::nullopt;
  return std::min(shift, kLargestShift);
}

}  // namespace

std::optional<Requant> nearest_requant(double scale) {
  const std::optional<int> shift = largest_shift(scale);
  if (!shift) return std::nullopt;
  return Requant{0, static_cast<std::int32_t>(rounded(scale, *shift)), *shift};
}

Requant mean_of_codes(Requant requant) {
  if (requant.multiplier == kLargestMultiplier)
    return {0, 1 << (kMultiplierBits - 1), requant.shift - 1};
  return {0, requant.multiplier + 1, requant.shift};
}

bool may_round_twice(const Layer& layer) {
  const auto may = [](const Requant& requant) { return requant.shift > kMultiplierBits; };
  return std::all_of(layer.requant.begin(), layer.requant.end(), may) &&
         std::all_of(layer.requant_closed.begin(), layer.requant_closed.end(), may);
}

std::optional<Factors> nearest_factors(double first, double second) {
  const double larger = std::max(first, second);
  const std::optional<int> shift = largest_shift(larger);
  if (!shift || !(std::min(first, second) > 0)) return std::nullopt;
  return Factors{static_cast<int>(rounded(first, *shift)),
                 static_cast<int>(rounded(second, *shift)), *shift};
}

}  // namespace sluice::net
