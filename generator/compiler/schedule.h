// SPDX-License-Identifier: Apache-2.0
// Orders the work of all layers as commands, with the waits that keep it safe.
#pragma once

#include <vector>

#include "generator/compiler/commands.h"
#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The program of a network. Addresses are those of the mappings. Throws CompileError for a number
/// that does not fit its field.
std::vector<Command> schedule(const std::vector<Mapping>& mappings, const Plan& plan);

}  // namespace sluice::compiler
