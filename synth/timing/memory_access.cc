// SPDX-License-Identifier: Apache-2.0
#include "synth/timing/memory_access.h"

#include <fmt/format.h>

#include "generator/plan/memories.h"
#include "synth/memories/choice.h"
#include "synth/memories/cut.h"

namespace sluice::synth {
namespace {

constexpr double kAlike = 1.5;  // NAND2 of one node: low and high cells of several vendors

/// `memory` with its access time, or the reason why that is assumed.
MemoryAccess from_table(MemoryAccess memory, const MemoryTable& table) {
  const std::optional<MemoryCut> cut = try_cut_memory(
      table, design_memory(memory.shape.depth, memory.shape.width, memory.shape.granule));
  if (!cut) {
    memory.why = "no macro of the table serves it";
  } else if (!cut->found.figures.access) {
    memory.why = "the table has no access time of it";
  } else {
    memory.access_ps = *cut->found.figures.access;
    memory.from = cut->found.from_line ? AccessFrom::kLine : AccessFrom::kFit;
    memory.macro = cut->macro;
  }
  return memory;
}

}  // namespace

std::string spelling(AccessFrom from) {
  if (from == AccessFrom::kAssumed) return "assumed";
  return from == AccessFrom::kLine ? "line" : "fit";
}

bool same_node(const Liberty& liberty, const MemoryTable& table) {
  if (table.node_of_logic) return true;
  const std::string node = node_of(liberty);
  if (!node.empty()) return node == table.node;
  const double ratio = liberty.nand2_area() / table.nand2.value();
  return ratio <= kAlike && ratio >= 1 / kAlike;
}

std::vector<MemoryAccess> memory_accesses(const std::map<RamShape, std::int64_t>& rams,
                                          const Liberty& liberty, const MemoryTable& table,
                                          AccessTimes times, const RamTiming& assumed) {
  const bool other_node = times == AccessTimes::kOwnNode && !same_node(liberty, table);
  std::vector<MemoryAccess> memories;
  for (const auto& [shape, count] : rams) {
    MemoryAccess memory{shape, count, assumed.access_ps, AccessFrom::kAssumed, "", {}};
    const MemoryShape size = design_memory(shape.depth, shape.width, shape.granule);
    if (!Memory{{}, size.words, size.bits, size.granule, 1}.is_macro()) {
      memory.why = "no macro: flip-flops";
    } else if (times == AccessTimes::kAssumed) {
      memory.why = "as asked for";
    } else if (other_node) {
      memory.why = fmt::format("the table is of {}, not of the library's node", table.node);
    } else {
      memory = from_table(memory, table);
    }
    memories.push_back(memory);
  }
  return memories;
}

RamTiming with_accesses(RamTiming assumed, const std::vector<MemoryAccess>& memories) {
  for (const MemoryAccess& memory : memories) assumed.by_shape[memory.shape] = memory.access_ps;
  return assumed;
}

}  // namespace sluice::synth
