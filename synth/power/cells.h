// A mapped netlist made ready for simulation.
#pragma once

#include <string>

#include "emit/bundle.h"
#include "liberty/liberty.h"
#include "yosys/mapping.h"

namespace sluice::synth {

/// Waveforms of Verilator lack what begins with an underscore, as all nets do that Yosys named:
/// "_12_" is "n_12_" in a simulated netlist.
std::string traced_name(const std::string& net);

/// A netlist with all its names so changed.
std::string traced_names(const std::string& netlist);

/// `design` with the mapped netlist and models of its cells, made from the library, in place of its
/// RTL; memories stay. Throws SynthError if Yosys fails.
Bundle netlist_bundle(const Bundle& design, const MapResult& map, const Liberty& liberty);

}  // namespace sluice::synth
