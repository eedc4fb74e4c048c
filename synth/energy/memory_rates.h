// SPDX-License-Identifier: Apache-2.0
// Energy of an access to each memory of a design, by a table of macros.
#pragma once

#include <array>
#include <map>

#include "generator/cycle_model/accesses.h"
#include "generator/plan/memories.h"
#include "synth/memories/cut.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// Of one instance of a memory.
struct MemoryEnergy {
  double read_pj = 0, write_pj = 0;  ///< of one access
  double leakage_uw = 0;
  bool from_line = false;  ///< figures are those of a line of the table; else of the fit
};

/// Energies by shape; each is cut once.
class MemoryEnergies {
 public:
  explicit MemoryEnergies(const MemoryTable& table) : table_(table) {}

  /// Throws UserError as memory_rates does.
  const MemoryEnergy& of(const RamShape& shape);

 private:
  const MemoryTable& table_;
  std::map<RamShape, MemoryEnergy> known_;
};

struct MemoryRates {
  std::array<MemoryEnergy, kMemoryKinds> kinds{};  ///< by MemoryKind; zeros: the design has none
  double leakage_uw = 0;                           ///< of all memories
  int from_fit = 0;                                ///< kinds that the design has and the fit gave

  /// In pJ.
  double energy(const cycles::Accesses& accesses, MemoryKind kind) const;
};

/// Each memory is cut into macros of the table (memories/cut.h), also those too small for a macro
/// of their own, which are flip-flops in the design: they take the smallest that serves. Throws
/// UserError if no macro serves or a figure of it is not known.
MemoryRates memory_rates(const Plan& plan, const MemoryTable& table);

}  // namespace sluice::synth
