// SPDX-License-Identifier: Apache-2.0
// What a network must satisfy before it is mapped: consistent tables, and limits of the design that
// do not depend on the mapping.
#pragma once

#include <string>

#include "generator/compiler/compile.h"

namespace sluice::compiler {

/// What a design says to a layer with two inputs that cannot add maps, and how to mend it.
std::string no_additions_text(const Plan& plan, net::Second second);
/// The same of activation tables.
std::string no_table_text(const Plan& plan);

/// Throws CompileError for the first problem found.
void check_network(const net::Network& network, const Plan& plan, const Options& options);

/// Refuses a layer whose sums might not fit the accumulators: deeper than
/// accumulator.max_reduction, and too large with the weights that it has and inputs of `mode` bits,
/// or of planes of so many.
void check_sums(const net::Network& network, const net::Layer& layer, int mode, bool planes,
                const Plan& plan);

}  // namespace sluice::compiler
