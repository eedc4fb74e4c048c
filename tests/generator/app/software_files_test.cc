// SPDX-License-Identifier: Apache-2.0
// What software gets: the register description for tools, and network images.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "generator/emit/ports.h"
#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

/// Prints name, offset, access and the sum of field widths of each register.
constexpr const char* kReadXml = R"(
import sys, xml.etree.ElementTree as tree
space = '{http://www.accellera.org/XMLSchema/IPXACT/1685-2014}'
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == space + 'component'
for reg in root.iter(space + 'register'):
    text = lambda part: reg.find(space + part).text
    bits = [int(field.find(space + 'bitWidth').text) for field in reg.iter(space + 'field')]
    clear = any(field.find(space + 'modifiedWriteValue') is not None
                for field in reg.iter(space + 'field'))
    print(text('name'), int(text('addressOffset'), 16), text('access'), sum(bits), int(clear))
)";

std::string expected_line(const Register& reg) {
  int bits = reg.fields.empty() ? 32 : 0;
  for (const RegisterField& field : reg.fields) bits += field.bits;
  const char* access = reg.access == Access::kReadOnly    ? "read-only"
                       : reg.access == Access::kWriteOnly ? "write-only"
                                                          : "read-write";
  return fmt::format("{} {} {} {} {}\n", reg.name, reg.address, access, bits,
                     int(reg.access == Access::kWriteOneToClear));
}

std::uint32_t word_of(const std::string& file, int word) {
  std::uint32_t value = 0;
  for (int b = 3; b >= 0; b--) value = value << 8 | std::uint8_t(file[4 * word + b]);
  return value;
}

std::string compile_command(const TempDir& folder, const std::string& more) {
  return fmt::format("compile configs/edge.yaml verif/networks/fashion_block8.onnx -o {} {}",
                     (folder.path() / "net.slim").string(), more);
}

}  // namespace

TEST_CASE("IpXact.HoldsTheRegisters") {
  for (const char* name : {"t_small", "t_plain"}) {
    const TempDir temp;
    const Config& config = design(name).config;
    write_files(bundle_of(config), temp.path());
    write_file(temp.path() / "read.py", kReadXml);
    const RunResult result =
        run_shell(temp.path(), fmt::format("python3 read.py {0}/{0}.xml", name));
    std::string expected;
    for (const Register& reg : registers_of(make_plan(config))) expected += expected_line(reg);
    CHECK(result.out == expected);
  }
}

namespace {

/// Prints module, ports, buses with what their ports are called in the standard, and files.
constexpr const char* kReadDesign = R"(
import sys, xml.etree.ElementTree as tree
space = '{http://www.accellera.org/XMLSchema/IPXACT/1685-2014}'
root = tree.parse(sys.argv[1]).getroot()
text = lambda node, part: node.find('/'.join(space + p for p in part.split('/'))).text
print('module', text(root, 'model/instantiations/componentInstantiation/moduleName'))
for port in root.iter(space + 'port'):
    left = port.find(space + 'wire/' + space + 'vectors/' + space + 'vector/' + space + 'left')
    bits = 0 if left is None else int(left.text) + 1
    print('port', text(port, 'name'), text(port, 'wire/direction'), bits)
for bus in root.iter(space + 'busInterface'):
    kind = bus.find(space + 'busType').get('name')
    role = [r for r in ('master', 'slave') if bus.find(space + r) is not None][0]
    ref = bus.find(space + role)[0]
    print('bus', text(bus, 'name'), kind, role, list(ref.attrib.values())[0])
    for each in bus.iter(space + 'portMap'):
        print('map', text(each, 'logicalPort/name'), text(each, 'physicalPort/name'))
for files in root.iter(space + 'fileSet'):
    for file in files.iter(space + 'file'):
        print('file', text(files, 'name'), text(file, 'name'), text(file, 'fileType'))
)";

std::string bus_text(const Plan& plan, const std::string& name, const std::string& line) {
  std::string text = line + "\nmap ACLK aclk\nmap ARESETn aresetn\n";
  for (const TopPort& port : top_ports(plan)) {
    if (!port.name.starts_with(name + "_")) continue;
    std::string logical = port.name.substr(name.size() + 1);
    for (char& c : logical) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    text += "map " + logical + " " + port.name + "\n";
  }
  return text;
}

std::string expected_design(const Config& config, const Bundle& bundle) {
  const Plan plan = make_plan(config);
  std::string text = "module " + top_of(bundle) + "\n";
  for (const TopPort& port : top_ports(plan)) {
    text += fmt::format("port {} {} {}\n", port.name, port.input ? "in" : "out", port.bits);
  }
  if (config.bus.axi()) {
    text += bus_text(plan, "s_axi", "bus s_axi AXI4-Lite slave registers");
    text += bus_text(plan, "m_axi", "bus m_axi AXI4 master memory");
  }
  for (const std::string& file : entries_of(text_of(bundle, config.name + ".f"))) {
    text += "file rtl " + file + " systemVerilogSource\n";
  }
  return text;
}

}  // namespace

TEST_CASE("IpXact.HoldsPortsBusesAndFiles") {
  for (const char* name : {"t_small", "t_plain", "t_axi", "t_axi_by_id", "t_axi_narrow"}) {
    const TempDir temp;
    const Config& config = design(name).config;
    const Bundle bundle = bundle_of(config);
    write_files(bundle, temp.path());
    write_file(temp.path() / "read.py", kReadDesign);
    const RunResult result =
        run_shell(temp.path(), fmt::format("python3 read.py {0}/{0}.xml", name));
    INFO(name);
    const std::string expected = expected_design(config, bundle);
    CHECK(result.out.substr(0, expected.size()) == expected);
    // The rest: assertions and software, all that there is
    std::set<std::string> rest, there;
    std::istringstream lines(result.out.substr(std::min(expected.size(), result.out.size())));
    for (std::string word, set, path, type; lines >> word >> set >> path >> type;) {
      CHECK(set == (path.starts_with("assert/") ? "assertions" : "software"));
      CHECK(type == (path.starts_with("assert/") ? "systemVerilogSource" : "cSource"));
      rest.insert(path);
    }
    for (const OutputFile& file : bundle.files) {
      const bool listed = file.path.starts_with("assert/") || file.path.starts_with("driver/") ||
                          file.path == std::string(name) + ".h";
      if (listed) there.insert(file.path);
    }
    CHECK(rest == there);
  }
}

namespace {

std::vector<std::string> strings_of(const YAML::Node& list) {
  return list.as<std::vector<std::string>>();
}

}  // namespace

TEST_CASE("FuseSoc.HasTargetsForLintSimulationAndSynthesis") {
  for (const Design& one : designs()) {
    const std::string& name = one.config.name;
    INFO(name);
    const bool axi = one.config.bus.axi();
    const Bundle bundle = bundle_of(one.config);
    const std::string text = text_of(bundle, name + ".core");
    CHECK(text.starts_with("CAPI=2:\n"));
    const YAML::Node core = YAML::Load(text.substr(text.find('\n')));
    const YAML::Node sets = core["filesets"], targets = core["targets"];
    CHECK(strings_of(sets["rtl"]["files"]) == entries_of(text_of(bundle, name + ".f")));
    CHECK(strings_of(sets["fpga"]["files"]) ==
          std::vector<std::string>{"flow/fpga/" + name + "_pins.sv"});
    std::vector<std::string> assertions;
    if (axi) assertions = strings_of(sets["assertions"]["files"]);
    CHECK(axi == sets["assertions"].IsDefined());
    CHECK(assertions.size() == (axi ? 5 : 0));
    for (const std::string& file : assertions) text_of(bundle, file);
    if (axi) CHECK(assertions.back() == "assert/" + name + "_axi_bind.sv");

    // Assertions come where a tool knows them, and are not in what depending cores get
    const std::vector<std::string> rtl = {"rtl"};
    for (const char* target : {"default", "lint"}) {
      CHECK(strings_of(targets[target]["filesets"]) == rtl);
      CHECK(targets[target]["toplevel"].as<std::string>() == top_of(bundle));
    }
    CHECK(targets["lint"]["default_tool"].as<std::string>() == "verilator");
    CHECK(targets["lint"]["tools"]["verilator"]["mode"].as<std::string>() == "lint-only");
    std::vector<std::string> simulated = rtl;
    if (axi) simulated.push_back("tool_verilator? (assertions)");
    CHECK(strings_of(targets["sim"]["filesets"]) == simulated);
    CHECK(targets["sim"]["default_tool"].as<std::string>() == "icarus");
    CHECK(targets["sim"]["toplevel"].as<std::string>() == top_of(bundle));
    CHECK(strings_of(targets["synth"]["filesets"]) == std::vector<std::string>{"rtl", "fpga"});
    CHECK(targets["synth"]["toplevel"].as<std::string>() == name + "_pins");
    CHECK(targets["synth"]["default_tool"].as<std::string>() == "yosys");
  }
}

TEST_CASE("Compile.WritesAnImageForItsBase") {
  const TempDir folder;
  const RunResult zero = run_sluice(compile_command(folder, "--json"));
  REQUIRE(zero.exit_code == 0);
  const std::string at_zero = read_file(folder.path() / "net.slim");
  REQUIRE(run_sluice(compile_command(folder, "--base 0x20000000")).exit_code == 0);
  const std::string moved = read_file(folder.path() / "net.slim");

  const nlohmann::json json = nlohmann::json::parse(zero.out);
  CHECK(json["file_bytes"] == at_zero.size());
  CHECK(word_of(at_zero, 0) == 0x4d494c53);
  CHECK(word_of(at_zero, 2) == std::stoul(json["hash"].get<std::string>(), nullptr, 16));
  CHECK(word_of(at_zero, 6) == json["memory_bytes"]);
  CHECK(word_of(at_zero, 4) == 0);
  CHECK(word_of(moved, 4) == 0x20000000);

  // Only what the relocations name has moved, by as much as the base
  const int places = int(word_of(at_zero, 11)), contents = 48 + places;
  CHECK(places == json["relocations"]);
  REQUIRE(at_zero.size() == moved.size());
  std::string undone = moved;
  for (int k = 0; k < places; k++) {
    const int at = contents + int(word_of(at_zero, 48 + k)) / 4;
    CHECK(word_of(moved, at) == word_of(at_zero, at) + 0x20000000);
    undone.replace(4 * at, 4, at_zero.substr(4 * at, 4));
  }
  CHECK(undone.substr(4 * 48) == at_zero.substr(4 * 48));
}

TEST_CASE("Compile.RefusesAnAddressThatDoesNotFit") {
  const TempDir folder;
  const RunResult odd = run_sluice(compile_command(folder, "--base 4"));
  CHECK(odd.exit_code == 1);
  CHECK(odd.err.find("is no multiple of the memory word") != std::string::npos);
  const RunResult far = run_sluice(compile_command(folder, "--base 0x10000000000000"));
  CHECK(far.exit_code == 1);
  CHECK(far.err.find("memory.address_bits") != std::string::npos);
}

}  // namespace sluice::test
