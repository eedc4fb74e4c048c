// SPDX-License-Identifier: Apache-2.0
// Cuts layers whose input the activation buffer does not hold by rows.
//
// Any layer can be cut by columns: bands of rows and columns. A layer whose output channels need
// only some channels of the input, as depthwise convolutions and poolings, can also be cut by
// channels into *slices*: mappings of their own, which share the layer's records and write into the
// same map. The one that takes the fewest cycles by estimate is chosen; a slice may go by rows or
// by pieces.
#pragma once

#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// All of its input map.
Slice whole_slice(const MapLayout& map);

/// The mapping whose records are chosen, in natural order, or its slices. By rows where they fit.
/// Unchanged but for `by_pieces` if nothing fits.
std::vector<Mapping> cut_layer(const Mapping& mapping, const net::Network& network,
                               const Plan& plan);

}  // namespace sluice::compiler
