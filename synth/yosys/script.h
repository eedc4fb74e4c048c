// The Yosys commands that map a design.
#pragma once

#include <string>
#include <vector>

#include "yosys/mapping.h"

namespace sluice::synth {

// Files of a mapping run, in its folder
inline constexpr const char* kScriptFile = "map.ys";
inline constexpr const char* kLogFile = "yosys.log";
inline constexpr const char* kLibertyFile = "cells.lib";
inline constexpr const char* kConstraintFile = "abc.constr";
inline constexpr const char* kSelectFile = "select.v";
inline constexpr const char* kAdderFile = "adders.v";
inline constexpr const char* kStatFile = "stat.txt";
inline constexpr const char* kNetlistFile = "netlist.v";

/// The script; `sources` are the paths of the RTL files.
std::string mapping_script(const Rtl& rtl, const std::vector<std::string>& sources,
                           const MapOptions& options);

/// Driver of inputs and load of outputs for abc. Throws SynthError if the library has no buffer.
std::string abc_constraints(const Liberty& liberty, const MapOptions& options);

/// Verilog for Yosys' techmap: its adder cells as cells of the library. Throws SynthError if the
/// library has no full adder.
std::string adder_map(const Liberty& liberty);

}  // namespace sluice::synth
