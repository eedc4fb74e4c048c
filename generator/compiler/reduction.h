// SPDX-License-Identifier: Apache-2.0
// How each way to reduce the inputs of an output becomes steps of the array.
#pragma once

#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The steps of a layer whose layouts are known.
Walk make_walk(const Mapping& mapping, const Plan& plan);

/// Of a layer without weights: the factor that each step of a placed layer multiplies by, in order.
std::vector<int> step_factors(const Mapping& mapping);

}  // namespace sluice::compiler
