// SPDX-License-Identifier: Apache-2.0
// Which gates an input opens, as the golden model finds them.
#pragma once

#include <vector>

#include "generator/estimate/gates.h"
#include "generator/network/network.h"
#include "verif/golden/golden.h"

namespace sluice::run {

/// The gates of each layer, one for each output channel; empty for layers without. `gated` = false
/// leaves all of them empty.
std::vector<estimate::GateMap> measured_gates(const net::Network& network,
                                              const golden::Tensor& input, bool gated = true);

}  // namespace sluice::run
