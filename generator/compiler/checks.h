// SPDX-License-Identifier: Apache-2.0
// What a network must satisfy before it is mapped: consistent tables, and limits of the design that
// do not depend on the mapping.
#pragma once

#include "generator/compiler/compile.h"

namespace sluice::compiler {

/// Throws CompileError for the first problem found.
void check_network(const net::Network& network, const Plan& plan, const Options& options);

}  // namespace sluice::compiler
