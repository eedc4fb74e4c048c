// SPDX-License-Identifier: Apache-2.0
// Integer weights as those of a layer.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"

namespace sluice::net {

/// Whether all lie in -128..127.
bool fits_8_bits(const std::vector<std::int16_t>& weights);

/// Gives a layer its weights, of -256..254, in the narrowest format that holds them: those of more
/// than 8 bits as two that add up to them.
void set_weights(Layer& layer, const std::vector<std::int16_t>& weights);

}  // namespace sluice::net
