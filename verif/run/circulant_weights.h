// SPDX-License-Identifier: Apache-2.0
// Weights in circulant blocks, of drawn networks.
#pragma once

#include <cstdint>

#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::run {

/// Makes the layer's weights circulant in blocks of `size` x `size` channels, from the first output
/// of each. Outputs that fill no block are as those of one; the inputs of a group must.
void make_circulant(net::Layer& layer, int inputs, int size);

/// Gives some convolutions of a random network such weights, on designs that rotate them. Dice of
/// their own: what else is drawn stays.
void draw_circulant(net::Network& network, const Plan& plan, std::uint64_t seed);

}  // namespace sluice::run
