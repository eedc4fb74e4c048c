// SPDX-License-Identifier: Apache-2.0
// Places feature maps and bands in the activation buffer.
#pragma once

#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// Decides for every layer whether its output stays in the activation buffer, up to its last
/// reader, and sets regions, fills, bands and tiles of all of them.
void allocate(std::vector<Mapping>& mappings, const net::Network& network, const Plan& plan,
              const Options& options);

}  // namespace sluice::compiler
