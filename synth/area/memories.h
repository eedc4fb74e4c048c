// SPDX-License-Identifier: Apache-2.0
// The memories of a design and what they take: SRAM macros of a table, small ones flip-flops.
#pragma once

#include <optional>
#include <vector>

#include "generator/plan/memories.h"
#include "synth/memories/cut.h"
#include "synth/tools/kept_results.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// All memories of one kind. Those that are no macros (Memory::is_macro) are flip-flops, as in the
/// flow's file of macros.
struct MemoryArea {
  Memory memory;
  std::optional<MemoryCut> cut;  ///< of one memory; none: flip-flops
  double area = 0;               ///< of all of them, um2 of the table's node
  double nand2 = 0;  ///< macros in NAND2 of the table's node, flip-flops in the library's
};

/// The memories of a design, with macros where they are; flip-flops have no area yet. The
/// table has a NAND2, as for all below. Throws
/// UserError, which names the memory and the table, if no macro serves.
std::vector<MemoryArea> cut_memories(const Plan& plan, const MemoryTable& table);

/// Maps the design's module of memories to cells for those that are flip-flops, once for each
/// shape, and fills in their areas. `mapped` gets what Yosys said and took; the time limit is for
/// it and these together. Throws UserError as map_modules does.
void map_flip_flops(std::vector<MemoryArea>& memories, const Rtl& rtl, const Liberty& liberty,
                    const MemoryTable& table, const MapOptions& options, KeptResults& modules,
                    MappedDesign& mapped);

}  // namespace sluice::synth
