// SPDX-License-Identifier: Apache-2.0
#include "synth/yosys/script.h"

#include <fmt/format.h>

#include "generator/util/resources.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

// Yosys' own scripts for abc without their `&fraig -x`: that step may not end on multipliers. On
// the tiny config it took three quarters of the time, and the area without it was 0.2 % less.
constexpr const char* kAbcScript = "+strash;scorr;dc2;dretime;strash;&get,-n;&dch,-f;&nf,{D};&put";
constexpr const char* kAbcSizing = ";buffer;upsize,{D};dnsize,{D};stime,-p";

/// Reads the RTL; parameters become modules of their own.
std::string read_commands(const Rtl& rtl) {
  std::string script;
  for (const OutputFile& file : rtl.files) {
    script += fmt::format("read_verilog -sv {}\n", file.path);
  }
  if (!rtl.ram.empty()) script += fmt::format("blackbox {}\n", rtl.ram);
  for (const auto& [name, value] : rtl.parameters) {
    script += fmt::format("chparam -set {} {} {}\n", name, value, rtl.top);
  }
  return script + fmt::format("hierarchy -check -top {}\n", rtl.top);
}

/// Maps what was read, writes the results and checks them.
std::string map_commands(const std::string& top, const MapOptions& options, bool netlist) {
  // Without the pass of abc in the middle, which costs time and, on the tiny config, 0.6 % area;
  // and without new encodings of states, so that registers of RTL and netlist can be compared
  const std::string synth =
      fmt::format("synth -noabc -nofsm {}-top {}", options.flat ? "-flatten " : "", top);
  std::string script = synth + " -run begin:fine\n";
  script += fmt::format("techmap -map {}\nbmuxmap\nopt -fast\n", kSelectFile);
  script += synth + " -run fine:\n";
  if (options.recipe == Recipe::kAdders) {
    script += "extract_fa -fa\n";
    script += fmt::format("techmap -map {}\n", kAdderFile);
    script += "techmap\nopt -fast\n";
  }
  script += fmt::format("dfflibmap -liberty {}\n", kLibertyFile);
  script += fmt::format("abc -liberty {} -script {}{}", kLibertyFile, kAbcScript,
                        options.clock_ps > 0 ? kAbcSizing : "");
  if (options.clock_ps > 0) {
    script += fmt::format(" -D {:.0f} -constr {}", options.clock_ps, kConstraintFile);
  }
  script += "\nopt_clean\n";
  script += fmt::format("tee -q -o {} stat -liberty {}\n", kStatFile, kLibertyFile);
  if (netlist) script += fmt::format("write_verilog -noattr {}\n", kNetlistFile);
  // Only now, because `stat` would count the library's cells as modules; `check` needs directions
  script += fmt::format("read_liberty -lib -ignore_miss_func {}\n", kLibertyFile);
  script += "check -mapped\n";
  return script;
}

/// Driver of inputs and load of outputs for abc. Throws UserError if the library has no buffer.
std::string abc_constraints(const Liberty& liberty, const MapOptions& options) {
  if (liberty.buffer.empty()) {
    throw UserError(
        fmt::format("{}:1: library {} has no buffer, which mapping for a clock period needs; map "
                    "without a period, or give another library",
                    liberty.path, liberty.name));
  }
  double load_ff = options.load_ff;
  if (load_ff <= 0) {
    const LibertyCell& inverter = *liberty.find(liberty.inverter);
    load_ff = 4e15 * inverter.find_pin(inverter.inputs()[0])->capacitance;
  }
  return fmt::format("set_driving_cell {}\nset_load {:.3f}\n", liberty.buffer, load_ff);
}

/// Verilog for Yosys' techmap: its adder cells as cells of the library. Throws UserError if the
/// library has no full adder.
std::string adder_map(const Liberty& liberty) {
  if (!liberty.full_adder) {
    throw UserError(
        fmt::format("{}:1: library {} has no full adder cell (looked for by function: two outputs, "
                    "A^B^C and the majority); use --recipe plain, or give another library",
                    liberty.path, liberty.name));
  }
  const AdderCell& fa = *liberty.full_adder;
  std::string text = fmt::format(
      "module \\$fa (A, B, C, X, Y);\n"
      "  parameter WIDTH = 1;\n"
      "  input [WIDTH-1:0] A, B, C;\n"
      "  output [WIDTH-1:0] X, Y;\n"
      "  genvar i;\n"
      "  generate for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit\n"
      "    \\{} fa (.\\{} (A[i]), .\\{} (B[i]), .\\{} (C[i]), .\\{} (X[i]), .\\{} (Y[i]));\n"
      "  end endgenerate\n"
      "endmodule\n",
      fa.name, fa.a, fa.b, fa.c, fa.carry, fa.sum);
  return text;
}

}  // namespace

std::string mapping_script(const Rtl& rtl, const MapOptions& options) {
  return read_commands(rtl) + map_commands(rtl.top, options, true);
}

std::string elaboration_script(const Rtl& rtl) {
  return fmt::format("read_rtlil {}\n", kFirstIdFile) + read_commands(rtl) +
         fmt::format("write_rtlil {}\n", kRtlilFile);
}

std::string module_script(const std::string& module, const MapOptions& options, bool netlist) {
  return fmt::format("read_rtlil {}\n", kRtlilFile) + map_commands(module, options, netlist);
}

std::vector<OutputFile> mapping_files(const Liberty& liberty, const MapOptions& options) {
  // The library is copied, because Yosys' scripts take no paths with blanks
  std::vector<OutputFile> files = {{kLibertyFile, liberty.text},
                                   {kSelectFile, std::string(resource("synth/scripts/select.v"))}};
  if (options.clock_ps > 0) files.push_back({kConstraintFile, abc_constraints(liberty, options)});
  if (options.recipe == Recipe::kAdders) files.push_back({kAdderFile, adder_map(liberty)});
  return files;
}

}  // namespace sluice::synth
