// SPDX-License-Identifier: Apache-2.0
// The commands that carry a layer's mapping: ADDITION, LAYER, FETCH and RUN.
#pragma once

#include "generator/compiler/commands.h"
#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The registers of the addition to a layer's outputs.
Command addition_command(const Mapping& mapping, const Waits& waits, const Plan& plan);

/// The registers of the layer.
Command layer_command(const Mapping& mapping, const Plan& plan);

/// Starts the weight streams of one band's RUN.
Command fetch_command(const Mapping& mapping, int band, const Plan& plan);

/// All blocks over one band. `first_tap` is the atom address of the first tap of the band's output
/// (0, 0) in group 0.
Command run_command(const Mapping& mapping, int band, std::uint32_t first_tap, const Waits& waits);

}  // namespace sluice::compiler
