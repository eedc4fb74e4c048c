#include "power/cells.h"

#include <filesystem>
#include <string_view>

#include "tools/error.h"
#include "tools/process.h"
#include "tools/workspace.h"

namespace sluice::synth {

std::string traced_name(const std::string& net) { return net.starts_with("_") ? "n" + net : net; }

std::string traced_names(const std::string& netlist) {
  std::string text;
  text.reserve(netlist.size() + netlist.size() / 8);
  char before = ' ';
  for (const char c : netlist) {
    // A name begins here, unless it is part of an escaped one, which Yosys gives to RTL names only
    if (c == '_' && std::string_view(" ({,!~").find(before) != std::string_view::npos) text += 'n';
    text += c;
    before = c;
  }
  return text;
}

Bundle netlist_bundle(const Bundle& design, const MapResult& map, const Liberty& liberty) {
  require_tool("yosys", "yosys");
  const Workspace workspace;
  std::filesystem::create_symlink(std::filesystem::absolute(liberty.path),
                                  workspace.folder() / "cells.lib");
  const ProcessResult run =
      run_process({"yosys", "-q", "-p",
                   "read_liberty -ignore_miss_func cells.lib; write_verilog -noattr cells.v"},
                  workspace.folder(), 120);
  if (run.exit_code != 0) throw SynthError("Yosys cannot read the library: " + run.output);
  Bundle bundle{design.name, {}};
  const std::string ram = "rtl/common/" + design.name + "_ram.sv";
  for (const OutputFile& file : design.files) {
    if (file.path == ram) bundle.files.push_back(file);
  }
  // Buses that a netlist drives bit by bit look like loops to Verilator, which only runs slower
  const std::string head = "/* verilator lint_off UNOPTFLAT */\n";
  bundle.files.push_back({"rtl/netlist/cells.sv", head + workspace.read("cells.v")});
  bundle.files.push_back({"rtl/netlist/netlist.sv", head + traced_names(map.netlist)});
  return bundle;
}

}  // namespace sluice::synth
