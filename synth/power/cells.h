// A mapped netlist made ready for simulation.
#pragma once

#include "emit/bundle.h"
#include "liberty/liberty.h"
#include "yosys/mapping.h"

namespace sluice::synth {

/// `design` with the mapped netlist and models of its cells, made from the library, in place of its
/// RTL; memories stay. Throws SynthError if Yosys fails.
Bundle netlist_bundle(const Bundle& design, const MapResult& map, const Liberty& liberty);

}  // namespace sluice::synth
