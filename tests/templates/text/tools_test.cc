// SPDX-License-Identifier: Apache-2.0
// The tools read every design without a word: Verilator's linter with all warnings, Icarus Verilog
// and Yosys. The commands are those of the generated README.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

/// Runs a command in the folder of each design, or of those with AXI; NAME stands for the design's
/// name, TOP for its top module.
void require_silence(const std::string& command, bool only_axi = false) {
  const TempDir temp;
  for (const Design& design : designs()) {
    const bool axi = design.config.bus.axi();
    if (only_axi && !axi) continue;
    const auto folder = write_files(bundle_of(design.config), temp.path());
    const std::string top = top_module(design.config.name, design.config.bus.port());
    const std::string line =
        replace_all(replace_all(command, "NAME", design.config.name), "TOP", top);
    const RunResult result = run_shell(folder, line);
    INFO(design.config.name << " (" << design.purpose << "): " << line);
    CHECK(result.out == "");
    CHECK(result.exit_code == 0);
  }
}

TEST_CASE("Tools.VerilatorLintsEveryDesign") {
  require_silence("verilator --lint-only -Wall --top-module TOP -F NAME.f");
}

TEST_CASE("Tools.IcarusReadsEveryDesign") {
  require_silence("iverilog -g2012 -Wall -s TOP -o parsed.vvp -f NAME.f");
}

TEST_CASE("Tools.YosysReadsEveryDesign") {
  require_silence(
      "yosys -q -L NAME.log -p \"read_verilog -sv $(grep -v // NAME.f | tr '\\n' ' '); "
      "hierarchy -check -top TOP; proc; check -assert\" && ! grep 'Latch inferred' NAME.log");
}

// More granules than Verilator unrolls turns of a loop: 1,024 rows and words of 8 bytes need it
TEST_CASE("Tools.VerilatorLintsAMemoryOf128Granules") {
  const TempDir temp;
  const auto folder = write_files(bundle_of(design("t_small").config), temp.path());
  const RunResult result = run_shell(folder,
                                     "verilator --lint-only -Wall -GWidth=1024 -GGranule=8 "
                                     "rtl/common/t_small_ram.sv");
  CHECK(result.out == "");
  CHECK(result.exit_code == 0);
}

/// What Verilator's linter says of a design's core: nothing.
void require_silent_lint(const Config& config) {
  const TempDir temp;
  const auto folder = write_files(bundle_of(config), temp.path());
  const RunResult result = run_shell(
      folder,
      fmt::format("verilator --lint-only -Wall --top-module {0}_core -F {0}.f", config.name));
  CHECK(result.out == "");
  CHECK(result.exit_code == 0);
}

// Where Verilator 5.006 takes the PEs' functions into the array, their arguments hide its signals
TEST_CASE("Tools.VerilatorLintsNarrowProductsByDspBlocksInSegments") {
  Config config = design("t_fold").config;
  config.dsp = true;
  require_silent_lint(config);
}

// The number of a transform's chunk is then always 0
TEST_CASE("Tools.VerilatorLintsTransformsOfAllColumnsAtOnce") {
  Config config = design("t_hadamard").config;
  config.post = config.columns * config.segments;
  require_silent_lint(config);
  config.gating = false;
  require_silent_lint(config);
}

TEST_CASE("Tools.VerilatorLintsTheAssertionsInPlace") {
  require_silence(
      "verilator --lint-only -Wall --assert --top-module TOP -F NAME.f assert/*_checker.sv "
      "assert/NAME_axi_bind.sv",
      true);
}

TEST_CASE("Tools.IcarusReadsTheAssertions") {
  require_silence("iverilog -g2012 -Wall -s NAME_axi_checker -o parsed.vvp assert/*_checker.sv",
                  true);
}

TEST_CASE("Tools.YosysReadsTheAssertions") {
  require_silence(
      "yosys -q -p \"read_verilog -sv -formal assert/*_checker.sv; "
      "hierarchy -check -top NAME_axi_checker; proc; check -assert\"",
      true);
}

/// Yosys cuts the design with AXI at its registers and fails if an output still follows an input.
RunResult cut_at_registers(const std::filesystem::path& folder, const std::string& name) {
  return run_shell(folder, fmt::format("yosys -q -p \"read_verilog -sv $(grep -v // {0}.f | tr "
                                       "'\\n' ' '); hierarchy -check -top {0}_axi; proc; flatten; "
                                       "opt_clean; delete t:\\$dff t:\\$adff; "
                                       "select -assert-none t:\\$*dff* t:\\$*latch*; "
                                       "select -assert-any o:* %ci* t:* %i; "
                                       "select -assert-none o:* %ci* i:* %i\"",
                                       name));
}

TEST_CASE("Tools.NoAxiOutputFollowsAnInputInTheSameCycle") {
  const TempDir temp;
  for (const Design& design : designs()) {
    if (!design.config.bus.axi()) continue;
    const auto folder = write_files(bundle_of(design.config), temp.path());
    const RunResult result = cut_at_registers(folder, design.config.name);
    INFO(design.config.name << ": " << result.out);
    CHECK(result.exit_code == 0);
  }
}

TEST_CASE("Tools.AnAxiOutputThatFollowsAnInputIsFound") {
  const TempDir temp;
  Bundle bundle = bundle_of(design("t_axi").config);
  int planted = 0;
  for (OutputFile& file : bundle.files) {
    const std::string text = replace_all(file.text, "rready_o = 1'b1", "rready_o = rvalid_i");
    planted += text != file.text;
    file.text = text;
  }
  REQUIRE(planted == 1);
  const RunResult result = cut_at_registers(write_files(bundle, temp.path()), "t_axi");
  INFO(result.out);
  CHECK(result.exit_code != 0);
  CHECK(result.out.find("Assertion failed") != std::string::npos);
}

}  // namespace
}  // namespace sluice::test
