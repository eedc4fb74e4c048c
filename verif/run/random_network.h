// SPDX-License-Identifier: Apache-2.0
// Random networks that a design can run.
#pragma once

#include <cstdint>

#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "verif/run/dice.h"

namespace sluice::run {

/// Range of stored values of `bits` bits.
inline int low_of(int bits) { return -(1 << (bits - 1)); }
inline int high_of(int bits) { return (1 << (bits - 1)) - 1; }

/// A network of one to three layers, or with additions, small enough for RTL to run. The seed says
/// which of both, and its name.
net::Network random_network(const Plan& plan, std::uint64_t seed, Dice& dice);

}  // namespace sluice::run
