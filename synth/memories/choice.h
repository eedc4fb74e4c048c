// SPDX-License-Identifier: Apache-2.0
// Which table of memories goes with a cell library, as far as the library's name says its process.
#pragma once

#include <optional>
#include <string>

#include "synth/liberty/liberty.h"
#include "synth/memories/table.h"

namespace sluice::synth {

/// The node of a library as the tables write it, "45 nm" or "SKY130"; empty if its name is none of
/// those known, since Liberty files do not state it.
std::string node_of(const Liberty& library);

/// The node of a library of this name in nm; none if it is none of those known.
std::optional<double> process_nm_of(const std::string& library);

/// The name of the table of the library's node, or, if there is none, defaults::kMemories.
std::string table_for(const Liberty& library);

/// load_memory_table for a design whose logic is of a library. A table that does not state the
/// NAND2 of its node, which Liberty files of memories cannot, has the library's: the two are taken
/// as of one node, and areas of the library as um2.
MemoryTable load_memory_table(const std::string& name_or_path, const Liberty& logic);

}  // namespace sluice::synth
