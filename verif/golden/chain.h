// SPDX-License-Identifier: Apache-2.0
// Networks one after the other, with what is left to the host between them.
#pragma once

#include <span>
#include <vector>

#include "generator/network/network.h"
#include "verif/golden/golden.h"

namespace sluice::golden {

/// Evaluates all networks, each on what the one before gives; element i is what the layers of
/// network i give.
std::vector<std::vector<LayerResult>> evaluate(std::span<const net::Network> chain,
                                               const Tensor& input, bool gated);

/// What the layers of all networks give, one after the other.
std::vector<LayerResult> joined(std::vector<std::vector<LayerResult>> networks);

}  // namespace sluice::golden
