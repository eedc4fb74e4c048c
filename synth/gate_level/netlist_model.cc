// SPDX-License-Identifier: Apache-2.0
#include "synth/gate_level/netlist_model.h"

#include <fmt/format.h>

#include <sstream>

#include "generator/util/process.h"
#include "generator/util/user_error.h"
#include "synth/tools/workspace.h"

namespace sluice::synth {
namespace {

constexpr double kYosysSeconds = 900;

const OutputFile& ram_file(const Bundle& design) {
  for (const OutputFile& file : design.files) {
    if (file.path == fmt::format("rtl/common/{}_ram.sv", design.name)) return file;
  }
  throw UserError(fmt::format("design {} has no memory module", design.name));
}

/// Cells become expressions, for Verilator needs far longer for instances of small modules. The
/// only optimisation: set and clear pins that are tied to their idle level are left out, else
/// Verilator would see a clock domain in each of them.
std::string script(const std::string& name) {
  return fmt::format(
      "read_verilog netlist.v\n"
      "setattr -mod -set keep_hierarchy 1\n"
      "read_verilog -sv ram.sv\n"
      "blackbox {0}_ram\n"
      "read_liberty -ignore_miss_func cells.lib\n"
      "hierarchy -check -top {0}_core\n"
      "proc\nflatten\nopt_expr\nopt_dff -nodffe -nosdff\nopt_clean -purge\n"
      "write_verilog -noattr model.v\n",
      name);
}

/// Tells Verilator to keep the modules: each is then compiled once, not once for each instance.
std::string keep_modules(const std::string& text) {
  std::istringstream lines(text);
  std::string kept;
  bool header = false;
  for (std::string line; std::getline(lines, line);) {
    header |= line.starts_with("module ");
    kept += line + "\n";
    if (!header || !line.ends_with(");")) continue;
    kept += "  /* verilator no_inline_module */\n";
    header = false;
  }
  return kept;
}

}  // namespace

Bundle netlist_model(const Bundle& design, const std::string& netlist, const Liberty& liberty) {
  require_tool("yosys", "yosys");
  const Workspace workspace;
  const OutputFile& ram = ram_file(design);
  workspace.write("cells.lib", liberty.text);
  workspace.write("netlist.v", netlist);
  workspace.write("ram.sv", ram.text);
  workspace.write("model.ys", script(design.name));
  const ProcessResult run =
      run_process({"yosys", "-q", "model.ys"}, workspace.folder(), kYosysSeconds);
  if (run.timed_out || run.exit_code != 0) {
    throw UserError(fmt::format("Yosys failed on the netlist of {}: {}", design.name,
                                run.output.substr(0, 2000)));
  }
  Bundle model;
  model.name = design.name;
  model.files = {ram, {"rtl/netlist.sv", keep_modules(workspace.read("model.v"))}};
  return model;
}

}  // namespace sluice::synth
