// SPDX-License-Identifier: Apache-2.0
// Constraints and the synthesis script of a design: they name its top and every port, and the tools
// that they are for read them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "generator/emit/ports.h"
#include "generator/util/process.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kLiberty = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

/// A small design with AXI, which tools read in half a minute.
Config single_axi() {
  Config config = design("t_single").config;
  config.bus.kind = "axi4";
  config.bus.data_bits = 32;
  return config;
}

/// The ports of a module: inputs, and outputs with the numbers of the bits that are constant.
struct Ports {
  std::set<std::string> inputs, outputs, constant;
  std::map<std::string, std::size_t> bits;
};

/// The ports of a design's top, as Yosys sees them after it has looked for constants.
Ports ports_of(const Bundle& bundle, const fs::path& temp) {
  const fs::path folder = write_files(bundle, temp);
  const RunResult yosys =
      run_shell(folder, "yosys -q -p \"read_verilog -sv $(grep -v // " + bundle.name +
                            ".f | tr '\\n' ' '); hierarchy -top " + top_of(bundle) +
                            "; proc; flatten; opt; write_json ports.json\"");
  INFO(yosys.out);
  REQUIRE(yosys.exit_code == 0);
  Ports ports;
  const json netlist = json::parse(read_file(folder / "ports.json"));
  for (const auto& [name, port] : netlist["modules"][top_of(bundle)]["ports"].items()) {
    ports.bits[name] = port["bits"].size();
    if (port["direction"] == "input") {
      ports.inputs.insert(name);
      continue;
    }
    ports.outputs.insert(name);
    for (const json& bit : port["bits"]) {
      if (bit.is_string()) ports.constant.insert(name);
    }
  }
  return ports;
}

/// Compares the table of ports, for descriptions of the design, with what the module has.
void check_table(const std::vector<TopPort>& table, const Ports& ports) {
  CHECK(table.size() == ports.bits.size());
  for (const TopPort& port : table) {
    INFO(port.name);
    CHECK((port.input ? ports.inputs : ports.outputs).contains(port.name));
    REQUIRE(ports.bits.contains(port.name));
    CHECK(ports.bits.at(port.name) == static_cast<std::size_t>(std::max(port.bits, 1)));
  }
}

/// The names in the braces that follow `start`, without the stars.
std::set<std::string> names_after(const std::string& text, const std::string& start) {
  const std::size_t open = text.find(start);
  INFO(start);
  REQUIRE(open != std::string::npos);
  const std::size_t from = open + start.size();
  std::istringstream words(text.substr(from, text.find('}', from) - from));
  std::set<std::string> names;
  for (std::string word; words >> word;) {
    if (word.ends_with("*")) word.pop_back();
    if (word != "\\") names.insert(word);
  }
  return names;
}

}  // namespace

TEST_CASE("FlowFiles.ConstraintsAndTableNameEveryPort") {
  const TempDir temp;
  for (const char* name : {"t_single", "t_smallest", "t_axi", "t_axi_by_id", "t_axi_narrow",
                           "t_axi_256", "t_axi_wide"}) {
    INFO(name);
    const Config& config = design(name).config;
    const Bundle bundle = bundle_of(config);
    const Ports ports = ports_of(bundle, temp.path());
    const std::string sdc = text_of(bundle, std::string("flow/") + name + ".sdc");
    const std::string clock = config.bus.axi() ? "aclk" : "clk_i";
    const std::string reset = config.bus.axi() ? "aresetn" : "rst_ni";
    CHECK(sdc.find("Timing constraints of " + top_of(bundle) + ".") != std::string::npos);
    CHECK(sdc.find("create_clock -name " + clock + " -period $period [get_ports " + clock +
                   "]\n") != std::string::npos);
    CHECK(sdc.find("set_false_path -from [get_ports " + reset + "]\n") != std::string::npos);
    check_table(top_ports(make_plan(config)), ports);
    std::set<std::string> inputs = names_after(sdc, "set inputs [get_ports {");
    inputs.insert(clock);
    CHECK(inputs == ports.inputs);
    // Outputs that never change have no path: each has a limit of its own, and none is made up
    const std::set<std::string> limited =
        names_after(sdc, "set_max_delay $period -to [get_ports {");
    CHECK(std::includes(limited.begin(), limited.end(), ports.constant.begin(),
                        ports.constant.end()));
    CHECK(
        std::includes(ports.outputs.begin(), ports.outputs.end(), limited.begin(), limited.end()));
    CHECK(!ports.constant.empty());
  }
}

namespace {

/// Synthesises a design by its own script, and has OpenSTA read netlist and constraints; returns
/// what OpenSTA says of the ports, and of a path from `from` to `to`. Empty if a tool is missing.
std::string timed_by_own_files(const Config& config, const std::string& from,
                               const std::string& to) {
  if (!tool_exists("sta") || !fs::exists(kLiberty)) {
    WARN("OpenSTA or qflow's Liberty files are missing: script and constraints were not read");
    return "";
  }
  const TempDir temp;
  const std::string& name = config.name;
  const Bundle bundle = bundle_of(config);
  const fs::path folder = write_files(bundle, temp.path());
  // All but the smallest memories as macros: less to synthesise
  const fs::path ram = folder / "flow/macro" / (name + "_ram.sv");
  const std::string rule = "Depth >= 64 && Depth * Width >= 2048", text = read_file(ram);
  REQUIRE(text.find(rule) != std::string::npos);
  write_file(ram, replace_all(text, rule, "Depth >= 16"));
  const RunResult synthesis =
      run_shell(temp.path(), std::string("FLATTEN=0 LIBERTY=") + kLiberty +
                                 " timeout 300 yosys -q -c " + name + "/flow/synth.tcl");
  INFO(synthesis.out);
  REQUIRE(synthesis.exit_code == 0);
  CHECK(synthesis.out == "");
  CHECK(read_file(temp.path() / (name + "_cells.txt")).find(name + "_sram_256x32 ") !=
        std::string::npos);
  write_file(temp.path() / "read.tcl",
             std::string("read_liberty ") + kLiberty + "\nread_verilog " + name +
                 "_netlist.v\nlink_design " + top_of(bundle) + "\nputs BEGIN\nread_sdc " + name +
                 "/flow/" + name +
                 ".sdc\ncheck_setup -no_clock -no_input_delay -no_output_delay -loops\nputs END\n"
                 "check_setup -verbose -unconstrained_endpoints\n"
                 "report_checks -to [get_ports " +
                 to + "] -from [get_ports " + from +
                 "]\n"
                 "report_worst_slack\n"
                 "report_checks -from [get_ports " +
                 (config.bus.axi() ? "aresetn" : "rst_ni") + "]\nexit\n");
  return run_shell(temp.path(), "sta -no_splash read.tcl").out;
}

void check_timing(const std::string& out) {
  INFO(out);
  CHECK(out.find("BEGIN\nEND\n") != std::string::npos);
  CHECK(out.find("Error") == std::string::npos);
  CHECK(out.find("worst slack ") != std::string::npos);
  CHECK(out.find("No paths found.") != std::string::npos);
  // Ports are the end points without an instance: none is without a limit
  CHECK_FALSE(std::regex_search(out, std::regex("\n  [a-z_]+(\\[[0-9]+\\])?\n")));
}

}  // namespace

TEST_CASE("FlowFiles.YosysAndOpenStaReadScriptAndConstraints") {
  const std::string out =
      timed_by_own_files(design("t_single").config, "reg_address_i[2]", "reg_read_data_o[0]");
  if (out.empty()) return;
  check_timing(out);
  INFO(out);
  CHECK(std::regex_search(out, std::regex("6.00    6.00 [v^] input external delay")));
  CHECK(out.find("  -6.00   14.00   output external delay") != std::string::npos);
}

TEST_CASE("FlowFiles.YosysAndOpenStaReadThoseOfADesignWithAxi") {
  const std::string out = timed_by_own_files(single_axi(), "m_axi_rvalid", "m_axi_arvalid");
  if (!out.empty()) check_timing(out);
}

TEST_CASE("FlowFiles.SynthesisScriptAsksForALiberty") {
  const TempDir temp;
  const fs::path folder = write_files(bundle_of(design("t_single").config), temp.path());
  const RunResult result = run_shell(folder, "LIBERTY=none.lib yosys -q -c flow/synth.tcl");
  CHECK(result.exit_code != 0);
  CHECK(result.out.find("set LIBERTY to a Liberty file; it is 'none.lib'") != std::string::npos);
}

}  // namespace sluice::test
