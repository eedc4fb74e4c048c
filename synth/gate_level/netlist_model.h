// SPDX-License-Identifier: Apache-2.0
// A mapped netlist as files that Verilator can build in place of the RTL.
#pragma once

#include <string>

#include "generator/emit/bundle.h"
#include "synth/liberty/liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// The design's netlist (of map_design, not flat), each cell replaced by what the Liberty file says
/// it does, and the RTL of its memories, for sim::Simulator. Modules keep their boundaries. Throws
/// UserError if Yosys fails.
Bundle netlist_model(const Bundle& design, const std::string& netlist, const Liberty& liberty);

}  // namespace sluice::synth
