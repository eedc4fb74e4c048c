// SPDX-License-Identifier: Apache-2.0
// The tables of commands as the C header and the RTL's package show them.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <sstream>

#include "generator/commands/formats.h"
#include "generator/util/text.h"
#include "tests/support/designs.h"

namespace sluice::test {
namespace {

using commands::FieldInfo;
using commands::Format;

std::string file_of(const Config& config, const std::string& path) {
  for (const OutputFile& file : bundle_of(config).files) {
    if (file.path == path) return file.text;
  }
  FAIL("no " << path);
  return "";
}

std::string package_of(const Config& config) {
  return file_of(config, "rtl/common/" + config.name + "_pkg.sv");
}

/// Lowest bit and number of bits of each member of the structures in a text, by "struct.member".
std::map<std::string, std::pair<int, int>> members_in(const std::string& text) {
  static const std::regex member(R"(^  logic (?:\[(\d+):0\])? *(\w+);.*)"), end(R"(^\} (\w+);)");
  std::map<std::string, std::pair<int, int>> all;
  std::vector<std::pair<std::string, int>> own;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, member)) {
      own.emplace_back(match[2], match[1].matched ? std::stoi(match[1]) + 1 : 1);
    } else if (std::regex_match(line, match, end)) {
      int low = 0;
      for (auto one = own.rbegin(); one != own.rend(); ++one) {  // the last member is the lowest
        all[match[1].str() + "." + one->first] = {low, one->second};
        low += one->second;
      }
      own.clear();
    }
  }
  return all;
}

/// Names of fields that are keywords of SystemVerilog have others as members.
std::string member_of(const std::string& name) {
  if (name == "INPUT") return "first_tap";
  if (name == "OUTPUT") return "out";
  if (name == "LOCAL") return "local_out";
  if (name == "BYTE") return "value";
  return lower_case(name);
}

TEST_CASE("Package.StructuresHaveTheFieldsWhereTheTableHasThem") {
  for (const char* name : {"t_three_lanes", "t_plain", "t_fold"}) {
    const Config& config = design(name).config;
    const bool joins_taps = make_plan(config).taps > 1;
    const auto members = members_in(package_of(config));
    std::size_t found = 0;
    const auto check = [&](const Format& format, const std::string& suffix, int first_word) {
      for (const auto& word : format.words) {
        for (const FieldInfo& field : word.fields) {
          const std::string path =
              config.name + "_" + lower_case(format.name) + suffix + "_t." + member_of(field.name);
          INFO(path);
          const bool expected = (config.gating || field.only != commands::Only::kGating) &&
                                (config.additions || field.only != commands::Only::kAdditions) &&
                                (joins_taps || field.only != commands::Only::kTaps) &&
                                (config.circulant || field.only != commands::Only::kCirculant) &&
                                (config.hadamard > 0 || field.only != commands::Only::kHadamard) &&
                                (config.precision_gating || field.only != commands::Only::kPlanes);
          REQUIRE(members.contains(path) == expected);
          if (!expected) continue;
          const int low = 32 * (field.word - first_word) + field.low;
          CHECK((members.at(path) == std::pair(low, field.bits)));
          found++;
        }
      }
    };
    for (const Format& format : commands::commands()) check(format, "", 1);
    for (const Format& format : commands::entries()) check(format, "_entry", 0);
    CHECK(found > 50);
  }
}

TEST_CASE("Package.KnowsEveryOpcode") {
  const std::string text = package_of(design("t_plain").config);
  for (const Format& format : commands::commands()) {
    const std::regex line(
        fmt::format(" Op{} += 4'd{},?\n", camel_case(format.name), format.opcode));
    INFO(format.name);
    CHECK(std::regex_search(text, line));
  }
}

TEST_CASE("Package.IsTheFirstFileOfEveryList") {
  const Config& config = design("t_plain").config;
  const std::string package = "rtl/common/t_plain_pkg.sv", next = "rtl/common/t_plain_ram.sv";
  for (const char* list : {"t_plain.f", "t_plain.core"}) {
    const std::string text = file_of(config, list);
    INFO(list);
    REQUIRE(text.find(package) != std::string::npos);
    CHECK(text.find(package) == text.find("rtl/"));
    CHECK(text.find(package) < text.find(next));
  }
  const std::string xml = file_of(config, "t_plain.xml");
  CHECK(xml.find(package) < xml.find(next));
  const std::string synthesis = file_of(config, "flow/t_plain_synth.f");
  CHECK(synthesis.find("../" + package) < synthesis.find("macro/t_plain_ram.sv"));
  const std::string flow = file_of(config, "flow/config.json");
  CHECK(flow.find(package) < flow.find(next));
}

TEST_CASE("CHeader.HasTheFieldsWhereTheTableHasThem") {
  Config config = design("t_three_lanes").config;
  config.circulant = true;
  config.hadamard = 4;
  config.precision_gating = true;
  const std::string text = file_of(config, "t_three_lanes.h");
  for (const Format& format : commands::commands()) {
    for (const commands::Word& word : format.words) {
      const std::string prefix = "#define T_THREE_LANES_" + format.name + "_";
      INFO(prefix << word.name);
      const char* low = word.bits == 64 ? "_LOW" : "";
      CHECK(text.find(fmt::format("{}{}{}_WORD {}", prefix, word.name, low, word.number)) !=
            std::string::npos);
      for (const FieldInfo& field : word.fields) {
        if (word.whole) continue;
        INFO(field.name);
        const std::string wanted =
            field.bits == 1
                ? fmt::format("{}{} UINT32_C({:#x})", prefix, field.name, 1u << field.low)
                : fmt::format("{0}{1}_SHIFT {2}", prefix, field.name, field.low);
        CHECK(text.find(wanted) != std::string::npos);
        if (field.bits == 1) continue;
        CHECK(text.find(fmt::format("{}{}_BITS {}\n", prefix, field.name, field.bits)) !=
              std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::test
