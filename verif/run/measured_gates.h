// SPDX-License-Identifier: Apache-2.0
// Which gates an input opens, as the golden model finds them.
#pragma once

#include <span>
#include <vector>

#include "generator/estimate/gates.h"
#include "generator/network/network.h"
#include "verif/golden/golden.h"

namespace sluice::run {

/// The gates of each layer of networks one after the other, one for each output channel; empty for
/// layers without. `gated` = false leaves all of them empty.
std::vector<estimate::GateMap> measured_gates(std::span<const net::Network> chain,
                                              const golden::Tensor& input, bool gated = true);

}  // namespace sluice::run
