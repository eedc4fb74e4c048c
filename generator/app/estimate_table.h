// SPDX-License-Identifier: Apache-2.0
// The results of `sluice estimate` as text.
#pragma once

#include <string>

#include "generator/results/estimate_result.h"

namespace sluice::app {

/// Frames a second, cycles, speed-ups and energy are of the network only if it runs whole; else the
/// sums say of which layers they are. `layer_energies`: a row for the energy of each layer, too.
std::string estimate_text(const results::EstimateResult& result, bool layer_energies);

}  // namespace sluice::app
