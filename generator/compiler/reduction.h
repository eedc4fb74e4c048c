// SPDX-License-Identifier: Apache-2.0
// How each way to reduce the inputs of an output becomes steps of the array.
#pragma once

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The steps of a layer whose layouts, folding and records are known. A walk of a gated layer's
/// conditional pass takes `walk_groups` groups, which divide their number; `copies` of the map's
/// first groups lie behind its last one.
/// Steps of ungated layers end with a kernel row if rows do not follow each other in the banks.
Walk make_walk(const Mapping& mapping, const Plan& plan, int walk_groups, int copies);

/// The most slots, up to `slots`, that divide a kernel row of `run` atoms: of steps that end with a
/// row.
int slots_within_rows(int run, int slots);

}  // namespace sluice::compiler
