// Reads what Yosys writes about a mapped design.
#pragma once

#include <string>
#include <vector>

#include "yosys/mapping.h"

namespace sluice::synth {

/// The modules of a `stat -liberty` text and of its netlist, with counts of instances below `top`;
/// those that `top` does not use are left out. Throws SynthError for cells that neither the library
/// nor the design has, and for latches.
std::vector<MappedModule> read_modules(const std::string& stat, const std::string& netlist,
                                       const Rtl& rtl, const Liberty& liberty);

/// "edge_fifo" of a name in the netlist such as "$paramod$<hash>\edge_fifo".
std::string source_name(const std::string& module);

}  // namespace sluice::synth
