// SPDX-License-Identifier: Apache-2.0
// Power: counted changes, and sums that are known.
#include "synth/power/power.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "synth/power/vcd.h"
#include "synth/tools/workspace.h"

namespace sluice::synth {
namespace {

// Cycle c is before the edge at time 2c, after it at 2c + 1
const char* const kVcd = R"($timescale 1ns $end
$scope module TOP $end
$var wire 1 ! clk $end
$scope module m_core $end
$var wire 1 ! clk_i $end
$var wire 4 " sum_q [7:4] $end
$scope module u_ram $end
$var wire 1 # read_i $end
$var wire 2 $ write_i [1:0] $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
0!
b0000 "
1#
b0 $
#1
1!
b0101 "
#2
0!
0#
b11 $
#3
1!
b110 "
#4
0!
b0 $
#5
1!
b1010 "
#6
0!
#7
1!
)";

TEST_CASE("Power.ChangesOfEachBitAreCountedBetween0And1") {
  std::istringstream vcd(kVcd);
  const Activity activity(vcd, "m_core", 0);
  CHECK(activity.cycles() == 4);
  const SignalActivity* sum = activity.find("sum_q");
  REQUIRE(sum != nullptr);
  CHECK(sum->lowest == 4);
  // 0000 -> 0101 -> 0110 -> 1010
  CHECK(sum->changes == std::vector<std::uint32_t>{2, 1, 2, 1});
  CHECK(activity.rate("sum_q[4]") == 0.5);
  CHECK(activity.rate("sum_q[7]") == 0.25);
  CHECK(activity.rate("clk_i") == Approx(7.0 / 4));
  CHECK(activity.rate("sum_q[3]") < 0);
  CHECK(activity.rate("other") < 0);
  CHECK(activity.find("u_ram.read_i")->high == 1);   // cycle 0
  CHECK(activity.find("u_ram.write_i")->high == 2);  // both bits in cycle 1
  CHECK(activity.find("u_ram.write_i")->active == 1);
}

TEST_CASE("Power.WhatChangesBetweenWindowsDoesNotCount") {
  std::istringstream vcd(kVcd);
  // Windows of one cycle: the times 0, 2, 4 and 6 begin one
  const Activity activity(vcd, "m_core", 1);
  CHECK(activity.find("u_ram.read_i")->changes[0] == 0);
  CHECK(activity.find("u_ram.write_i")->high == 2);
  CHECK(activity.find("sum_q")->changes == std::vector<std::uint32_t>{2, 1, 2, 1});
}

TEST_CASE("Power.TheReaderOfFstFilesCompilesAndSaysSoIfThereIsNoneToRead") {
  const Workspace workspace;
  CHECK_THROWS_WITH(fst_to_vcd(workspace, "none.fst"), Catch::Contains("cannot read waveforms"));
}

TEST_CASE("Power.ACellsPowerIsLinearBetweenTwoReports") {
  const CellPowers powers = read_cell_powers(
      "     Internal    Switching      Leakage        Total\n"
      " 2.0e-06 0.0e+00 1.0e-09 2.001e-06 u_a/_1_\n 0.0e+00 0.0e+00 0.0e+00 0.0e+00 u_a\n",
      " 5.0e-06 3.0e-06 1.0e-09 8.001e-06 u_a/_1_\n 1.0e-06 1.0e-06 2.0e-09 2.002e-06 _2_\n");
  REQUIRE(powers.size() == 2);
  CHECK(powers.at("u_a/_1_").clock == Approx(2e-6));
  CHECK(powers.at("u_a/_1_").change == Approx(6e-6));
  CHECK(powers.at("u_a/_1_").leakage == Approx(1e-9));
  CHECK(powers.at("_2_").clock == 0);
}

TEST_CASE("Power.CellsWithoutAKnownRateGetTheMeanOfTheirModuleMemoriesTheirAccesses") {
  static const Liberty liberty = load_liberty("osu018");
  const std::string netlist =
      "module m_core (clk_i);\n"
      "  DFFPOSX1 _1_ (\n    .CLK(clk_i),\n    .D(x),\n    .Q(sum_q[4])\n  );\n"
      "  DFFPOSX1 _2_ (\n    .CLK(clk_i),\n    .D(x),\n    .Q(sum_q[5])\n  );\n"
      "  INVX1 _3_ (\n    .A(x),\n    .Y(_9_)\n  );\n"
      "  m_ram_8x16g8 u_ram (\n    .clk_i(clk_i)\n  );\nendmodule\n";
  MapResult map;
  map.top = "m_core";
  const CellPowers powers = {
      {"_1_", {1.0, 8.0, 0.5}}, {"_2_", {1.0, 8.0, 0.5}}, {"_3_", {0.0, 16.0, 0.25}}};
  std::istringstream vcd(kVcd);
  const Activity activity(vcd, "m_core", 0);
  PowerOptions options;
  options.period_ps = 1000;
  options.memories = read_memory_table(
      "node,x\nnand2_um2,1\nnand2_source,s\nbetween,nothing\n"
      "words,bits,ports,granule,area_um2,read_pj,write_pj,leakage_uw,access_ps,source\n"
      "8,16,1r1w,8,100,1.5,2.5,3,,here\n",
      "t.csv");
  const PowerEstimate power = estimate_power(netlist, map, {{}, "m_core", "m_ram"}, liberty, powers,
                                             activity, nullptr, options);
  REQUIRE(power.blocks.size() == 1);
  CHECK(power.blocks[0].block == "core");
  CHECK(power.blocks[0].clock == 2.0);
  // Rates 0.5 and 0.25, mean 0.375: 4 + 2 + 6
  CHECK(power.blocks[0].data == 12.0);
  CHECK(power.blocks[0].leakage == 1.25);
  CHECK(power.flip_flops == 2);
  CHECK(power.known_flip_flops == 2);
  CHECK(power.gates == 1);
  CHECK(power.known_gates == 0);
  // One read of 1.5 pJ, one write of two granules of 2.5 pJ, in 4 ns, and 3 uW
  CHECK(power.ram_reads == 1);
  CHECK(power.ram_writes == 1);
  CHECK(power.ram == Approx(0.001003));
}

}  // namespace
}  // namespace sluice::synth
