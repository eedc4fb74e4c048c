// SPDX-License-Identifier: Apache-2.0
// What a memory of a Liberty file costs: area, energies, leakage and access time of its cell.
#pragma once

#include <string>

#include "synth/memories/liberty_cell.h"

namespace sluice::synth {

/// The figures of a cell. What the file does not state, or not above 0, is not known; docs/02_use/
/// memories.md says what is taken. Throws UserError, with file, line and column, if there is no
/// area, or something that must be a number is none.
MemoryFigures read_memory_figures(const LibertyGroup& library, const MemoryCell& cell,
                                  const std::string& path);

}  // namespace sluice::synth
