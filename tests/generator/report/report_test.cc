// SPDX-License-Identifier: Apache-2.0
// Charts: ticks of any range, and documents with any value changed.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "generator/report/charts.h"
#include "generator/report/svg.h"
#include "generator/util/user_error.h"

namespace sluice::report {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("Scale.HasAFewTicksInAnyRange") {
  const double least = std::numeric_limits<double>::denorm_min(),
               most = std::numeric_limits<double>::max();
  std::vector<double> ends = {0,
                              least,
                              1e-300,
                              1e-12,
                              0.9,
                              1,
                              std::nextafter(1.0, 2.0),
                              1.1,
                              3,
                              700,
                              1e15,
                              9007199254740993.0,
                              1e18,
                              std::nextafter(1e18, 2e18),
                              1e300,
                              most,
                              INFINITY,
                              -INFINITY,
                              NAN,
                              -1,
                              -1e300};
  for (const double low : ends) {
    for (const double high : ends) {
      for (const bool log : {false, true}) {
        INFO(low << " to " << high << " log " << log);
        const std::vector<double> ticks = Scale(low, high, 0, 100, log).ticks();
        CHECK(ticks.size() <= 20);
        CHECK(std::is_sorted(ticks.begin(), ticks.end()));
        CHECK(
            std::all_of(ticks.begin(), ticks.end(), [](double tick) { return !std::isnan(tick); }));
      }
      CHECK(Scale::of({low, high}, 0, 100).ticks().size() <= 20);
    }
  }
  CHECK(Scale::of({}, 0, 1).ticks().size() <= 20);
  CHECK(Scale(0, 10, 0, 1, false).ticks() == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(Scale(1, 100, 0, 1, true).ticks() == std::vector<double>{1, 2, 5, 10, 20, 50, 100});
}

using json::Json;

/// All places in a document.
void collect(Json& at, std::vector<Json*>& places) {
  places.push_back(&at);
  if (!at.is_structured()) return;
  for (Json& value : at) collect(value, places);
}

/// One value replaced, or one member left out.
std::string changed(const std::string& text, std::mt19937& random) {
  static const std::vector<Json> values = {nullptr,
                                           true,
                                           false,
                                           0,
                                           -1,
                                           1,
                                           0.5,
                                           1e300,
                                           -1e300,
                                           1e-300,
                                           "",
                                           "text",
                                           Json::array(),
                                           Json::object(),
                                           {1, 2},
                                           {{"a", 1}},
                                           18446744073709551615u};
  Json document = Json::parse(text);
  std::vector<Json*> places;
  collect(document, places);
  Json& at = *places[random() % places.size()];
  if (at.is_object() && !at.empty() && random() % 2 == 0) {
    auto member = at.begin();
    std::advance(member, random() % at.size());
    at.erase(member);
  } else {
    at = values[random() % values.size()];
  }
  return document.dump();
}

/// Draws what the reader lets through; both may refuse, neither may fail in another way.
template <typename Read, typename Draw>
void try_changes(const std::string& text, Read read, Draw draw) {
  std::mt19937 random(11);
  int drawn = 0, refused = 0;
  for (int round = 0; round < 3000; round++) {
    const std::string bad = changed(text, random);
    INFO("round " << round << " of seed 11: " << bad);
    try {
      const json::Document document(bad, {"f.json", "make it again"});
      const auto good = read(document.root());
      REQUIRE_NOTHROW(draw(good));
      drawn++;
    } catch (const UserError& error) {
      CHECK(error.problem().place.line == 1);
      CHECK(std::string(error.what()).find("must be") != std::string::npos);
      refused++;
    }
  }
  CHECK(drawn > 50);
  CHECK(refused > 500);
}

TEST_CASE("Charts.DrawWhatTheChecksLetThrough") {
  try_changes(
      R"({"points":[{"network":"n","set":{"rows":4},"ok":true,"macs_per_cycle_8":8,"cycles":9,)"
      R"("frames_per_second":3.5,"utilisation":0.5,"area_nand2":1000,"total_nand2":1500,"memory_nand2":500,)"
      R"("frames_per_second_per_mnand2":2333.25,"layers_off_accelerator":0},)"
      R"({"network":"n","set":{},"ok":false,"error":"bad"},)"
      R"({"network":"n","set":{"rows":8},"ok":true,"macs_per_cycle_8":16,"total_nand2":2500,)"
      R"("frames_per_second":4.5,"utilisation":0.25}],"keys":["rows"],"clock_mhz":200,"base":"b",)"
      R"("memory_table":"t","memory_node":"9 nm"})",
      results::sweep_of, [](const results::SweepResult& sweep) { sweep_sections(sweep); });
  try_changes(R"({"network":"n","design":"d","macs_per_cycle_8":128,"memory_bytes_per_cycle":32,)"
              R"("clock_mhz":200,"frames_per_second":10,"cycles":1000,"utilisation":0.5,"layers":[)"
              R"({"name":"a","on_accelerator":true,"cycles":900,"macs_done":1000,"read_bytes":10,)"
              R"("write_bytes":20,"gated":true,"shares":{"work":0.75,"read":0.25}},)"
              R"({"name":"b","on_accelerator":false,"cycles":0}]})",
              results::estimate_of, [](const results::EstimateResult& estimate) {
                layer_section(estimate);
                roofline_section(estimate);
              });
  try_changes(
      R"({"design":"d","blocks":{"PE array":{"nand2":30,"percent":75,"flip_flops":4},)"
      R"("other":{"nand2":10,"percent":25,"flip_flops":1}},"total":{"nand2":40},)"
      R"("logic_nand2_per_mac":1.25,"memory_bits":64,"memory_nand2":12,"total_nand2":52,)"
      R"("total_mm2":0.25,"nand2_per_mac":1.625,"memories":[{"kind":"commands","words":16,"width":4,)"
      R"("granule":4,"count":1,"bits":64,"area_um2":7.5,"nand2":12,"cut":{"columns":2,"rows":1,)"
      R"("words":16,"bits":2,"granule":2},"from":"line","lines":[9]}],"memory_table":"t",)"
      R"("memory_node":"9 nm","library":"osu018","recipe":"plain"})",
      results::area_of, [](const results::AreaResult& area) { area_section(area); });
}

results::Point point_with(std::int64_t macs, double frames, const std::string& lanes) {
  results::Point point;
  point.network = "net";
  point.ok = true;
  point.settings = {{"lanes", lanes}};
  point.figures.macs_per_cycle_8 = macs;
  point.figures.frames_per_second = frames;
  point.figures.utilisation = 0.25;
  return point;
}

TEST_CASE("Charts.OfASweepNeedNoFile") {
  results::SweepResult sweep;
  sweep.keys = {"lanes"};
  sweep.clock_mhz = 250;
  sweep.points = {point_with(64, 10, "1"), point_with(128, 30, "2"), point_with(256, 20, "4"),
                  point_with(512, 40, "8")};
  sweep.points[3].figures.layers_off_accelerator = 2;
  const std::string text = sweep_sections(sweep);
  CHECK_THAT(text, Contains("4 points at 250 MHz, 2 of them not beaten") &&
                       Contains("1 of 4 points do NOT RUN the network whole"));
  CHECK_THAT(text, Contains("<tr><td>64</td><td>10.00</td><td>25.0 %</td><td>1</td></tr>") &&
                       Contains("<tr><td>128</td><td>30.00</td><td>25.0 %</td><td>2</td></tr>") &&
                       !Contains("<td>256</td>") && !Contains("40.00"));
}

results::Point point_with_area(double logic, double memories, double frames,
                               const std::string& lanes) {
  results::Point point = point_with(64, frames, lanes);
  point.figures.area_nand2 = logic;
  point.figures.memory_nand2 = memories;
  point.figures.total_nand2 = logic + memories;
  point.figures.frames_per_second_per_mnand2 = frames / (logic + memories) * 1e6;
  return point;
}

TEST_CASE("Charts.OfASweepCountMemories") {
  results::SweepResult sweep;
  sweep.keys = {"lanes"};
  sweep.clock_mhz = 250;
  sweep.area = true;
  sweep.memories = {"m<1>", "9 nm"};
  // The first has the least logic, but neither the least area nor the most speed
  sweep.points = {point_with_area(10000, 30000, 10, "1"), point_with_area(20000, 10000, 15, "2"),
                  point_with_area(25000, 25000, 40, "4")};
  const std::string text = sweep_sections(sweep);
  CHECK_THAT(text, Contains("3 points at 250 MHz, 2 of them not beaten") &&
                       Contains("Memories are included: macros of m&lt;1&gt;, 9 nm, in NAND2 of "
                                "that node."));
  CHECK_THAT(text,
             Contains("<tr><th>NAND2 of logic and memories</th><th>frames/s</th>"
                      "<th>frames/s for each MNAND2</th><th>of peak</th><th>lanes</th></tr>"));
  CHECK_THAT(text, Contains("<tr><td>30000</td><td>15.00</td><td>500.00</td><td>25.0 %</td>") &&
                       Contains("<tr><td>50000</td><td>40.00</td><td>800.00</td><td>25.0 %</td>") &&
                       !Contains("<td>40000</td>"));
  CHECK_THAT(text, Contains("10 k of logic, 30 k of memories\n250.00 frames/s for each MNAND2"));
  // As sweeps were before: areas of the logic only
  for (results::Point& point : sweep.points) point.figures.total_nand2.reset();
  CHECK_THAT(sweep_sections(sweep), Contains("No point has an area with memories: multipliers") &&
                                        !Contains("for each MNAND2"));
}

TEST_CASE("Charts.OfAnEstimateNeedNoFile") {
  results::EstimateResult estimate;
  estimate.network = "net";
  estimate.figures.cycles = 1200;
  estimate.figures.utilisation = 0.5;
  estimate.figures.macs_per_cycle_8 = 128;
  estimate.figures.memory_bytes_per_cycle = 16;
  estimate.figures.clock_mhz = 100;
  estimate.figures.frames_per_second = 83333.333;
  results::LayerResult layer;
  layer.name = "conv<1>";
  layer.shares = {{"compute", 0.75}, {"memory", 0.25}};
  layer.figures.cycles = 1200;
  layer.figures.macs_done = 60000;
  layer.figures.read_bytes = 500;
  layer.figures.write_bytes = 100;
  layer.figures.gated = true;
  estimate.layers = {layer};
  CHECK_THAT(layer_section(estimate),
             Contains("1200 cycles in all, 83333.33 frames a second at 100 MHz; the multipliers do "
                      "50.0 % of what they could.") &&
                 Contains("compute: 900 of 1200 cycles, 75.0 %") && Contains("conv&lt;1&gt;"));
  CHECK_THAT(roofline_section(estimate), Contains("50.0 MAC/cycle, 100.0 MAC/byte") &&
                                             Contains("(gated)") &&
                                             Contains("Roofs: 128 multiply-accumulates a cycle"));
}

TEST_CASE("Charts.OfAnAreaNeedNoFile") {
  results::AreaResult area;
  area.design = "d";
  area.library = "lib";
  area.recipe = "adders";
  area.blocks = {{"PE array", {1, 30, 75, 4}}};
  area.total = {2, 40, 100, 5};
  area.figures = {{}, 8, 5, {}, 64, 12, 52, 0.25, 6.5};
  area.memories = {{"activation_buffer", {16, 2, 2, 2, 64, 7.5, 12}, {{1, 2, 8, 2, 2}}, true, {9}}};
  area.memory_table = "t";
  area.memory_node = "9 nm";
  CHECK_THAT(area_section(area),
             Contains("d: 52 NAND2, 40 of logic and 12 of memories (64 bits); 0.250 mm2. For each "
                      "8-bit product a cycle 6.5, 5.0 of logic. lib, recipe adders; memories are "
                      "macros of t, 9 nm, in NAND2 of that node, small ones flip-flops.") &&
                 Contains(">30 · 57.7 %<") && Contains(">12 · 23.1 %<") &&
                 Contains(">activation buffer<") && Contains(">total<") &&
                 Contains(">52 · 100.0 %<") &&
                 Contains("2 of 16 x 2 bits\neach 1 x 2 macros of 8 x 2 bits"));
  // A flat design has its logic in one
  area.blocks.clear();
  CHECK_THAT(area_section(area), Contains(">logic</text>") && Contains(">40 · 76.9 %<"));
}

}  // namespace
}  // namespace sluice::report
