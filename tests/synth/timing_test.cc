// SPDX-License-Identifier: Apache-2.0
// Timing by OpenSTA, on RTL and a library of a few lines whose delays are known.
#include "synth/timing/timing.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "generator/util/user_error.h"
#include "synth/timing/netlist.h"
#include "synth/timing/sta.h"
#include "synth/tools/workspace.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

/// A memory, read into a register through an inverter.
const char* const kRamDesign = R"(
module m_ram #(parameter int Depth = 16, parameter int Width = 32, parameter int Granule = 32,
    localparam int AddressBits = $clog2(Depth)) (
  input logic clk_i, input logic [Width/Granule-1:0] write_i,
  input logic [AddressBits-1:0] write_address_i, input logic [Width-1:0] write_data_i,
  input logic read_i, input logic [AddressBits-1:0] read_address_i,
  output logic [Width-1:0] read_data_o);
  logic [Width-1:0] memory [0:Depth-1];
  always_ff @(posedge clk_i) begin
    if (write_i[0]) memory[write_address_i] <= write_data_i;
    if (read_i) read_data_o <= memory[read_address_i];
  end
endmodule
module m_inner (input logic clk_i, input logic [2:0] a, output logic [7:0] data_q);
  logic [7:0] data;
  logic [2:0] a_q;
  m_ram #(.Depth (8), .Width (8), .Granule (8)) u_ram (.clk_i, .write_i (1'b1),
    .write_address_i (a_q), .write_data_i (data_q), .read_i (1'b1), .read_address_i (a_q),
    .read_data_o (data));
  always_ff @(posedge clk_i) begin
    a_q <= a;
    data_q <= ~data;
  end
endmodule
module m_core (input logic clk_i, input logic [2:0] a, output logic [7:0] q);
  for (genvar k = 0; k < 1; k++) begin : gen_lane
    m_inner u_inner (.clk_i, .a, .data_q (q));
  end
endmodule
)";

TEST_CASE("Timing.APathThroughAMemoryIsItsAccessTheLogicAndTheSetup") {
  const Rtl rtl{{{"m.sv", kRamDesign}}, "m_core", "m_ram"};
  TimingOptions options;
  const TimingResult slow = time_design(rtl, osu018(), options);
  REQUIRE(slow.worst.size() >= 2);
  CHECK_THAT(slow.worst[0].start, Catch::StartsWith("gen_lane[0].u_inner/u_ram/read_data_o["));
  CHECK_THAT(slow.worst[0].end, Contains("gen_lane[0].u_inner/data_q["));
  CHECK(slow.worst[0].block == "inner");
  CHECK(slow.worst[0].levels == 1);
  CHECK(slow.worst[0].period_ps == Approx(slow.min_period_ps));
  // Nothing but the memory changes: all of 1000 ps is seen
  options.ram.access_ps += 1000;
  const TimingResult slower = time_design(rtl, osu018(), options);
  CHECK(slower.min_period_ps - slow.min_period_ps == Approx(1000).margin(30));
  options.ram.by_shape = {{{8, 8, 8}, 1800}, {{8, 8, 4}, 9000}};
  CHECK(time_design(rtl, osu018(), options).min_period_ps == Approx(slow.min_period_ps));
}

/// A library in which an inverter takes 1 ns, clock to output 2 ns and setup 0.5 ns.
std::string known_library() {
  const std::string arc =
      "cell_rise (scalar) { values (\"1.0\"); } cell_fall (scalar) { values (\"1.0\"); } "
      "rise_transition (scalar) { values (\"0.1\"); } fall_transition (scalar) { values (\"0.1\"); "
      "}";
  std::string text =
      "library (known) {\n delay_model : table_lookup;\n time_unit : \"1ns\";\n"
      " voltage_unit : \"1V\";\n current_unit : \"1uA\";\n"
      " capacitive_load_unit (1,pf);\n nom_voltage : 1.0;\n";
  for (const char* edge : {"rise", "fall"}) {
    text += std::string(" input_threshold_pct_") + edge + " : 50;\n output_threshold_pct_" + edge +
            " : 50;\n slew_lower_threshold_pct_" + edge + " : 20;\n slew_upper_threshold_pct_" +
            edge + " : 80;\n";
  }
  text +=
      " cell (INV) { area : 1; pin (A) { direction : input; capacitance : 0.01; }\n"
      "  pin (Y) { direction : output; function : \"!A\"; timing () { related_pin : \"A\"; "
      "timing_sense : negative_unate; " +
      arc + " } } }\n";
  text +=
      " cell (DFF) { area : 4; ff (IQ, IQN) { next_state : \"D\"; clocked_on : \"C\"; }\n"
      "  pin (C) { direction : input; clock : true; capacitance : 0.01; }\n"
      "  pin (D) { direction : input; capacitance : 0.01; timing () { related_pin : \"C\"; "
      "timing_type : setup_rising; rise_constraint (scalar) { values (\"0.5\"); } "
      "fall_constraint (scalar) { values (\"0.5\"); } } }\n"
      "  pin (Q) { direction : output; function : \"IQ\"; timing () { related_pin : \"C\"; "
      "timing_type : rising_edge; cell_rise (scalar) { values (\"2.0\"); } "
      "cell_fall (scalar) { values (\"2.0\"); } rise_transition (scalar) { values (\"0.1\"); } "
      "fall_transition (scalar) { values (\"0.1\"); } } } }\n}\n";
  return text;
}

TEST_CASE("Timing.TwoRegistersAndThreeInvertersTake23X105Ns") {
  const Workspace workspace;
  Liberty liberty = osu018();  // units and pin names; the delays are of the text below
  liberty.text = known_library();
  MapResult map;
  map.top = "top";
  map.netlist =
      "module top (clk_i, d, q);\n  input clk_i;\n  input d;\n  output q;\n  wire a_q;\n"
      "  wire x;\n  wire y;\n  wire z;\n"
      "  DFF f (\n    .C(clk_i),\n    .D(d),\n    .Q(a_q)\n  );\n"
      "  INV i0 (\n    .A(a_q),\n    .Y(x)\n  );\n  INV i1 (\n    .A(x),\n    .Y(y)\n  );\n"
      "  INV i2 (\n    .A(y),\n    .Y(z)\n  );\n"
      "  DFF g (\n    .C(clk_i),\n    .D(z),\n    .Q(q)\n  );\nendmodule\n";
  const StaInput input = sta_input(workspace, map, "", liberty, {});
  workspace.write("c.sdc", clock_constraints("", 10));
  run_sta(workspace,
          input.load +
              "source c.sdc\nreport_checks -format summary -digits 4 > s.txt\n"
              "report_checks -format full > f.txt\n",
          60);
  const std::vector<EndPoint> ends = read_end_points(workspace.read("s.txt"));
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].start == "f/Q");
  CHECK(ends[0].end == "g/D");
  CHECK(ends[0].slack == Approx(10 - 5.5));
  CHECK(read_levels(workspace.read("f.txt")) == 3);
}

TEST_CASE("Timing.AsynchronousResetDoesNotBoundTheClock") {
  // A register resets 200 others without any tree; their data paths are short
  const Rtl rtl{{{"m.sv",
                  "module m_core (input logic clk_i, stop, input logic [199:0] d,\n"
                  "               output logic [199:0] q);\n"
                  "  logic reset_q;\n  logic [199:0] d_q;\n"
                  "  always_ff @(posedge clk_i) begin reset_q <= stop; d_q <= d; end\n"
                  "  always_ff @(posedge clk_i or posedge reset_q)\n"
                  "    if (reset_q) q <= '0; else q <= d_q;\nendmodule\n"}},
                "m_core",
                ""};
  const TimingResult result = time_design(rtl, osu018(), {});
  CHECK(result.end_points == 200);
  CHECK(result.min_period_ps < 1000);
  CHECK_THAT(result.worst.at(0).end, Catch::StartsWith("q["));
}

TEST_CASE("Timing.ConstraintsGetAnotherPeriodOrSayThatTheyHaveNone") {
  CHECK(clock_constraints("# x\nset period 20\nuse $period\n", 2.5) ==
        "# x\nset period 2.5\nuse $period\n");
  CHECK_THROWS_AS(clock_constraints("create_clock\n", 1), UserError);
}

TEST_CASE("Timing.CellsAreFoundByPathAndMemoriesNamedByShape") {
  std::vector<RamShape> shapes;
  const std::string text = name_rams(
      "module \\$paramod$12\\m_inner (a);\n  m_ram #(\n    .Depth(32'sd8),\n"
      "    .Granule(32'sd4),\n    .Width(32'sd16)\n  ) \\gen_bank[0].u_ram  (\n"
      "    .clk_i(clk_i)\n  );\n  DFF _1_ (\n    .D(_2_),\n    .Q(\\entries[1] [26])\n  );\n"
      "endmodule\nmodule top (a);\n  \\$paramod$12\\m_inner  \\gen[0].u_x  (\n    .a(a)\n  );\n"
      "endmodule\n",
      "m_ram", shapes);
  REQUIRE(shapes.size() == 1);
  CHECK(shapes[0] == RamShape{8, 16, 4});
  const Netlist netlist(text, "top");
  CHECK(netlist.place("gen[0].u_x/_1_").cell->net("Q") == "entries[1][26]");
  CHECK(netlist.place("gen[0].u_x/_1_").module->name == "$paramod$12\\m_inner");
  CHECK(netlist.place("gen[0].u_x/gen_bank[0].u_ram").cell->type == "m_ram_8x16g4");
  CHECK(netlist.place("gen[0].u_x/_9_").cell == nullptr);
}

TEST_CASE("Timing.WhatHasNoRegistersHasNoClockToBound") {
  const Rtl rtl{{{"m.sv",
                  "module m_core (input logic clk_i, a, output logic y);\n"
                  "  logic unused;\n  assign unused = clk_i;\n  assign y = ~a;\nendmodule\n"}},
                "m_core",
                ""};
  CHECK_THROWS_WITH(time_design(rtl, osu018(), {}), Contains("no path between registers"));
}

TEST_CASE("Timing.TheCommandNamesBlocksAndRegistersOfADesign") {
  const test::RunResult run =
      test::run_sluice("timing configs/tiny.yaml --block array --paths 2 --json");
  REQUIRE(run.exit_code == 0);
  const auto json = nlohmann::json::parse(run.out);
  CHECK(json["top"] == "sluice_tiny_array");
  CHECK(json["fmax_mhz"].get<double>() == Approx(1e6 / json["min_period_ps"].get<double>()));
  REQUIRE(json["paths"].size() == 2);
  CHECK(json["paths"][0]["block"] == "pe");
  CHECK_THAT(json["paths"][0]["end"].get<std::string>(), Contains("u_pe/sum_q["));
  CHECK(test::run_sluice("timing configs/tiny.yaml --liberty none.lib").exit_code == 1);
}

TEST_CASE("Timing.TheCommandSaysWhereAccessTimesAreFrom") {
  const std::string command =
      "timing configs/tiny.yaml --block activation_buffer --paths 1 --json ";
  const auto memory_of = [&](const std::string& options) {
    const test::RunResult run = test::run_sluice(command + options);
    REQUIRE(run.exit_code == 0);
    const auto json = nlohmann::json::parse(run.out);
    REQUIRE(json["memories"].size() == 1);
    return json["memories"][0];
  };
  const auto other = memory_of("");  // 180 nm and a table of 65 nm
  CHECK(other["access_ps"] == 1800);
  CHECK(other["from"] == "assumed");
  CHECK(other["why"] == "the table is of 65 nm, not of the library's node");
  const auto forced = memory_of("--access-times table");
  CHECK(forced["words"] == 512);
  CHECK(forced["bits"] == 32);
  CHECK(forced["granule"] == 8);
  CHECK(forced["count"] == 2);
  CHECK(forced["access_ps"] == 1060);
  CHECK(forced["from"] == "line");
  CHECK(forced["macro"]["words"] == 512);
}

}  // namespace
}  // namespace sluice::synth
