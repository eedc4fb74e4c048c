// SPDX-License-Identifier: Apache-2.0
// Layers of drawn networks whose sums are transformed before they are requantised.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::run {

/// Transforms sums, [channel][position], of `size` channels at a time.
void transform_sums(std::vector<std::vector<double>>& sums, int size);

/// Makes some convolutions of a random network such layers, on designs that transform; those that
/// the compiler refuses stay what they were. Dice of their own: what else is drawn stays.
void draw_hadamard(net::Network& network, const Plan& plan, std::uint64_t seed);

}  // namespace sluice::run
