// SPDX-License-Identifier: Apache-2.0
// How long each memory of a netlist takes from clock to data, and where that is known from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/memories/table.h"
#include "synth/timing/ram_liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// Which memories have the access times of the table.
enum class AccessTimes {
  kOwnNode,  ///< macros, if table and library are of one node
  kTable,    ///< macros, whatever the node
  kAssumed,  ///< none
};

enum class AccessFrom { kLine, kFit, kAssumed };

/// All memories of one shape.
struct MemoryAccess {
  RamShape shape;
  std::int64_t count = 0;  ///< instances
  double access_ps = 0;
  AccessFrom from = AccessFrom::kAssumed;
  std::string why;                   ///< assumed: the reason, "no macro: flip-flops"
  std::optional<MemoryShape> macro;  ///< that it is cut into; not assumed
};

/// "line", "fit" or "assumed".
std::string spelling(AccessFrom from);

/// Whether a library and a table are of one node. Of libraries whose names do not say theirs the
/// 2-input NAND decides: one node if its area and the table's differ by less than half. A table
/// that has the library's NAND2 is of its node.
bool same_node(const Liberty& liberty, const MemoryTable& table);

/// The access time of every memory in `rams`, by shape. A memory that is a macro has that of the
/// macros it is cut into: multiplexers between them are not in it. Those that the table cannot
/// tell, and memories that are flip-flops, have `assumed`.
std::vector<MemoryAccess> memory_accesses(const std::map<RamShape, std::int64_t>& rams,
                                          const Liberty& liberty, const MemoryTable& table,
                                          AccessTimes times, const RamTiming& assumed);

/// `assumed` with the access time of each shape.
RamTiming with_accesses(RamTiming assumed, const std::vector<MemoryAccess>& memories);

}  // namespace sluice::synth
