// SPDX-License-Identifier: Apache-2.0
// Tables of memories from the Liberty files of a memory compiler.
#pragma once

#include <string>
#include <vector>

#include "synth/memories/table.h"

namespace sluice::synth {

/// A Liberty file by its name, *.lib, or a folder, which should have some.
bool names_liberty_memories(const std::string& path);

/// One line for each memory of a file, or of all *.lib files of a folder, not of folders in it;
/// sorted by words, bits, ports and granule. No sizes between them, no NAND2, no process. The node
/// is the library's name, the supply its nom_voltage. Throws UserError, with file, line and
/// column: a file without a memory, one that is broken, two memories of the same shape, files with
/// different supplies.
MemoryTable load_liberty_memories(const std::string& path);

/// The same from texts; at least one.
struct LibertyText {
  std::string path, text;
};
MemoryTable read_liberty_memories(const std::vector<LibertyText>& files, const std::string& name);

}  // namespace sluice::synth
