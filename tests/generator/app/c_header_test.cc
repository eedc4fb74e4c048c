// SPDX-License-Identifier: Apache-2.0
// The C header of a design: compiles as C99 and C++, and holds the numbers of the plan.
#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompileC = "cc -std=c99 -Wall -Wextra -Werror -pedantic";
constexpr const char* kCompileCxx = "c++ -std=c++11 -Wall -Wextra -Werror -pedantic -x c++";

std::string header_of(const Config& config) {
  for (const OutputFile& file : bundle_of(config).files) {
    if (file.path == config.name + ".h") return file.text;
  }
  FAIL("no header");
  return "";
}

/// The values of C expressions in which NAME_ stands for the header's prefix, and name_ for that of
/// its functions.
std::map<std::string, long long> evaluate(const Config& config,
                                          const std::vector<std::string>& expressions) {
  const TempDir temp;
  write_file(temp.path() / "design.h", header_of(config));
  std::string program = "#include <stdio.h>\n#include \"design.h\"\nint main(void) {\n";
  for (const std::string& expression : expressions) {
    program += "  printf(\"%lld\\n\", (long long)(" + expression + "));\n";
  }
  program += "  return 0;\n}\n";
  std::string upper = config.name;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  program = replace_all(program, "NAME_", upper + "_");
  program = replace_all(program, "name_", config.name + "_");
  write_file(temp.path() / "main.c", program);
  const RunResult built = run_shell(temp.path(), std::string(kCompileC) + " -o main main.c");
  INFO(built.out);
  REQUIRE(built.exit_code == 0);
  std::istringstream lines(run_shell(temp.path(), "./main").out);
  std::map<std::string, long long> values;
  for (const std::string& expression : expressions) {
    lines >> values[expression];
    REQUIRE(lines);
  }
  return values;
}

TEST_CASE("CHeader.CompilesAsCAndCxx") {
  for (const Design& design : designs()) {
    const TempDir temp;
    write_file(temp.path() / "design.h", header_of(design.config));
    // Twice: the include guard works.
    write_file(temp.path() / "unit.c", "#include \"design.h\"\n#include \"design.h\"\nint unit;\n");
    for (const char* compiler : {kCompileC, kCompileCxx}) {
      const RunResult result = run_shell(temp.path(), std::string(compiler) + " -c unit.c");
      INFO(design.config.name << ": " << compiler);
      CHECK(result.out == "");
      CHECK(result.exit_code == 0);
    }
  }
}

TEST_CASE("CHeader.HoldsThePlan") {
  for (const char* name : {"t_single", "t_rows12", "t_atom16"}) {
    const Plan plan = make_plan(design(name).config);
    const Config& config = plan.config;
    const std::map<std::string, long long> expected = {
        {"NAME_CONFIG_HASH", std::stoll(plan.hash, nullptr, 16)},
        {"NAME_LANES", config.lanes},
        {"NAME_COLUMNS", config.columns},
        {"NAME_ROWS", config.rows},
        {"NAME_ATOM", config.atom},
        {"NAME_HAS_GATING", config.gating},
        {"NAME_HAS_4_BITS", plan.precision4},
        {"NAME_HAS_2_BITS", plan.precision2},
        {"NAME_POSITIONS", config.accumulator.positions},
        {"NAME_MAX_REDUCTION", config.accumulator.max_reduction},
        {"NAME_MIN_STEP", plan.min_step},
        {"NAME_MEMORY_BYTES", config.memory.bytes},
        {"NAME_ACTIVATION_WORDS", plan.buffer_words},
        {"NAME_BANKS", plan.banks},
        {"NAME_SLOTS", plan.slots},
        {"NAME_COLUMN_BYTES", plan.column_bytes},
        {"NAME_COMMAND_BYTES", plan.command_bytes},
        {"NAME_COMMAND_MEMORY_WORDS", plan.command_words},
        {"NAME_SEGMENTS", config.segments},
        {"NAME_LANE_COLUMNS", plan.lane_columns},
        {"NAME_POST", config.post},
        {"NAME_RECORD_SEQUENCER_WORDS", plan.sequencer_words},
        {"NAME_RECORD_PARAMETER_WORDS", plan.parameter_words},
        {"NAME_RECORD_HEADER_BYTES", plan.header_words * config.memory.bytes},
        {"NAME_STEP_WEIGHT_BYTES", config.columns * plan.column_bytes},
        {"NAME_ENTRY_PARAMETERS", plan.sequencer_words * config.memory.bytes / 8},
    };
    std::vector<std::string> expressions;
    for (const auto& [expression, value] : expected) expressions.push_back(expression);
    INFO(name);
    CHECK(evaluate(config, expressions) == expected);
  }
}

TEST_CASE("CHeader.FieldsAndEntriesAreAsDocumented") {
  const std::map<std::string, long long> expected = {
      {"NAME_OP_RUN | NAME_WAIT_LOADS | NAME_WAIT_RUNS", 0x55},
      {"NAME_LAYER_GATED | NAME_LAYER_LOCAL | NAME_FIELD(LAYER_MODE, NAME_WIDTH_2_BITS) | "
       "NAME_FIELD(LAYER_ZERO_POINT, -1)",
       0xff0122},
      {"NAME_FIELD(LAYER_TILE_ROWS, 5) | NAME_FIELD(LAYER_TILE_COLUMNS, 0x12345)", 0x23450005},
      {"NAME_GET(STATUS_LAYERS, 0x70102)", 7},
      {"NAME_GET(STATUS_ERROR_CODE, 0x70104) == NAME_ERROR_ILLEGAL_COMMAND", 1},
      {"NAME_REG_WRITE_WORDS", find_register("WRITE_WORDS").address},
      {"NAME_LAYER_WRAP_OFFSET_WORD", 20},
      {"name_requantisation(-2, 0x80001, 33) == UINT64_C(0x02180001fffffffe)", 1},
      {"name_thresholds(INT32_MIN, 5) == UINT64_C(0x580000000)", 1},
      {"name_output_entry(64, 3, 2) == UINT64_C(0x2000300000040)", 1},
      {"name_group_entry(64, 3) == UINT64_C(0x300000040)", 1},
      {"NAME_ENTRY_OUTPUT", 0},
      {"NAME_ENTRY_GROUP", 1},
      {"NAME_ENTRY_THRESHOLDS", 2},
      {"name_parameter_entry(0, 0)", 16},  // after a memory word of 128 bytes
      {"name_parameter_entry(3, 1)", 16 + 4 + 3},
      {"name_parameter_entry(6, 0)", 16 + 8 + 2},
  };
  std::vector<std::string> expressions;
  for (const auto& [expression, value] : expected) expressions.push_back(expression);
  CHECK(evaluate(design("t_atom16").config, expressions) == expected);
}

TEST_CASE("CHeader.WithoutGatingNamesNoGate") {
  const std::string text = header_of(design("t_plain").config);
  for (const char* word : {"GATED", "THRESHOLD", "PER_OUTPUT", "CLOSED", "LISTED", "STALL_GATE"}) {
    INFO(word);
    CHECK(text.find(word) == std::string::npos);
  }
}

}  // namespace
}  // namespace sluice::test
