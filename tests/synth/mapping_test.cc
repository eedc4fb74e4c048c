// SPDX-License-Identifier: Apache-2.0
// Mapping by Yosys, on RTL of a few lines.
#include "synth/yosys/mapping.h"

#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "synth/yosys/stat.h"
#include "tests/support/designs.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

Rtl rtl(const std::string& text) { return {{{"t.sv", text}}, "top", "m_ram"}; }

const char* const kRam = R"(
module m_ram #(parameter int Depth = 16, parameter int Width = 32, parameter int Granule = 32,
    localparam int AddressBits = $clog2(Depth)) (
  input logic clk_i, input logic [Width/Granule-1:0] write_i,
  input logic [AddressBits-1:0] write_address_i, input logic [Width-1:0] write_data_i,
  output logic [Width-1:0] read_data_o);
  logic [Width-1:0] memory [0:Depth-1];
  always_ff @(posedge clk_i) begin
    if (write_i[0]) memory[write_address_i] <= write_data_i;
    read_data_o <= memory[write_address_i];
  end
endmodule
)";

/// Two registers of 4 and 4 of 3 bits with reset, two memories: 20 flip-flops.
const std::string kTree = std::string(kRam) + R"(
module leaf #(parameter int W = 1) (input logic clk, rst_n, input logic [W-1:0] d,
                                    output logic [W-1:0] q);
  always_ff @(posedge clk or negedge rst_n) if (!rst_n) q <= '0; else q <= d;
endmodule
module pair (input logic clk, rst_n, input logic [2:0] d, output logic [2:0] q);
  logic [2:0] w;
  leaf #(.W(3)) a (.clk, .rst_n, .d, .q (w));
  leaf #(.W(3)) b (.clk, .rst_n, .d (w), .q);
endmodule
module top (input logic clk, rst_n, input logic [3:0] d, output logic [3:0] q,
            output logic [31:0] r);
  logic [3:0] w;
  leaf #(.W(4)) a (.clk, .rst_n, .d, .q (w));
  leaf #(.W(4)) b (.clk, .rst_n, .d (w), .q);
  logic [2:0] x, y;
  pair c (.clk, .rst_n, .d (d[2:0]), .q (x));
  pair e (.clk, .rst_n, .d (d[3:1]), .q (y));
  m_ram #(.Depth (8), .Width (16), .Granule (16)) m0 (.clk_i (clk), .write_i (1'b1),
    .write_address_i (x), .write_data_i ({w, w, w, w}), .read_data_o (r[15:0]));
  m_ram #(.Depth (8), .Width (16), .Granule (8)) m1 (.clk_i (clk), .write_i (2'b11),
    .write_address_i (y), .write_data_i ({w, w, w, w}), .read_data_o (r[31:16]));
endmodule
)";

const MappedModule& module(const MapResult& result, const std::string& source) {
  for (const MappedModule& candidate : result.modules) {
    if (candidate.source == source) return candidate;
  }
  FAIL("no module " << source);
  throw 0;
}

TEST_CASE("Mapping.ModulesAreMappedOnceAndCountedAsOftenAsTheyAreUsed") {
  const MapResult result = map_design(rtl(kTree), osu018());
  CHECK(result.top == "top");
  REQUIRE(result.modules.size() == 4);
  CHECK(module(result, "top").count == 1);
  CHECK(module(result, "pair").count == 2);
  std::int64_t leaves = 0;
  for (const MappedModule& leaf : result.modules) {
    if (leaf.source == "leaf") leaves += leaf.count;
  }
  CHECK(leaves == 6);
  CHECK(result.flip_flops() == 20);
  CHECK(result.cells("DFFSR") == 20);
  // Each DFFSR has its set input tied, and no logic is around it
  CHECK(result.area() == 20 * 176);
  const std::map<RamShape, std::int64_t> rams = {{{8, 16, 8}, 1}, {{8, 16, 16}, 1}};
  CHECK(result.rams() == rams);
  CHECK(result.warnings.empty());
}

TEST_CASE("Mapping.TheWholeDesignIsWhatItsFileListEndsWith") {
  CHECK(rtl_of(test::bundle_of(test::design("t_small").config)).top == "t_small_core");
  const Bundle axi = test::bundle_of(test::design("t_axi_by_id").config);
  CHECK(rtl_of(axi).top == "t_axi_by_id_axi");
  CHECK(rtl_of(axi, "core").top == "t_axi_by_id_core");
  CHECK(rtl_of(axi).ram == "t_axi_by_id_ram");
}

TEST_CASE("Mapping.AFlatDesignIsOneModule") {
  MapOptions options;
  options.flat = true;
  const MapResult result = map_design(rtl(kTree), osu018(), options);
  REQUIRE(result.modules.size() == 1);
  // The pairs delay bits that the two leaves of four bits delay, too: those registers are merged
  CHECK(result.area() == 8 * 176);
  CHECK(result.rams().size() == 2);
  CHECK(result.netlist.find("module leaf") == std::string::npos);
}

TEST_CASE("Mapping.TheToolsTheTimeAndTheMemoryAreReported") {
  const MapResult result = map_design(rtl(kTree), osu018());
  CHECK_THAT(result.yosys_version, Catch::StartsWith("Yosys "));
  CHECK_THAT(result.abc_version, Catch::StartsWith("UC Berkeley, ABC "));
  CHECK(result.seconds > 0);
  CHECK(result.peak_kb > 1000);
  CHECK_THAT(result.netlist, Contains("module top"));
  CHECK_THAT(result.netlist, !Contains("(*"));
  CHECK_THAT(result.stat, Contains("Chip area for top module '\\top'"));
}

TEST_CASE("Mapping.AdditionsBecomeAdderCellsIfAsked") {
  const Rtl adder =
      rtl("module top (input logic [7:0] a, b, c, output logic [9:0] s);\n"
          "  assign s = 10'(a) + 10'(b) + 10'(c);\nendmodule\n");
  MapOptions options;
  CHECK(map_design(adder, osu018()).cells("FAX1") == 0);
  options.recipe = Recipe::kAdders;
  CHECK(map_design(adder, osu018(), options).cells("FAX1") >= 8);
}

TEST_CASE("Mapping.OneOfManyPartsIsSelectedByMultiplexersOfTheWantedBitsAlone") {
  // 512 words of which 1 bit of 16 is wanted: Yosys' own mapping shifts all 8192 bits
  const Rtl select =
      rtl("module top (input logic [8191:0] a, input logic [8:0] s, output logic "
          "y);\n  assign y = a[32'(s) * 16 +: 1];\nendmodule\n");
  MapOptions options;
  options.timeout_seconds = 60;
  const MapResult result = map_design(select, osu018(), options);
  // 511 multiplexers at most, of 48 units each
  CHECK(result.area() > 0);
  CHECK(result.area() <= 511 * 48);
}

TEST_CASE("Mapping.AClockPeriodBringsBuffers") {
  const Rtl fanout =
      rtl("module top (input logic a, input logic [99:0] b, output logic [99:0] y);\n"
          "  assign y = {100{a}} & b;\nendmodule\n");
  MapOptions options;
  CHECK(map_design(fanout, osu018()).cells("BUFX2") == 0);
  options.clock_ps = 2000;
  const MapResult result = map_design(fanout, osu018(), options);
  CHECK(result.cells("BUFX2") + result.cells("BUFX4") > 0);
}

TEST_CASE("Mapping.MistakesOfTheRtlAreErrors") {
  CHECK_THROWS_WITH(
      map_design(rtl("module top (input logic a, output logic y, z);\n  logic n;\n  assign y = a & "
                     "n;\n  assign z = a;\nendmodule\n"),
                 osu018()),
      Contains("Yosys found 1 problem in the RTL of top") &&
          Contains("n is used but has no driver"));
  CHECK_THROWS_WITH(
      map_design(
          rtl("module top (input logic a, b, output logic y);\n  assign y = a;\n  assign y = "
              "b;\nendmodule\n"),
          osu018()),
      Contains("multiple conflicting drivers for top.") && Contains("y"));
  CHECK_THROWS_WITH(
      map_design(rtl("module top (input logic a, output logic y);\n  logic n;\n  assign n = a & "
                     "!y;\n  assign y = !n | a;\nendmodule\n"),
                 osu018()),
      Contains("found logic loop in module top"));
  CHECK_THROWS_WITH(
      map_design(rtl("module top (input logic e, a, output logic y);\n  always @* if (e) y = "
                     "a;\nendmodule\n"),
                 osu018()),
      Contains("Latch inferred for signal `\\top.\\y'") &&
          Contains("For latches (DLATCH), look for"));
  // One that is not in the netlist: the variable of a loop that not every case runs through
  CHECK_THROWS_WITH(
      map_design(rtl("module top (input logic e, input logic [3:0] a, output logic y);\n"
                     "  function automatic logic odd(input logic on, input logic [3:0] bits);\n"
                     "    odd = 1'b0;\n"
                     "    if (on) for (int k = 0; k < 4; k++) odd = odd ^ bits[k];\n"
                     "  endfunction\n  assign y = odd(e, a);\nendmodule\n"),
                 osu018()),
      Contains("Latch inferred for signal") && Contains("k' from process"));
  CHECK_THROWS_WITH(map_design(rtl("module top (\n"), osu018()),
                    Contains("Yosys failed on top with exit code 1") && Contains("t.sv:1: ERROR"));
}

TEST_CASE("Mapping.ARunThatTakesTooLongIsStopped") {
  MapOptions options;
  options.timeout_seconds = 0.01;
  CHECK_THROWS_WITH(map_design(rtl(kTree), osu018(), options),
                    Contains("Yosys did not map top within 0 s"));
}

TEST_CASE("Mapping.NamesOfModulesInTheNetlist") {
  CHECK(source_name("top") == "top");
  CHECK(source_name("$paramod$0c9a\\edge_fifo") == "edge_fifo");
  CHECK(source_name("$paramod\\edge_pe\\Dot=s32'0100") == "edge_pe");
}

}  // namespace
}  // namespace sluice::synth
