// SPDX-License-Identifier: Apache-2.0
// How each way to reduce the inputs of an output becomes steps of the array.
#pragma once

#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The steps of a layer whose layouts, folding and records are known. A walk of a gated layer's
/// conditional pass takes `walk_groups` groups, which divide their number; `copies` of the map's
/// first groups lie behind its last one.
Walk make_walk(const Mapping& mapping, const Plan& plan, int walk_groups, int copies);

/// Of a layer without weights: the factor that each step of a placed layer multiplies by, in order.
std::vector<int> step_factors(const Mapping& mapping);

}  // namespace sluice::compiler
