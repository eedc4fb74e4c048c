// SPDX-License-Identifier: Apache-2.0
// Reads what Yosys writes about a mapped design.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// The modules of a `stat -liberty` text and of its netlist, with counts of instances below `top`;
/// those that `top` does not use are left out. Throws UserError for cells that neither the library
/// nor the design has, and for latches.
std::vector<MappedModule> read_modules(const std::string& stat, const std::string& netlist,
                                       const Rtl& rtl, const Liberty& liberty);

/// One module of such texts, its count left 0. `inner` are the names of modules in it, `ram` that
/// of the memories. Throws UserError as above.
MappedModule read_module(const std::string& stat, const std::string& netlist,
                         const std::string& name, const std::set<std::string>& inner,
                         const std::string& ram, const Liberty& liberty);

/// Counts instances below `top`, from the instances of each module; modules that are not used are
/// left out. All modules must be there. Sorted by name.
std::vector<MappedModule> count_instances(std::vector<MappedModule> modules,
                                          const std::string& top);

/// "edge_fifo" of a name in the netlist such as "$paramod$<hash>\edge_fifo".
std::string source_name(const std::string& module);

}  // namespace sluice::synth
