// SPDX-License-Identifier: Apache-2.0
// The files for other tools that come with a design: each is read by the tool it is for, and every
// path in them exists.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/support/designs.h"
#include "tests/support/files.h"

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

}  // namespace sluice::test
