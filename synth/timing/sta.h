// SPDX-License-Identifier: Apache-2.0
// OpenSTA on a mapped netlist: its inputs and what it prints.
#pragma once

#include <string>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/timing/ram_liberty.h"
#include "synth/tools/workspace.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// A netlist in a folder, as OpenSTA reads it.
struct StaInput {
  std::string netlist;  ///< text
  std::string load;     ///< Tcl commands that read library, memories and netlist
};

/// Writes netlist and libraries of a mapped design into the workspace. Throws UserError if a tool
/// is missing.
StaInput sta_input(const Workspace& workspace, const MapResult& map, const std::string& ram,
                   const Liberty& liberty, const RamTiming& timing);

/// Runs Tcl commands; returns what they print. Throws UserError, with OpenSTA's text, if one of
/// them fails or they take longer than the limit.
std::string run_sta(const Workspace& workspace, const std::string& script, double timeout_seconds);

/// A line of `report_checks -format summary`.
struct EndPoint {
  std::string start, end;  ///< pins or ports: "u_load/_12_/Q"
  double slack = 0;        ///< in the library's unit of time
};
std::vector<EndPoint> read_end_points(const std::string& report);

/// Cells between start and end of the first path of `report_checks -format full`.
int read_levels(const std::string& report);

/// The pattern, for Tcl's braces, that means just this pin.
std::string tcl_pattern(const std::string& pin);

}  // namespace sluice::synth
