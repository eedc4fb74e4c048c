// SPDX-License-Identifier: Apache-2.0
// Cell area of a design by block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/plan/plan.h"
#include "synth/liberty/liberty.h"
#include "synth/tools/kept_results.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// How areas are measured, for keys of results that are kept: changes when the numbers do.
inline constexpr const char* kAreaMethod = "each module by itself, of the whole design";

struct BlockArea {
  std::string name;    ///< "PE array"
  double area = 0;     ///< library units
  double nand2 = 0;    ///< area in areas of the library's 2-input NAND
  double percent = 0;  ///< of the whole logic
  std::int64_t flip_flops = 0;
};

/// Memories of one shape in the whole design.
struct MemoryArea {
  RamShape shape;
  std::int64_t count = 0;
  std::int64_t bits = 0;  ///< of all of them
};

struct AreaReport {
  std::string design;
  std::string recipe;  ///< "plain" or "adders"
  bool flat = false;
  std::vector<BlockArea> blocks;  ///< in a fixed order, all of them; of a flat design none
  BlockArea total;                ///< all logic, without memories
  double hierarchical_nand2 = 0;  ///< flat designs: total when mapped by modules
  std::int64_t macs = 0;          ///< products of 8 bits a cycle
  std::vector<MemoryArea> memories;
  std::int64_t memory_bits = 0;
  std::string library, library_version, yosys_version, abc_version;
  std::vector<std::string> warnings;
  double seconds = 0;        ///< of Yosys, without modules that were there
  std::int64_t peak_kb = 0;  ///< of Yosys

  /// The block of this name, or null.
  const BlockArea* find(const std::string& block) const;
};

/// Names of the blocks in the order of reports.
std::vector<std::string> block_names();

/// The block of a module without its design's prefix, such as "pe". Empty for modules that belong
/// to the block that uses them (fifo).
std::string block_of(const std::string& module);

/// Adds up a mapped design.
AreaReport area_report(const Plan& plan, const Liberty& liberty, const MappedDesign& mapped,
                       const MapOptions& options);

/// Renders, maps and adds up; a flat design is mapped by modules, too. Modules that `modules` has
/// are not mapped again; the report is the same whatever it has. Throws UserError.
AreaReport measure_area(const Plan& plan, const Liberty& liberty, const MapOptions& options,
                        KeptResults& modules);

}  // namespace sluice::synth
