// SPDX-License-Identifier: Apache-2.0
// A cell of a Liberty file as a memory: its shape, and the pins that an access needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synth/liberty/syntax.h"
#include "synth/memories/table.h"

namespace sluice::synth {

/// A bus or a pin of a cell. Points into the file's groups.
struct MemorySignal {
  std::string name;
  const LibertyGroup* group = nullptr;
  int width = 0;  ///< 0: a bus whose type has no width
  bool bus = false, input = false, clock = false;

  /// All groups of this kind, of the bus and of the pins in it.
  std::vector<const LibertyGroup*> groups(std::string_view kind) const;
};

struct MemoryCell {
  const LibertyGroup* group = nullptr;
  MemoryShape shape;
  std::vector<MemorySignal> signals;
  std::string read_data;                ///< name of the bus that is read
  std::string read_clock, write_clock;  ///< names of pins; empty: not known

  const MemorySignal* find(std::string_view signal) const;
};

/// The memory that a cell is, or nothing: it needs a group `memory ()` of type ram or, without
/// one, buses with `memory_read ()` and with `memory_write ()`. Throws UserError, with file, line
/// and column, if the widths in it contradict each other, or if it does not say its ports.
std::optional<MemoryCell> read_memory_cell(const LibertyGroup& library, const LibertyGroup& cell,
                                           const std::string& path);

}  // namespace sluice::synth
