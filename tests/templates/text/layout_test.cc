// SPDX-License-Identifier: Apache-2.0
// The layout of generated SystemVerilog after all values are in: lines that fit, and declarations
// in columns. The rules are read here from the text, not from what lays it out.
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

constexpr std::size_t kColumns = 100;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Lines that are too long, one a line.
std::string too_long(const std::string& text) {
  std::string found;
  for (const std::string& line : lines_of(text)) {
    if (line.size() > kColumns) found += line + "\n";
  }
  return found;
}

/// A kind of declaration; what its groups find begins at one column in lines that follow each
/// other.
struct Kind {
  std::regex pattern;
  bool across_gaps;  ///< empty lines and comments do not part them
};

const std::vector<Kind>& kinds() {
  static const std::string ranges = R"((?: *\[[^\]]*\])*)";
  static const std::vector<Kind> all = {
      {std::regex(R"(^ *(?:parameter|localparam) +([a-z]+(?: signed)?)" + ranges +
                  R"() +(\w+) +(=) .*)"),
       false},
      {std::regex(R"(^ *(?:input|output|inout) +([\w:]+(?: signed)?)" + ranges +
                  R"() +(\w+),?(?: *//.*)?$)"),
       true},
      {std::regex(R"(^ *(?:logic|\w+_[te])(?: signed)?)" + ranges +
                  R"( +(\w[\w, ]*(?: \[.*\])?;).*)"),
       false},
      {std::regex(R"(^ *\.\w+ +(\().*)"), false}};
  return all;
}

std::size_t indent_of(const std::string& line) { return line.find_first_not_of(' '); }

bool is_gap(const std::string& line) {
  return line.empty() || line.compare(indent_of(line), 2, "//") == 0;
}

/// Columns at which the parts of a declaration begin: groups of its kind, and the indentation.
std::vector<std::size_t> columns_of(const std::string& line, const Kind& kind) {
  std::smatch match;
  if (!std::regex_match(line, match, kind.pattern)) return {};
  std::vector<std::size_t> columns = {indent_of(line)};
  for (std::size_t g = 1; g < match.size(); g++) columns.push_back(match.position(g));
  return columns;
}

/// Declarations whose parts begin at other columns than those of the one before, one a line.
std::string not_aligned(const std::string& text) {
  std::string found;
  for (const Kind& kind : kinds()) {
    std::vector<std::size_t> before;
    std::size_t comment = 0;  // column of the comments in this run of lines; 0: none so far
    for (const std::string& line : lines_of(text)) {
      const std::vector<std::size_t> columns = columns_of(line, kind);
      if (columns.empty()) {
        comment = 0;
        if (!kind.across_gaps || !is_gap(line)) before.clear();
        continue;
      }
      const bool same_block = !before.empty() && before[0] == columns[0];
      if (same_block && before != columns) found += line + "\n";
      before = columns;
      const std::size_t slashes = line.find("//");
      if (!same_block) comment = 0;
      if (slashes == std::string::npos) continue;
      if (comment != 0 && comment != slashes) found += line + "\n";
      comment = slashes;
    }
  }
  return found;
}

bool is_systemverilog(const OutputFile& file) { return file.path.ends_with(".sv"); }

/// The designs, and one with the longest name.
std::vector<Config> configs() {
  std::vector<Config> all;
  for (const Design& one : designs()) all.push_back(one.config);
  all.push_back(design("t_axi_by_id").config);
  all.back().name = "t_" + std::string(38, 'x');
  return all;
}

TEST_CASE("Text.LinesFitAHundredColumns") {
  int files = 0;
  for (const Config& config : configs()) {
    for (const OutputFile& file : bundle_of(config).files) {
      if (!is_systemverilog(file)) continue;
      INFO(config.name << ": " << file.path);
      CHECK(too_long(file.text) == "");
      files++;
    }
  }
  CHECK(files > 500);
}

TEST_CASE("Text.DeclarationsAreAligned") {
  std::map<std::string, std::string> found;  // the same text in several designs is looked at once
  for (const Config& config : configs()) {
    for (const OutputFile& file : bundle_of(config).files) {
      if (!is_systemverilog(file)) continue;
      const std::string text = file.text.substr(file.text.find("\n\n"));
      if (!found.contains(text)) found[text] = not_aligned(text);
      INFO(config.name << ": " << file.path);
      CHECK(found[text] == "");
    }
  }
  CHECK(found.size() > 500);
}

TEST_CASE("Text.WhatIsTooLongOrNotAlignedIsFound") {
  CHECK(too_long(std::string(100, 'x') + "\n") == "");
  CHECK(too_long(std::string(101, 'x') + "\n") != "");
  const std::map<std::string, std::string> pairs = {
      {"  parameter  int Ab = 1,\n  localparam int C  = 2\n",
       "  parameter int Ab = 1,\n  localparam int C = 2\n"},
      {"  localparam int Ab = 1;  // x\n  localparam int C  = 2;  // y\n",
       "  localparam int Ab = 1; // x\n  localparam int C  = 2;  // y\n"},
      {"  input  logic       a,\n\n  // x\n  output logic [1:0] b\n",
       "  input  logic a,\n\n  // x\n  output logic [1:0] b\n"},
      {"  logic       a;\n  logic [1:0] b, c;\n", "  logic a;\n  logic [1:0] b, c;\n"},
      {"    .a   (b),\n    .abc (d)\n", "    .a (b),\n    .abc (d)\n"}};
  for (const auto& [aligned, other] : pairs) {
    CHECK(not_aligned(aligned) == "");
    CHECK(not_aligned(other) != "");
  }
  // What a line of something else parts need not be aligned
  CHECK(not_aligned("  logic a;\n  assign a = 1;\n  logic [1:0] b;\n") == "");
}

}  // namespace
}  // namespace sluice::test
