// SPDX-License-Identifier: Apache-2.0
// The files for other tools that come with a design: each is read by the tool it is for, every path
// in them exists, and memories made of macros hold what plain ones hold.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "verif/run/verify.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Designs without and with macros, whose ports differ in all widths, and some with AXI.
const char* const kDesigns[] = {"t_smallest", "t_rows12", "t_axi", "t_axi_by_id", "t_axi_narrow"};

/// Runs a command in the folder of the designs above; NAME stands for a design's name, TOP for its
/// top module.
void require_silence(const std::string& subfolder, const std::string& command) {
  const TempDir temp;
  for (const char* name : kDesigns) {
    const Bundle bundle = bundle_of(design(name).config);
    const auto folder = write_files(bundle, temp.path());
    const std::string line = replace_all(replace_all(command, "NAME", name), "TOP", top_of(bundle));
    const RunResult result = run_shell(folder / subfolder, line);
    INFO(line);
    CHECK(result.out == "");
    CHECK(result.exit_code == 0);
  }
}

}  // namespace

TEST_CASE("FlowFiles.EveryPathInThemExists") {
  const TempDir temp;
  for (const Design& one : designs()) {
    const std::string& name = one.config.name;
    const fs::path folder = write_files(bundle_of(one.config), temp.path());
    const auto plain = entries_of(read_file(folder / (name + ".f")));
    const auto synthesis = entries_of(read_file(folder / "flow" / (name + "_synth.f")));
    REQUIRE(plain.size() == synthesis.size());
    int macros = 0;
    for (std::size_t i = 0; i < plain.size(); i++) {
      INFO(name << ": " << synthesis[i]);
      CHECK(fs::exists(folder / plain[i]));
      CHECK(fs::exists(folder / "flow" / synthesis[i]));
      if (synthesis[i] == "../" + plain[i]) continue;
      macros++;
      CHECK(synthesis[i] == "macro/" + name + "_ram.sv");
      CHECK(plain[i] == "rtl/common/" + name + "_ram.sv");
    }
    CHECK(macros == 1);
    const std::string script = read_file(folder / "flow/synth.tcl");
    const std::regex pattern("\\$here ([a-z0-9_/.]+)");
    int paths = 0;
    for (std::sregex_iterator at(script.begin(), script.end(), pattern), end; at != end; ++at) {
      if ((*at)[1].str() == "line") continue;
      INFO(name << ": " << (*at)[1]);
      CHECK(fs::exists(folder / "flow" / (*at)[1].str()));
      paths++;
    }
    CHECK(paths == 2);
  }
}

TEST_CASE("FlowFiles.LibreLaneConfigHasTheDesignsValues") {
  for (const Design& one : designs()) {
    const std::string& name = one.config.name;
    INFO(name);
    const Bundle bundle = bundle_of(one.config);
    const json config = json::parse(text_of(bundle, "flow/config.json"));
    CHECK(config["DESIGN_NAME"] == top_of(bundle));
    CHECK(config["CLOCK_PORT"] == (one.config.bus.axi() ? "aclk" : "clk_i"));
    for (const char* key : {"PNR_SDC_FILE", "SIGNOFF_SDC_FILE"}) {
      CHECK(config[key] == "dir::" + name + ".sdc");
    }
    const std::string period = "\nset period " + config["CLOCK_PERIOD"].dump() + "\n";
    CHECK(text_of(bundle, "flow/" + name + ".sdc").find(period) != std::string::npos);
    std::vector<std::string> files;
    for (const std::string file : config["VERILOG_FILES"]) {
      REQUIRE(file.starts_with("dir::../"));
      files.push_back(file.substr(8));
    }
    CHECK(files == entries_of(text_of(bundle, name + ".f")));
    // What LibreLane does not know is an error to it, unless it begins like a comment
    for (const auto& [key, value] : config.items()) {
      const bool known = key == "meta" || key == "DESIGN_NAME" || key == "VERILOG_FILES" ||
                         key == "CLOCK_PORT" || key == "CLOCK_PERIOD" || key == "PNR_SDC_FILE" ||
                         key == "SIGNOFF_SDC_FILE" || key.starts_with("//");
      INFO(key);
      CHECK(known);
    }
    CHECK(config["//MACROS"].contains(name + "_sram_256x32"));
  }
}

TEST_CASE("FlowFiles.LibreLaneConfigQuotesTheCommandLine") {
  const Plan plan = make_plan(design("t_small").config);
  const Bundle bundle = render_bundle(plan, make_origin("odd \"name\" \\.yaml", {}));
  const std::string first = json::parse(text_of(bundle, "flow/config.json"))["//"];
  CHECK(first.find("sluice generate 'odd \"name\" \\.yaml' -o DIR") != std::string::npos);
}

TEST_CASE("FlowFiles.VerilatorLintsMacrosAndPins") {
  require_silence("flow",
                  "verilator --lint-only -Wall -Wpedantic --top-module TOP "
                  "macro/NAME_sram_256x32.sv -F NAME_synth.f");
  require_silence("",
                  "verilator --lint-only -Wall -Wpedantic --top-module NAME_pins -F NAME.f "
                  "flow/fpga/NAME_pins.sv");
}

TEST_CASE("FlowFiles.IcarusReadsMacrosAndPins") {
  require_silence("flow",
                  "iverilog -g2012 -Wall -s TOP -o parsed.vvp -f NAME_synth.f "
                  "macro/NAME_sram_256x32.sv");
  require_silence("",
                  "iverilog -g2012 -Wall -s NAME_pins -o parsed.vvp -f NAME.f "
                  "flow/fpga/NAME_pins.sv");
}

TEST_CASE("FlowFiles.YosysReadsMacrosAndPins") {
  require_silence("flow",
                  "yosys -q -p \"read_verilog -sv $(grep -v // NAME_synth.f | tr '\\n' ' ') "
                  "macro/NAME_sram_256x32.sv; hierarchy -check -top TOP; proc; "
                  "check -assert\"");
  require_silence("",
                  "yosys -q -p \"read_verilog -sv $(grep -v // NAME.f | tr '\\n' ' ') "
                  "flow/fpga/NAME_pins.sv; hierarchy -check -top NAME_pins; proc; "
                  "check -assert\"");
}

namespace {

// Plain and replaced memory get the same random writes and reads; every read that is not of an
// address being written must give the same data, which must hold while nothing is read.
constexpr const char* kRamBench = R"(
module pair #(parameter int Depth = 16, Width = 32, Granule = 32, Macros = 0) ();
  localparam int Bits = $clog2(Depth);
  logic clk = 0;
  logic [Width/Granule-1:0] write = '0;
  logic [Bits-1:0] write_address = '0, read_address = '0;
  logic [Width-1:0] write_data = '0, plain_data, macro_data, last;
  logic read = 0, read_q = 0;
  int compared = 0, wrong = 0;

  t_small_ram #(.Depth(Depth), .Width(Width), .Granule(Granule)) u_macro (
    .clk_i(clk), .write_i(write), .write_address_i(write_address), .write_data_i(write_data),
    .read_i(read), .read_address_i(read_address), .read_data_o(macro_data));
  t_small_plain #(.Depth(Depth), .Width(Width), .Granule(Granule)) u_plain (
    .clk_i(clk), .write_i(write), .write_address_i(write_address), .write_data_i(write_data),
    .read_i(read), .read_address_i(read_address), .read_data_o(plain_data));

  task automatic cycle(input logic filling, input int n);
    for (int b = 0; b < Width; b += 8) write_data = (write_data << 8) ^ Width'($urandom);
    write = filling ? '1 : (Width/Granule)'($urandom);
    write_address = filling ? Bits'(n) : Bits'($urandom % Depth);
    read_address = Bits'($urandom % Depth);
    read = ~filling & ($urandom % 4 != 0) & (read_address != write_address || write == '0);
    #1 clk = 1;
    #1 clk = 0;
    if (read) read_q = 1;
    if (read_q) begin
      compared++;
      if (plain_data !== macro_data || ^plain_data === 1'bx) wrong++;
      if (!read && macro_data !== last) wrong++;
    end
    last = macro_data;
  endtask

  initial begin
    for (int n = 0; n < Depth; n++) cycle(1, n);
    for (int n = 0; n < 8 * Depth; n++) cycle(0, n);
    $display("%0d x %0d / %0d: wrong %0d, enough %0d", Depth, Width, Granule, wrong,
             compared >= 6 * Depth);
  end
endmodule
)";

struct Shape {
  int depth, width, granule;
  int macros;  ///< that it should take
};

const Shape kShapes[] = {{16, 28, 28, 0},  {64, 8, 8, 0},    {64, 32, 8, 1},
                         {256, 28, 28, 1}, {512, 4, 4, 2},   {300, 20, 4, 0},
                         {600, 48, 16, 6}, {128, 64, 64, 2}, {1024, 36, 36, 8}};

}  // namespace

TEST_CASE("FlowFiles.MemoriesOfMacrosHoldWhatPlainOnesHold") {
  const TempDir temp;
  const fs::path folder = write_files(bundle_of(design("t_small").config), temp.path());
  std::string bench = kRamBench, expected;
  std::string top = "module bench;\n";
  for (const Shape& shape : kShapes) {
    const std::string parameters = std::to_string(shape.depth) + "), .Width(" +
                                   std::to_string(shape.width) + "), .Granule(" +
                                   std::to_string(shape.granule) + ")";
    top += "  pair #(.Depth(" + parameters + ") u_" + std::to_string(shape.depth) + "_" +
           std::to_string(shape.width) + " ();\n";
    expected += std::to_string(shape.depth) + " x " + std::to_string(shape.width) + " / " +
                std::to_string(shape.granule) + ": wrong 0, enough 1\n";
  }
  write_file(folder / "bench.sv", bench + top + "endmodule\n");
  write_file(folder / "plain.sv", replace_all(read_file(folder / "rtl/common/t_small_ram.sv"),
                                              "t_small_ram", "t_small_plain"));
  const RunResult result =
      run_shell(folder,
                "iverilog -g2012 -s bench -o bench.vvp bench.sv plain.sv flow/macro/*.sv && vvp -n "
                "bench.vvp");
  std::istringstream lines(result.out);
  std::vector<std::string> given, wanted;
  for (std::string line; std::getline(lines, line);) given.push_back(line);
  std::istringstream expected_lines(expected);
  for (std::string line; std::getline(expected_lines, line);) wanted.push_back(line);
  std::sort(given.begin(), given.end());
  std::sort(wanted.begin(), wanted.end());
  CHECK(given == wanted);
}

TEST_CASE("FlowFiles.MemoriesTakeAsManyMacrosAsTheyNeed") {
  const TempDir temp;
  const fs::path folder = write_files(bundle_of(design("t_small").config), temp.path());
  for (const Shape& shape : kShapes) {
    const std::string command =
        "yosys -q -p 'read_verilog -sv -lib flow/macro/t_small_sram_256x32.sv; read_verilog -sv "
        "flow/macro/t_small_ram.sv; chparam -set Depth " +
        std::to_string(shape.depth) + " -set Width " + std::to_string(shape.width) +
        " -set Granule " + std::to_string(shape.granule) +
        " t_small_ram; hierarchy -top t_small_ram; select -assert-count " +
        std::to_string(shape.macros) + " t:t_small_sram_256x32'";
    const RunResult result = run_shell(folder, command);
    INFO(command << "\n" << result.out);
    CHECK(result.exit_code == 0);
  }
}

TEST_CASE("FlowFiles.DesignWithMacrosComputesTheSame") {
  const Config& config = design("t_small").config;
  const Plan plan = make_plan(config);
  Bundle bundle = bundle_of(config);
  const std::string ram = text_of(bundle, "flow/macro/t_small_ram.sv");
  const std::string sram = text_of(bundle, "flow/macro/t_small_sram_256x32.sv");
  for (OutputFile& file : bundle.files) {
    if (file.path == "rtl/common/t_small_ram.sv") file.text = ram;
  }
  bundle.files.push_back({"rtl/common/t_small_sram_256x32.sv", sram});
  sim::BuildOptions build;
  build.quick = true;
  sim::Simulator simulator(plan, bundle, build);
  int passed = 0;
  for (std::uint64_t seed = 1; seed <= 60; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    INFO("seed " << seed << ": " << result.text);
    CHECK(result.verdict != run::Verdict::kFail);
    passed += result.verdict == run::Verdict::kPass;
  }
  CHECK(passed >= 20);
}

}  // namespace sluice::test
