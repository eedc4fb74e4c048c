// Names of a netlist that waveforms can show.
#pragma once

#include <string>

namespace sluice::synth {

/// Waveforms of Verilator lack what begins with an underscore, as all nets do that Yosys named:
/// "_12_" is "n_12_" in a simulated netlist.
std::string traced_name(const std::string& net);

/// A netlist with all its names so changed.
std::string traced_names(const std::string& netlist);

}  // namespace sluice::synth
