// SPDX-License-Identifier: Apache-2.0
// Modules mapped each by itself, on RTL of a few lines.
#include "synth/yosys/module_mapping.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "generator/util/user_error.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

Rtl rtl(const std::string& text) { return {{{"t.sv", text}}, "top", "m_ram"}; }

/// Registers of `width` bits in two modules, another of 2 bits, and a memory.
std::string tree(int width, const std::string& before = "") {
  const std::string w = std::to_string(width);
  return before + R"(
module m_ram #(parameter int Depth = 16, parameter int Width = 8, parameter int Granule = 8) (
  input logic clk_i, input logic [Width-1:0] write_data_i, output logic [Width-1:0] read_data_o);
  logic [Width-1:0] memory [0:Depth-1];
  always_ff @(posedge clk_i) memory[0] <= write_data_i;
  always_ff @(posedge clk_i) read_data_o <= memory[1];
endmodule
module leaf #(parameter int W = 1) (input logic clk, rst_n, input logic [W-1:0] d,
                                    output logic [W-1:0] q);
  always_ff @(posedge clk or negedge rst_n) if (!rst_n) q <= '0; else q <= d;
endmodule
module top (input logic clk, rst_n, input logic [)" +
         w + "-1:0] d, output logic [" + w +
         R"(-1:0] q, output logic [1:0] r,
            output logic [7:0] s);
  logic [)" +
         w + "-1:0] x;\n  leaf #(.W(" + w + ")) a (.clk, .rst_n, .d, .q (x));\n  leaf #(.W(" + w +
         R"()) b (.clk, .rst_n, .d (x), .q);
  leaf #(.W(2)) c (.clk, .rst_n, .d (x[1:0]), .q (r));
  m_ram #(.Depth (64), .Width (8), .Granule (8)) m (.clk_i (clk), .write_data_i (8'(x)), .read_data_o (s));
endmodule
)";
}

MappedDesign alone(const Rtl& rtl, const MapOptions& options = {}) {
  KeptResults none;
  return map_modules(rtl, osu018(), options, none);
}

void require_equal(const MappedDesign& a, const MappedDesign& b) {
  REQUIRE(a.modules.size() == b.modules.size());
  for (std::size_t k = 0; k < a.modules.size(); k++) {
    CHECK(a.modules[k].name == b.modules[k].name);
    CHECK(a.modules[k].source == b.modules[k].source);
    CHECK(a.modules[k].count == b.modules[k].count);
    CHECK(a.modules[k].area == b.modules[k].area);
    CHECK(a.modules[k].flip_flops == b.modules[k].flip_flops);
    CHECK(a.modules[k].cells == b.modules[k].cells);
    CHECK(a.modules[k].instances == b.modules[k].instances);
    CHECK(a.modules[k].rams == b.modules[k].rams);
  }
  CHECK(a.warnings == b.warnings);
}

std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST_CASE("ModuleMapping.RegistersAndMemoriesAreCountedAsWhenAllIsMappedAtOnce") {
  const MappedDesign result = alone(rtl(tree(3)));
  CHECK(result.top == "top");
  REQUIRE(result.modules.size() == 3);
  CHECK(result.flip_flops() == 2 * 3 + 2);
  CHECK(result.cells("DFFSR") == 8);
  CHECK(result.area() == 8 * 176);
  const std::map<RamShape, std::int64_t> rams = {{{64, 8, 8}, 1}};
  CHECK(result.rams() == rams);
  CHECK_THAT(result.yosys_version, Catch::StartsWith("Yosys "));
  CHECK_THAT(result.abc_version, Catch::StartsWith("UC Berkeley, ABC "));
  CHECK(result.seconds > 0);
  CHECK(result.peak_kb > 1000);
  require_equal(result, map_design(rtl(tree(3)), osu018()));
}

TEST_CASE("ModuleMapping.ModulesOfOtherDesignsAreNotMappedAgain") {
  const test::TempDir temp;
  KeptResults kept(temp.path());
  require_equal(map_modules(rtl(tree(3)), osu018(), {}, kept), alone(rtl(tree(3))));
  CHECK(files_in(temp.path()) == 3);
  // The leaf of two bits is the same, though Yosys has read and numbered another module before
  const std::string other =
      "module unused (input logic [3:0] a, output logic [3:0] y);\n  always_comb y = a + 4'd1;\n"
      "endmodule\n";
  const Rtl wider = {{{"u.sv", other}, {"t.sv", tree(4)}}, "top", "m_ram"};
  require_equal(map_modules(wider, osu018(), {}, kept), alone(wider));
  CHECK(files_in(temp.path()) == 3 + 2);
  // A lower level changes, the top's own text does not: only its ports matter
  const std::string inverted = test::replace_all(tree(3), "else q <= d;", "else q <= ~d;");
  require_equal(map_modules(rtl(inverted), osu018(), {}, kept), alone(rtl(inverted)));
  CHECK(files_in(temp.path()) == 5 + 2);
  KeptResults later(temp.path());
  require_equal(map_modules(wider, osu018(), {}, later), alone(wider));
  CHECK(files_in(temp.path()) == 7);
}

TEST_CASE("ModuleMapping.WhatAModuleBecomesDependsOnRecipeAndLibraryToo") {
  const Rtl adder =
      rtl("module top (input logic [7:0] a, b, c, output logic [9:0] s);\n"
          "  assign s = 10'(a) + 10'(b) + 10'(c);\nendmodule\n");
  KeptResults kept;
  MapOptions options;
  CHECK(map_modules(adder, osu018(), options, kept).cells("FAX1") == 0);
  options.recipe = Recipe::kAdders;
  CHECK(map_modules(adder, osu018(), options, kept).cells("FAX1") >= 8);
  const Liberty osu035 = load_liberty("osu035");
  KeptResults none;
  const double area035 = map_modules(adder, osu035, options, none).area();
  CHECK(map_modules(adder, osu035, options, kept).area() == area035);
  CHECK(area035 != alone(adder, options).area());
}

TEST_CASE("ModuleMapping.MistakesOfTheRtlAreErrorsEachTime") {
  const test::TempDir temp;
  KeptResults kept(temp.path());
  const auto map_top = [&](const std::string& body) {
    return map_modules(
        rtl("module top (input logic a, e, output logic y);\n  logic n;\n" + body + "endmodule\n"),
        osu018(), {}, kept);
  };
  for (int time = 0; time < 2; time++) {
    CHECK_THROWS_WITH(map_top("  assign y = a & n;\n"),
                      Contains("Yosys found 1 problem in the RTL of top") &&
                          Contains("n is used but has no driver"));
    CHECK_THROWS_WITH(map_top("  assign y = a;\n  assign y = e;\n"),
                      Contains("multiple conflicting drivers for top.") && Contains("y"));
    CHECK_THROWS_WITH(map_top("  assign n = a & !y;\n  assign y = !n | a;\n"),
                      Contains("found logic loop in module top"));
    CHECK_THROWS_WITH(map_top("  always @* if (e) y = a;\n"),
                      Contains("Latch inferred for signal `\\top.\\y'"));
    CHECK_THROWS_WITH(map_top("  none u (.a, .y);\n"),
                      Contains("Yosys failed on top with exit code 1") && Contains("none"));
    CHECK_THROWS_WITH(map_top("  assign y = ;\n"), Contains("t.sv:3: ERROR"));
  }
  CHECK(fs::is_empty(temp.path()));
}

TEST_CASE("ModuleMapping.TheTimeLimitIsForAllModulesTogether") {
  MapOptions options;
  options.timeout_seconds = 0.01;
  CHECK_THROWS_WITH(alone(rtl(tree(3)), options), Contains("Yosys did not map top within 0 s"));
}

}  // namespace
}  // namespace sluice::synth
