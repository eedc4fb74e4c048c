// What software gets: the register description for tools, and network images.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "registers/registers.h"
#include "support/designs.h"
#include "support/files.h"

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
