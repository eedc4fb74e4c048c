// SPDX-License-Identifier: Apache-2.0
// Cuts a layer's output channels into blocks and deals records of them to the lanes.
#pragma once

#include <vector>

#include "generator/compiler/compile.h"
#include "generator/compiler/layout.h"
#include "generator/compiler/mapping.h"

namespace sluice::compiler {

/// Cuts the output channels of `layer` in natural order. Throws CompileError where no cut satisfies
/// the layouts of its input and output map, the gates and the rule of whole bytes.
std::vector<Block> cut_blocks(const net::Network& network, const net::Layer& layer,
                              const Plan& plan, bool gated, const MapLayout& in,
                              const MapLayout& out);

/// Group of the input map that the base pass of a block starts with.
int first_group(const net::Network& network, const Mapping& mapping, const Block& block);

/// Share of positions at which a lane works on the conditional pass of a block. `density` holds the
/// share of open gates of every output channel; empty: an assumed share.
double open_share(const net::Layer& layer, const Block& block, const std::vector<double>& density);

/// Orders records so that lanes, which take the record at place r in lane r mod `lanes`, get equal
/// sums of `work`: the record for each place.
std::vector<int> deal_records(const std::vector<double>& work, int lanes);

}  // namespace sluice::compiler
