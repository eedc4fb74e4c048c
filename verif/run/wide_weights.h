// SPDX-License-Identifier: Apache-2.0
// Weights of more than 8 bits in random networks.
#pragma once

#include <cstdint>

#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::run {

/// Gives some convolutions of a random network weights of up to 9 bits, which the array takes in
/// two rounds: of 8 bits, without gates and groups. Dice of their own: what else is drawn stays.
void widen_weights(net::Network& network, const Plan& plan, std::uint64_t seed);

/// Gives some convolutions of narrow weights one input channel with wide ones, which the compiler
/// may split. Dice of their own, too.
void widen_channels(net::Network& network, const Plan& plan, std::uint64_t seed);

}  // namespace sluice::run
