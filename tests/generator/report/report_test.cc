// SPDX-License-Identifier: Apache-2.0
// Charts: ticks of any range, and documents with any value changed.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "generator/app/checked_results.h"
#include "generator/report/charts.h"
#include "generator/report/svg.h"
#include "generator/util/user_error.h"

namespace sluice::report {
namespace {

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

/// Draws what the check lets through; both may refuse, neither may fail in another way.
template <typename Check, typename Draw>
void try_changes(const std::string& text, Check check, Draw draw) {
  std::mt19937 random(11);
  int drawn = 0, refused = 0;
  for (int round = 0; round < 3000; round++) {
    const std::string bad = changed(text, random);
    INFO("round " << round << " of seed 11: " << bad);
    try {
      json::Document document(bad, {"f.json", "make it again"});
      check(document.root());
      const Json good = document.take();
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
      R"("frames_per_second":3.5,"utilisation":0.5,"area_nand2":1000,"layers_off_accelerator":0},)"
      R"({"network":"n","set":{},"ok":false,"error":"bad"},)"
      R"({"network":"n","set":{"rows":8},"ok":true,"macs_per_cycle_8":16,"area_nand2":2000,)"
      R"("frames_per_second":4.5,"utilisation":0.25}],"keys":["rows"],"clock_mhz":200,"base":"b"})",
      app::check_sweep, [](const Json& sweep) { sweep_sections(sweep); });
  try_changes(R"({"network":"n","design":"d","macs_per_cycle_8":128,"memory_bytes_per_cycle":32,)"
              R"("clock_mhz":200,"frames_per_second":10,"cycles":1000,"utilisation":0.5,"layers":[)"
              R"({"name":"a","on_accelerator":true,"cycles":900,"macs_done":1000,"read_bytes":10,)"
              R"("write_bytes":20,"gated":true,"shares":{"work":0.75,"read":0.25}},)"
              R"({"name":"b","on_accelerator":false,"cycles":0}]})",
              app::check_estimate, [](const Json& estimate) {
                layer_section(estimate);
                roofline_section(estimate);
              });
  try_changes(R"({"design":"d","blocks":{"PE array":{"nand2":30,"percent":75,"flip_flops":4},)"
              R"("other":{"nand2":10,"percent":25,"flip_flops":1}},"total":{"nand2":40},)"
              R"("nand2_per_mac":1.25,"memory_bits":64,"library":"osu018","recipe":"plain"})",
              app::check_area, [](const Json& area) { area_section(area); });
}

}  // namespace
}  // namespace sluice::report
