// SPDX-License-Identifier: Apache-2.0
// Sums of the weights of output channels: what zero points of inputs are folded into, and what
// bounds sums.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"

namespace sluice::net {

/// Sums of one output channel's weights.
struct WeightSums {
  std::int64_t all = 0, base = 0, magnitude = 0;
};

/// The sums of all output channels' weights; where sums are transformed those of their transforms,
/// of which the magnitudes are at most as large.
std::vector<WeightSums> sums_of_all(const Layer& layer, const std::vector<std::int16_t>& weights,
                                    int out_channels);

}  // namespace sluice::net
