// SPDX-License-Identifier: Apache-2.0
// What the text of generated RTL must and must not hold.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <set>
#include <sstream>

#include "generator/config/canonical.h"
#include "generator/config/reader.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

bool is_rtl(const OutputFile& file) { return file.path.starts_with("rtl/"); }

/// The text without line comments.
std::string code_of(const std::string& text) {
  std::string code;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) code += line.substr(0, line.find("//")) + "\n";
  return code;
}

/// Identifiers, keywords and numbers of SystemVerilog text.
std::set<std::string> words_of(const std::string& code) {
  std::set<std::string> words;
  std::string word;
  for (const char c : code) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

/// The parts of an identifier that '_' separates.
std::vector<std::string> parts_of(const std::string& word) {
  std::vector<std::string> parts;
  std::istringstream stream(word);
  for (std::string part; std::getline(stream, part, '_');) parts.push_back(part);
  return parts;
}

/// All RTL without its numbers and its config hash, nor what layout makes of them: blanks, and
/// where comments go on in the next line.
std::string text_without_numbers(const Config& config) {
  std::string all;
  for (const OutputFile& file : bundle_of(config).files) {
    if (is_rtl(file)) all += replace_all(file.text, make_plan(config).hash, "");
  }
  std::erase_if(all,
                [](unsigned char c) { return std::isdigit(c) || std::isspace(c) || c == '/'; });
  return all;
}

TEST_CASE("Designs.PassAllChecks") {
  for (const Design& design : designs()) {
    INFO(design.config.name << ": " << design.purpose);
    Diagnostics diagnostics;
    CHECK(parse_config("test.yaml", canonical_yaml(design.config), {}, diagnostics).has_value());
  }
}

/// Identifiers of a design's RTL that have one of these parts, each with its file.
std::string traces_in(const Design& design, const std::set<std::string>& traces) {
  std::string found;
  for (const OutputFile& file : bundle_of(design.config).files) {
    if (!is_rtl(file)) continue;
    for (const std::string& word : words_of(code_of(file.path + "\n" + file.text))) {
      if (word == "open") continue;  // a register that takes a new value
      for (const std::string& part : parts_of(word)) {
        if (traces.contains(part)) found += file.path + ": " + word + "\n";
      }
    }
  }
  return found;
}

TEST_CASE("RtlText.WithoutGatingNoTraceOfGates") {
  const std::set<std::string> traces = {"gate", "gates",  "gated",  "open",      "conditional",
                                        "mask", "masks",  "masked", "threshold", "thresholds",
                                        "list", "listed", "closed", "skipped"};
  for (const Design& design : designs()) {
    if (!design.config.gating) CHECK(traces_in(design, traces) == "");
  }
}

TEST_CASE("RtlText.WithoutAdditionsNoTraceOfThem") {
  const std::set<std::string> traces = {"addend", "addends", "addition", "OpAddition",
                                        "AdditionWords"};
  int without = 0;
  for (const Design& design : designs()) {
    if (!design.config.additions) CHECK(traces_in(design, traces) == "");
    if (design.config.additions) CHECK(traces_in(design, traces) != "");
    without += design.config.additions ? 0 : 1;
  }
  CHECK(without >= 3);
}

TEST_CASE("RtlText.WithoutATableNoTraceOfIt") {
  const std::set<std::string> traces = {"table", "tables", "OpTable", "TableWords", "look"};
  int without = 0;
  for (const Design& design : designs()) {
    if (!design.config.activation_table) CHECK(traces_in(design, traces) == "");
    if (design.config.activation_table) CHECK(traces_in(design, traces) != "");
    without += design.config.activation_table ? 0 : 1;
  }
  CHECK(without >= 3);
}

TEST_CASE("RtlText.WithoutCirculantWeightsNoTraceOfThem") {
  const std::set<std::string> traces = {"circulant", "rotate", "turned", "GroupBytes"};
  int with = 0;
  for (const Design& design : designs()) {
    if (!design.config.circulant) CHECK(traces_in(design, traces) == "");
    if (design.config.circulant) CHECK(traces_in(design, traces) != "");
    with += design.config.circulant ? 1 : 0;
  }
  CHECK(with >= 3);
}

TEST_CASE("RtlText.WithoutHadamardTransformsNoTraceOfThem") {
  const std::set<std::string> traces = {"hadamard", "Hadamard", "u_hadamard", "read_chunk"};
  int with = 0;
  for (const Design& design : designs()) {
    if (design.config.hadamard == 0) CHECK(traces_in(design, traces) == "");
    if (design.config.hadamard > 0) CHECK(traces_in(design, traces) != "");
    with += design.config.hadamard > 0 ? 1 : 0;
  }
  CHECK(with >= 2);
}

TEST_CASE("RtlText.WithoutPrecisionGatingNoTraceOfIt") {
  const std::set<std::string> traces = {"planes", "plane", "lower_o", "u_planes", "next_chunk"};
  int with = 0;
  for (const Design& design : designs()) {
    if (!design.config.precision_gating) CHECK(traces_in(design, traces) == "");
    if (design.config.precision_gating) CHECK(traces_in(design, traces) != "");
    with += design.config.precision_gating ? 1 : 0;
  }
  CHECK(with >= 2);
}

TEST_CASE("Readme.DescribesGatesWhereThereAreSome") {
  for (const Design& design : designs()) {
    const Bundle bundle = bundle_of(design.config);
    const auto readme =
        std::find_if(bundle.files.begin(), bundle.files.end(),
                     [](const OutputFile& file) { return file.path == "README.md"; });
    REQUIRE(readme != bundle.files.end());
    INFO(design.config.name);
    for (const char* phrase :
         {"| open positions |", "_open_positions`", "conditional pass", "and gates"}) {
      INFO(phrase);
      CHECK((readme->text.find(phrase) != std::string::npos) == design.config.gating);
    }
  }
}

TEST_CASE("RtlText.WithGatingThereAreOpenPositions") {
  const Bundle bundle = bundle_of(design("t_three_lanes").config);
  CHECK(std::count_if(bundle.files.begin(), bundle.files.end(), [](const OutputFile& file) {
          return file.path == "rtl/control/t_three_lanes_open_positions.sv";
        }) == 1);
}

TEST_CASE("RtlText.DiffersInNumbersOnlyWithTheSizeOfTheArray") {
  for (const char* name : {"t_three_lanes", "t_plain"}) {
    const Config& small = design(name).config;
    Config large = small;
    large.lanes = 64;
    large.columns = 64;
    large.rows = 256;
    large.buffers = {65536, 65536};
    INFO(name);
    CHECK((text_without_numbers(small) == text_without_numbers(large)));
  }
}

TEST_CASE("RtlText.EveryFileStatesItsOrigin") {
  for (const Design& design : designs()) {
    const Plan plan = make_plan(design.config);
    for (const OutputFile& file : bundle_of(design.config).files) {
      if (!is_rtl(file)) continue;
      INFO(design.config.name << ": " << file.path);
      // A long line of it goes on in the next
      CHECK(replace_all(file.text, "\n// ", " ")
                .starts_with("// GENERATED - do not edit. Change " + design.config.name +
                             ".yaml or templates/"));
      CHECK(file.text.find("config sha256 " + plan.hash + "\n") != std::string::npos);
    }
  }
}

TEST_CASE("RtlText.EveryFileIsTidy") {
  for (const Design& design : designs()) {
    for (const OutputFile& file : bundle_of(design.config).files) {
      INFO(design.config.name << ": " << file.path);
      CHECK(file.text.find('\t') == std::string::npos);
      CHECK(file.text.find('\r') == std::string::npos);
      CHECK(file.text.find(" \n") == std::string::npos);
      CHECK(file.text.find("\n\n\n") == std::string::npos);
      CHECK(file.text.ends_with("\n"));
      CHECK(!file.text.ends_with("\n\n"));
    }
  }
}

TEST_CASE("RtlText.NoFileHoldsADateOrAnAbsolutePath") {
  const std::string year = run_shell(".", "date +%Y").out.substr(0, 4);
  for (const Design& design : designs()) {
    for (const OutputFile& file : bundle_of(design.config).files) {
      INFO(design.config.name << ": " << file.path);
      CHECK(file.text.find(source_dir().string()) == std::string::npos);
      CHECK(file.text.find("/home") == std::string::npos);
      CHECK(file.text.find("/tmp") == std::string::npos);
      CHECK(file.text.find(year + "-") == std::string::npos);
    }
  }
}

TEST_CASE("RtlText.SameConfigGivesTheSameBytes") {
  for (const Design& design : designs()) {
    const Bundle one = bundle_of(design.config), two = bundle_of(design.config);
    REQUIRE(one.files.size() == two.files.size());
    for (std::size_t i = 0; i < one.files.size(); i++) {
      INFO(design.config.name << ": " << one.files[i].path);
      CHECK(one.files[i].path == two.files[i].path);
      CHECK((one.files[i].text == two.files[i].text));
    }
  }
}

}  // namespace
}  // namespace sluice::test
