// SPDX-License-Identifier: Apache-2.0
// The area of a design, as `sluice area` finds it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/results/columns.h"

namespace sluice::results {

struct BlockResult {
  std::string name;  ///< "PE array"
  BlockFigures figures;
};

/// One memory of a kind as SRAM macros.
struct MacroResult {
  std::int64_t columns = 0, rows = 0;             ///< macros beside and above each other
  std::int64_t words = 0, bits = 0, granule = 0;  ///< of one macro
  bool operator==(const MacroResult&) const = default;
};

/// Memories of one kind.
struct MemoryResult {
  std::string kind;  ///< "activation_buffer"
  KindFigures figures;
  std::optional<MacroResult> cut;   ///< none: flip-flops
  bool from_line = false;           ///< macros: of one line of the table, or else of its fit
  std::vector<std::int64_t> lines;  ///< macros: lines of the table that the area is from
  bool operator==(const MemoryResult&) const = default;
};

struct AreaResult {
  std::string design, library, recipe;
  std::vector<BlockResult> blocks;  ///< of the logic; of a flat design none
  BlockFigures total;               ///< of the logic, without memories
  AreaFigures figures;
  std::vector<MemoryResult> memories;  ///< by kind
  std::string memory_table, memory_node;
};

/// Adds "blocks" and "total" to an object; without blocks only the latter.
void write_blocks(Json& json, const AreaResult& area);

/// Adds "memories", "memory_table" and "memory_node".
void write_memories(Json& json, const AreaResult& area);

/// Reads what `sluice area --json` prints. Throws UserError.
AreaResult area_of(const json::Value& area);
AreaResult read_area(const std::string& file);

}  // namespace sluice::results
