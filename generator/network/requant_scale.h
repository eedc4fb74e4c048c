// SPDX-License-Identifier: Apache-2.0
// Real scales as the hardware's multipliers and shifts.
#pragma once

#include <optional>

#include "generator/network/network.h"

namespace sluice::net {

/// The nearest multiplier / 2^shift with a multiplier in [2^19, 2^20 - 1], or a smaller one over
/// 2^47 for scales below 2^-28; none if the scale is not positive or not below 2^20.
std::optional<Requant> nearest_requant(double scale);

/// Of a mean: that of codes, not of what they are above their zero point, with halves away from
/// zero. The multiplier becomes a little larger than the scale: halves are more than that then, and
/// what is below them stays so.
Requant mean_of_codes(Requant requant);

/// Whether all shifts of a layer are above kMultiplierBits.
bool may_round_twice(const Layer& layer);

/// Two scales as integers over one power of two.
struct Factors {
  int first = 0, second = 0;  ///< 0 to kLargestFactor
  int shift = 0;              ///< 0 to kLargestShift
};

/// The nearest factors with the largest shift that both fit; none if a scale is not positive or the
/// larger one is not below 2^20.
std::optional<Factors> nearest_factors(double first, double second);

}  // namespace sluice::net
