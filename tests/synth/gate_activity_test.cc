// SPDX-License-Identifier: Apache-2.0
// Changes of a netlist's cells that follow from the waveforms of the RTL.
#include "synth/power/gate_activity.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "synth/power/vcd.h"
#include "synth/timing/netlist.h"
#include "synth/tools/workspace.h"
#include "tests/support/designs.h"
#include "verif/run/verify.h"

namespace sluice::synth {
namespace {

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

// Two windows of two cycles. q_q gets q_q ^ a_i; r follows it one cycle later and is not shown
const char* const kVcd = R"($scope module m_core $end
$var wire 1 ! clk_i $end
$var wire 1 " a_i $end
$var wire 1 # q_q $end
$upscope $end
$enddefinitions $end
#0
0!
1"
0#
#1
1!
1#
#2
0!
0"
#3
1!
#4
0!
1"
0#
#5
1!
1#
#6
0!
#7
1!
0#
)";

MapResult toggles(const std::string& cell) {
  MapResult map;
  map.top = "m_core";
  map.netlist =
      "module m_core(clk_i, a_i, y_o);\n  input clk_i;\n  input a_i;\n  output y_o;\n"
      "  wire q_q;\n  wire _1_;\n  " +
      cell +
      " _2_ (\n    .A(q_q),\n    .B(a_i),\n    .Y(_1_)\n  );\n"
      "  DFFPOSX1 _3_ (\n    .CLK(clk_i),\n    .D(_1_),\n    .Q(q_q)\n  );\n"
      "  DFFPOSX1 _4_ (\n    .CLK(clk_i),\n    .D(q_q),\n    .Q(y_o)\n  );\nendmodule\n";
  return map;
}

TEST_CASE("GateActivity.GatesAndRegistersWithoutANameFollowFromWhatIsShown") {
  std::istringstream vcd(kVcd);
  const CellRates cells = GateModel({{}, "m_core", ""}, toggles("XOR2X1"), osu018()).rates(vcd, 2);
  CHECK(cells.cycles == 4);
  CHECK(cells.registers == 2);
  CHECK(cells.unnamed == 1);
  CHECK(cells.compared == 4);
  CHECK(cells.differing == 0);
  // Not counted: what changes from one window to the next
  CHECK(cells.rate("_2_") == 1);
  CHECK(cells.rate("_3_") == 0.75);
  CHECK(cells.rate("_4_") == 0.5);
  CHECK(cells.rate("_5_") < 0);
}

TEST_CASE("GateActivity.ANetlistThatDoesSomethingElseIsFound") {
  std::istringstream vcd(kVcd);
  const CellRates cells = GateModel({{}, "m_core", ""}, toggles("XNOR2X1"), osu018()).rates(vcd, 2);
  CHECK(cells.differing == 4);
  CHECK(cells.first_differing == "q_q");
}

TEST_CASE("GateActivity.WaveformsWithoutAnInputAndLoopsOfGatesAreErrors") {
  const GateModel model({{}, "m_core", ""}, toggles("XOR2X1"), osu018());
  std::string text = kVcd;
  text.replace(text.find("a_i"), 3, "b_i");
  std::istringstream vcd(text);
  CHECK_THROWS_WITH(model.rates(vcd, 2), "the waveforms lack a_i");
  MapResult loop = toggles("XOR2X1");
  loop.netlist.replace(loop.netlist.find(".A(q_q)"), 7, ".A(_1_)");
  CHECK_THROWS_WITH(GateModel({{}, "m_core", ""}, loop, osu018()),
                    "m_core: the netlist has a loop of gates");
}

/// Checks that registers named in the RTL have the rates that its waveforms give.
void compare_flip_flops(const MapResult& map, const CellRates& cells, const Activity& activity) {
  const Netlist netlist(map.netlist, map.top);
  int compared = 0;
  for (const NetlistCell& cell : netlist.top().cells) {
    const LibertyCell* kind = osu018().find(cell.type);
    if (kind == nullptr) continue;
    INFO(cell.name);
    REQUIRE(cells.rate(cell.name) >= 0);
    const double shown = activity.rate(std::string(cell.net(kind->outputs()[0])));
    if (shown < 0) continue;
    CHECK(cells.rate(cell.name) == Approx(shown));
    compared++;
  }
  CHECK(compared > 50);
}

/// Waveforms of a random network whose gates skip something, as VCD.
std::filesystem::path waves_of(const Plan& plan, const Bundle& design, const Workspace& workspace) {
  sim::BuildOptions build;
  build.port = plan.config.bus.port();
  build.waves = true;
  build.quick = true;
  sim::Simulator simulator(plan, design, build);
  const std::string fst = (workspace.folder() / "waves.fst").string();
  std::uint64_t seed = 1;
  while (run::verify_case(simulator, plan, seed, fst).skipped == 0 && seed < 100) seed++;
  return fst_to_vcd(workspace, fst);
}

TEST_CASE("GateActivity.RegistersOfAWholeDesignGetFromItsGatesWhatTheyHave") {
  const Config& config = test::design("t_single_gated").config;
  const Plan plan = make_plan(config);
  const Bundle design = test::bundle_of(config);
  const Rtl rtl = rtl_of(design);
  MapResult map = map_design(rtl, osu018());
  const Workspace workspace;
  const std::filesystem::path path = waves_of(plan, design, workspace);

  std::ifstream vcd(path), again(path), wrong_again(path);
  const CellRates cells = GateModel(rtl, map, osu018()).rates(vcd, 50);
  CHECK(cells.unnamed == 0);
  CHECK(cells.compared > 100000);
  CHECK(cells.differing == 0);
  compare_flip_flops(map, cells, Activity(again, map.top, 50));

  const std::size_t module = map.netlist.find(config.name + "_requantise");
  map.netlist.replace(map.netlist.find("NAND2X1 ", module), 8, "NOR2X1 ");
  CHECK(GateModel(rtl, map, osu018()).rates(wrong_again, 50).differing > 0);
}

TEST_CASE("GateActivity.TheBusAroundTheCoreIsMappedAndWatchedWithIt") {
  Config config = test::design("t_single_gated").config;
  config.bus.kind = "axi4";
  config.bus.data_bits = 32;
  const Plan plan = make_plan(config);
  const Bundle design = test::bundle_of(config);
  const Rtl rtl = rtl_of(design);
  const MapResult map = map_design(rtl, osu018());
  CHECK(map.top == config.name + "_axi");
  const Workspace workspace;
  const std::filesystem::path path = waves_of(plan, design, workspace);

  std::ifstream vcd(path), again(path);
  const CellRates cells = GateModel(rtl, map, osu018()).rates(vcd, 50);
  CHECK(cells.unnamed == 0);
  CHECK(cells.compared > 100000);
  CHECK(cells.differing == 0);
  const Activity activity(again, map.top, 50);
  const Netlist netlist(map.netlist, map.top);
  for (const char* instance : {"u_lite", "u_read", "u_write"}) {
    const NetlistModule* module = netlist.find(netlist.place(instance).cell->type);
    REQUIRE(module != nullptr);
    int registers = 0, moving = 0;
    for (const NetlistCell& cell : module->cells) {
      const LibertyCell* kind = osu018().find(cell.type);
      if (kind == nullptr || !kind->is_flip_flop) continue;
      const std::string net(cell.net(kind->outputs()[0]));
      INFO(instance << "/" << net);
      const double rate = activity.rate(std::string(instance) + "." + net);
      registers++;
      CHECK(rate >= 0);
      moving += rate > 0;
    }
    INFO(instance);
    CHECK(registers > 5);
    CHECK(moving > 0);
  }
}

}  // namespace
}  // namespace sluice::synth
