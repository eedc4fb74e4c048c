// SPDX-License-Identifier: Apache-2.0
// The page that describes a generated design against what was generated.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/designs.h"

namespace sluice::test {
namespace {

/// A port's direction and width; the width is 0 where it depends on a parameter.
struct Port {
  std::string direction;
  int width = 0;
  bool operator==(const Port&) const = default;
};
using Ports = std::map<std::string, Port>;

std::string text_of(const Bundle& bundle, const std::string& path) {
  const auto file = std::find_if(bundle.files.begin(), bundle.files.end(),
                                 [&](const OutputFile& each) { return each.path == path; });
  if (file == bundle.files.end()) FAIL("there is no file " << path);
  return file->text;
}

/// Ports of the module that a file holds.
Ports ports_of_module(const std::string& text) {
  const std::regex pattern(
      R"(\n  (in|out)put +logic +(?:\[(\w+)(-1)?:0\] *|(\[[^\]]+\]) *)?(\w+))");
  const std::regex number("[0-9]+");
  Ports ports;
  for (std::sregex_iterator port(text.begin(), text.end(), pattern), end; port != end; ++port) {
    Port found{(*port)[1], 1};
    const std::string top = (*port)[2];
    if (std::regex_match(top, number)) found.width = std::stoi(top) + ((*port)[3].matched ? 0 : 1);
    if ((*port)[4].matched || (!top.empty() && !std::regex_match(top, number))) found.width = 0;
    ports[(*port)[5]] = found;
  }
  return ports;
}

/// The parts of a table's cell; one part stands for all `count`.
std::vector<std::string> parts(const std::string& cell, std::size_t count) {
  std::vector<std::string> all;
  std::istringstream text(cell);
  for (std::string part; std::getline(text >> std::ws, part, ',');) all.push_back(part);
  if (all.size() == 1) all.resize(count, all[0]);
  return all;
}

/// Ports in the table below a heading of the page.
Ports ports_of_page(const std::string& page, const std::string& module) {
  const std::size_t begin = page.find("## Ports of `" + module + "`\n");
  if (begin == std::string::npos) return {};
  const std::string section = page.substr(begin, page.find("\n## ", begin + 1) - begin);
  const std::regex row(R"(\n\| (`[^|]+`) \| ([^|]+) \| ([^|]+) \|)");
  const std::regex number("[0-9]+");
  Ports ports;
  for (std::sregex_iterator match(section.begin(), section.end(), row), end; match != end;
       ++match) {
    const std::vector<std::string> names = parts((*match)[1], 1);
    const auto directions = parts((*match)[2], names.size());
    const auto widths = parts((*match)[3], names.size());
    REQUIRE(directions.size() == names.size());
    REQUIRE(widths.size() == names.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
      const bool fixed = std::regex_match(widths[k], number);
      ports[names[k].substr(1, names[k].size() - 2)] = {directions[k],
                                                        fixed ? std::stoi(widths[k]) : 0};
    }
  }
  return ports;
}

/// Widths are compared where both sides give a number.
void check_same(const Ports& page, Ports module) {
  std::string missing, other;
  for (const auto& [name, port] : module) {
    if (!page.contains(name)) missing += name + " ";
  }
  for (const auto& [name, port] : page) {
    if (!module.contains(name)) {
      other += name + " ";
      continue;
    }
    INFO(name);
    CHECK(port.direction == module[name].direction);
    if (port.width != 0 && module[name].width != 0) CHECK(port.width == module[name].width);
  }
  CHECK(missing == "");
  CHECK(other == "");
}

TEST_CASE("DesignPage.HasThePortsOfBothTops") {
  int axi = 0;
  for (const Design& design : designs()) {
    const std::string& name = design.config.name;
    INFO(name);
    const Bundle bundle = bundle_of(design.config);
    const std::string page = text_of(bundle, "README.md");
    const Ports core = ports_of_module(text_of(bundle, "rtl/top/" + name + "_core.sv"));
    REQUIRE(core.size() > 20);
    REQUIRE(core.at("reg_strobe_i") == Port{"in", 4});
    check_same(ports_of_page(page, name + "_core"), core);
    if (!design.config.bus.axi()) {
      CHECK(page.find(name + "_axi") == std::string::npos);
      continue;
    }
    axi++;
    const Ports bus = ports_of_module(text_of(bundle, "rtl/bus/" + name + "_axi.sv"));
    REQUIRE(bus.size() > 50);
    REQUIRE(bus.at("m_axi_rdata").width == design.config.bus.data_bits);
    check_same(ports_of_page(page, name + "_axi"), bus);
  }
  CHECK(axi >= 2);
}

TEST_CASE("DesignPage.ListsAllFilesAndFolders") {
  for (const Design& design : designs()) {
    const Bundle bundle = bundle_of(design.config);
    const std::string page = text_of(bundle, "README.md");
    std::set<std::string> entries;
    for (const OutputFile& file : bundle.files) {
      const std::size_t slash = file.path.find('/');
      entries.insert(slash == std::string::npos ? file.path : file.path.substr(0, slash + 1));
    }
    entries.erase("README.md");
    for (const std::string& entry : entries) {
      INFO(design.config.name << ": " << entry);
      CHECK(page.find("\n| `" + entry + "` | ") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sluice::test
