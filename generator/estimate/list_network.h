// SPDX-License-Identifier: Apache-2.0
// Turns listed layers into what compiler and models work on.
#pragma once

#include <string>

#include "generator/estimate/layer_list.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::estimate {

/// Output channels that share a gate of this layer: as given, else as many as a lane's columns and
/// the groups of the gates allow.
int gate_block(const ListedLayer& layer, const Plan& plan);

/// The layer whose output layer `k` reads; -1: a map in memory that none writes.
int source_of(const LayerList& list, std::size_t k);
/// All layers whose outputs are in that input; none if it is a map in memory.
std::vector<int> sources_of(const LayerList& list, std::size_t k);

/// Layers [first, first + count) of the list as a network without weights. What they read is
/// written by one of them, or is what layer `first` reads. Gates are left out unless `gated`.
net::Network network_of(const LayerList& list, std::size_t first, std::size_t count,
                        const Plan& plan, bool gated);

/// All that decides what a layer costs, as a text; not its name.
std::string shape_text(const ListedLayer& layer);

}  // namespace sluice::estimate
