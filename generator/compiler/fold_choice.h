// SPDX-License-Identifier: Apache-2.0
// Chooses how the rows of a lane fold for a layer: blocks of a record, units and windows.
#pragma once

#include "generator/compiler/mapping.h"
#include "generator/compiler/pitch_rule.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// Chooses the folding that takes the fewest cycles, by the estimates of tiling.h, and sets all
/// that follows from it: records, steps, words of a record. Of equal ones the larger fold. Knows
/// the layer's layouts, natural blocks and share of open gates. Only foldings whose reads are free
/// of conflicts count; `in_rule`, of the input map, gets what the windows of the chosen one need.
void choose_fold(Mapping& mapping, const net::Network& network, const Plan& plan,
                 PitchRule& in_rule);

}  // namespace sluice::compiler
