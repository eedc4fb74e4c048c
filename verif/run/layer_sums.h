// SPDX-License-Identifier: Apache-2.0
// Sums of a drawn convolution at one position, by which its requantisation and its gates are set.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"
#include "verif/golden/golden.h"

namespace sluice::run {

/// Of one output channel: with all inputs, and before the gate.
struct LayerSums {
  std::int64_t whole = 0, base = 0;
};

/// The values under the kernel at an output position, [channel][ky][kx]; `pad` around the map.
void gather(const net::Layer& layer, const golden::Tensor& in, int pad, int out_y, int out_x,
            std::vector<int>& values);

/// Sums of output channel `c` of `outputs` over gathered values. Of gates that split channels by
/// groups; of such that split bits the base is the sum over the upper halves.
LayerSums sums_of(const net::Layer& layer, int c, int outputs, const std::vector<int>& values);

}  // namespace sluice::run
