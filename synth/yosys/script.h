// SPDX-License-Identifier: Apache-2.0
// The Yosys commands that map a design.
#pragma once

#include <string>
#include <vector>

#include "synth/yosys/mapping.h"

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
inline constexpr const char* kFirstIdFile = "first_id.il";
inline constexpr const char* kRtlilFile = "rtl.il";

/// Maps a whole design from its RTL files.
std::string mapping_script(const Rtl& rtl, const MapOptions& options);

/// Writes a design's modules, each with one set of parameters, to kRtlilFile. kFirstIdFile says
/// where Yosys' numbers begin.
std::string elaboration_script(const Rtl& rtl);

/// Maps one module, as it is named in the netlist, from kRtlilFile. Writing its netlist takes a
/// tenth of the time.
std::string module_script(const std::string& module, const MapOptions& options, bool netlist);

/// What a mapping reads besides the design. Throws UserError if the library lacks what the options
/// need: a buffer for a clock period, a full adder for the recipe with adders.
std::vector<OutputFile> mapping_files(const Liberty& liberty, const MapOptions& options);

}  // namespace sluice::synth
