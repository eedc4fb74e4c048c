// SPDX-License-Identifier: Apache-2.0
// Real scales as the hardware's multipliers and shifts.
#pragma once

#include <optional>

#include "generator/network/network.h"

namespace sluice::net {

/// The nearest multiplier / 2^shift with a multiplier in [32768, 65535]; none if the scale is not
/// in [2^-32, 65535].
std::optional<Requant> nearest_requant(double scale);

}  // namespace sluice::net
