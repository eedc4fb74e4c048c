// SPDX-License-Identifier: Apache-2.0
#include "synth/timing/sta.h"

#include <fmt/format.h>

#include <sstream>

#include "generator/util/process.h"
#include "generator/util/user_error.h"
#include "synth/timing/netlist.h"

namespace sluice::synth {
namespace {

constexpr const char* kScript = "run.tcl";

/// OpenSTA reads no concatenations on the left of assignments; Yosys can write it without.
std::string simple_assignments(const Workspace& workspace, const std::string& netlist) {
  workspace.write("mapped.v", netlist);
  const ProcessResult run = run_process(
      {"yosys", "-q", "-p", "read_verilog mapped.v; write_verilog -noattr -simple-lhs netlist.v"},
      workspace.folder(), 600);
  if (run.exit_code != 0) {
    throw UserError(fmt::format("Yosys cannot rewrite its netlist: {}", run.output));
  }
  return workspace.read("netlist.v");
}

}  // namespace

StaInput sta_input(const Workspace& workspace, const MapResult& map, const std::string& ram,
                   const Liberty& liberty, const RamTiming& timing) {
  require_tool("sta", "opensta");
  std::vector<RamShape> shapes;
  StaInput input;
  input.netlist = simple_assignments(workspace, name_rams(map.netlist, ram, shapes));
  workspace.write("cells.lib", liberty.text);
  input.load = "read_liberty cells.lib\n";
  if (!shapes.empty()) {
    workspace.write("rams.lib", ram_liberty(ram, shapes, timing, liberty));
    input.load += "read_liberty rams.lib\n";
  }
  input.load += fmt::format("read_verilog netlist.v\nlink_design {}\n", map.top);
  return input;
}

std::string run_sta(const Workspace& workspace, const std::string& script, double timeout_seconds) {
  workspace.write(kScript, script + "puts {all commands done}\nexit\n");
  const ProcessResult run =
      run_process({"sta", "-no_splash", kScript}, workspace.folder(), timeout_seconds);
  if (run.timed_out) {
    throw UserError(
        fmt::format("OpenSTA did not end within {:.0f} s; time a smaller design, such as one lane "
                    "(--set lanes=1)",
                    timeout_seconds));
  }
  std::size_t error = run.output.find("Error:");
  // Our own library must be understood in full, or memories would count as infinitely fast
  if (error == std::string::npos) error = run.output.find("Warning: rams.lib");
  if (error != std::string::npos || run.output.find("all commands done") == std::string::npos) {
    const std::size_t start = error == std::string::npos ? 0 : error;
    throw UserError("OpenSTA failed: " + run.output.substr(start, 1000));
  }
  return run.output;
}

std::vector<EndPoint> read_end_points(const std::string& report) {
  std::vector<EndPoint> points;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    EndPoint point;
    std::string from, to, more;
    if (!(words >> point.start >> from >> point.end >> to >> point.slack)) continue;
    if (from.front() != '(' || to.front() != '(' || words >> more) continue;
    points.push_back(point);
  }
  return points;
}

int read_levels(const std::string& report) {
  int pins = 0;
  std::istringstream lines(report.substr(0, report.find("data arrival time")));
  for (std::string line; std::getline(lines, line);) {
    const bool edge =
        line.find(" ^ ") != std::string::npos || line.find(" v ") != std::string::npos;
    pins += edge && line.ends_with(')');
  }
  // The start's clock pin and output, and the end's input
  return pins - 3;
}

std::string tcl_pattern(const std::string& pin) {
  const std::size_t slash = pin.rfind('/');
  std::string text;
  for (std::size_t k = 0; k < pin.size(); k++) {
    const bool special = std::string_view("[]\\*?").find(pin[k]) != std::string_view::npos;
    // Bits of a bus after the last slash are no pattern to OpenSTA, and must not be escaped
    if (special && slash != std::string::npos && k < slash) text += '\\';
    text += pin[k];
  }
  return text;
}

}  // namespace sluice::synth
