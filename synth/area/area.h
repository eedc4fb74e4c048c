// SPDX-License-Identifier: Apache-2.0
// Area of a design: cells by block, memories by kind.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/plan/plan.h"
#include "synth/area/memories.h"
#include "synth/liberty/liberty.h"
#include "synth/tools/kept_results.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// How areas are measured, for keys of results that are kept: changes when the numbers do.
inline constexpr const char* kAreaMethod =
    "each module by itself, of the whole design; memories by kind";

struct BlockArea {
  std::string name;    ///< "PE array"
  double area = 0;     ///< library units
  double nand2 = 0;    ///< area in areas of the library's 2-input NAND
  double percent = 0;  ///< of the whole logic
  std::int64_t flip_flops = 0;
};

struct AreaReport {
  std::string design;
  std::string recipe;  ///< "plain" or "adders"
  bool flat = false;
  std::vector<BlockArea> blocks;     ///< in a fixed order, all of them; of a flat design none
  BlockArea total;                   ///< all logic, without memories
  double hierarchical_nand2 = 0;     ///< flat designs: total when mapped by modules
  std::int64_t macs = 0;             ///< products of 8 bits a cycle
  std::vector<MemoryArea> memories;  ///< in the order of MemoryKind
  std::int64_t memory_bits = 0;
  double memory_nand2 = 0;
  std::string memory_table;    ///< "cacti65", or the name of the user's file
  std::string memory_node;     ///< "65 nm"
  double node_nand2 = 0;       ///< area of the node's 2-input NAND, um2
  bool node_of_logic = false;  ///< the table states no NAND2: that of the library
  std::string library, library_version, yosys_version, abc_version;
  std::string library_node;  ///< "180 nm"; empty: not known
  std::vector<std::string> warnings;
  double seconds = 0;        ///< of Yosys, without modules that were there
  std::int64_t peak_kb = 0;  ///< of Yosys

  double total_nand2() const { return total.nand2 + memory_nand2; }
  /// Of so many NAND2 of the table's node.
  double mm2(double nand2) const { return nand2 * node_nand2 * 1e-6; }
  /// The block of this name, or null.
  const BlockArea* find(const std::string& block) const;
};

/// Names of the blocks in the order of reports.
std::vector<std::string> block_names();

/// The block of a module without its design's prefix, such as "pe". Empty for modules that belong
/// to the block that uses them (fifo).
std::string block_of(const std::string& module);

/// Adds up the logic of a mapped design; without memories.
AreaReport logic_report(const Plan& plan, const Liberty& liberty, const MappedDesign& mapped,
                        const MapOptions& options);

/// Adds memories to a report that has none.
void add_memories(AreaReport& report, const MemoryTable& table, std::vector<MemoryArea> memories);

/// Renders, maps and adds up; a flat design is mapped by modules, too. Modules that `modules` has
/// are not mapped again; the report is the same whatever it has. Throws UserError, before anything
/// is mapped if the table has no macro for a memory.
AreaReport measure_area(const Plan& plan, const Liberty& liberty, const MemoryTable& table,
                        const MapOptions& options, KeptResults& modules);

}  // namespace sluice::synth
