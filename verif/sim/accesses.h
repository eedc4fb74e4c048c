// SPDX-License-Identifier: Apache-2.0
// Accesses of memories in simulated RTL: which instance is a memory of which kind.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "generator/cycle_model/accesses.h"
#include "verif/sim/benches/sim_api.h"

namespace sluice::sim {

/// Of one run.
struct MemoryAccesses {
  cycles::Accesses accesses;
  std::array<int, kMemoryKinds> instances{};  ///< of each MemoryKind, in the simulated design
};

/// The kind of the instance of <name>_ram at `path`, from the top module down. Throws
/// std::runtime_error for one that no kind's instances are called.
MemoryKind kind_of(const std::string& path);

/// Sums of the instances' counts.
MemoryAccesses sum_of(const std::vector<SluiceRam>& memories);

}  // namespace sluice::sim
