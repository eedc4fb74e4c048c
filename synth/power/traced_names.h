// Names of a netlist that waveforms can show.
#pragma once

#include <string>

namespace sluice::synth {

/// Waveforms of Verilator lack what begins with an underscore, as all nets do that Yosys named:
/// "_12_" is "n_12_" in a simulated netlist.
std::string traced_name(const std::string& net);

/// A netlist with all its names so changed.
std::string traced_names(const std::string& netlist);

/// A netlist with a net for each bit, "sum_q[3]", and so are the ports of all modules but `top`.
/// With waveforms, Verilator 5.006 computes wrong values for buses whose bits depend on each other.
/// Throws SynthError.
std::string single_bits(const std::string& netlist, const std::string& top);

}  // namespace sluice::synth
