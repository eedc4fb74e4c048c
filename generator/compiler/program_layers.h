// SPDX-License-Identifier: Apache-2.0
// What a program says of its layers, for those who run it, count it and print it.
#pragma once

#include <vector>

#include "generator/compiler/commands.h"
#include "generator/compiler/fitted_network.h"
#include "generator/compiler/mapping.h"
#include "generator/compiler/program.h"
#include "generator/compiler/split_channels.h"

namespace sluice::compiler {

/// Which layer of the original network one of the compiled network is; -1: a copy.
int original_layer(const FittedNetwork& fitted, const SplitNetwork& split, int layer);

/// One for each mapping, in their order. `commands` are those of the program.
std::vector<LayerProgram> describe_layers(const std::vector<Mapping>& mappings,
                                          const std::vector<Command>& commands,
                                          const FittedNetwork& fitted, const SplitNetwork& split,
                                          const Plan& plan);

}  // namespace sluice::compiler
