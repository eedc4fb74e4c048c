// SPDX-License-Identifier: Apache-2.0
// The table of figures: whatever writes or reads results has each of its columns.
#include "generator/results/columns.h"

#include <catch2/catch.hpp>
#include <set>

#include "generator/estimate/builtin.h"
#include "generator/results/area_result.h"
#include "generator/results/estimate_result.h"
#include "generator/results/sweep_result.h"
#include "generator/sweep/tables.h"
#include "generator/util/user_error.h"
#include "tests/support/designs.h"

namespace sluice::results {
namespace {

using Catch::Matchers::Contains;

Plan plan() { return make_plan(test::design("t_small").config); }

/// With gates and without; `most` layers of the network.
estimate::Estimate estimate_of_part(std::size_t most) {
  estimate::LayerList list = *estimate::builtin("resnet20-cifar");
  list.layers.resize(most);
  return estimate::estimate(plan(), list, {});
}

const EstimateResult& whole() {
  static const EstimateResult result = estimate_result(estimate_of_part(4), plan(), 250);
  return result;
}

/// A layer is off the accelerator: its input is not known.
EstimateResult part() {
  estimate::LayerList list = *estimate::builtin("resnet20-cifar");
  list.layers.resize(4);
  list.layers[3].addend = -1;
  return estimate_result(estimate::estimate(plan(), list, {}), plan(), 250);
}

AreaResult area() {
  AreaResult area;
  area.design = "d";
  area.library = "lib";
  area.recipe = "plain";
  area.blocks = {{"PE array", {1.5, 30, 75, 4}}};
  area.total = {2, 40, 100, 5};
  area.figures = {50, 8, 5, 4, 64, 12, 52, 0.25, 6.5};
  area.memories = {{"commands", {16, 4, 4, 1, 64, 7.5, 12}, {{2, 1, 16, 2, 2}}, true, {9}}};
  area.memory_table = "table";
  area.memory_node = "9 nm";
  return area;
}

Point good_point() {
  const AreaResult measured = area();
  Point point;
  point.key = "k";
  point.network = "n";
  point.settings = {{"rows", "16"}, {"bus.kind", "\"axi4\""}, {"precisions", "[8,4]"}};
  point.ok = true;
  point.figures = network_figures({estimate_of_part(4), plan(), 250, &measured});
  return point;
}

/// Calls `body` with each column of the struct.
template <typename S, typename Body>
void each(Body body) {
  for (const Column<S>& one : columns<S>()) {
    INFO(one.name);
    body(one);
  }
}

template <typename S>
void check_names() {
  std::set<std::string> names;
  each<S>([&](const Column<S>& one) {
    CHECK(names.insert(one.name).second);
    CHECK(std::string(one.meaning) != "");
    std::visit([&](auto member) { CHECK(&column(member) == &one); }, one.member);
  });
}

TEST_CASE("Columns.EachHasANameOfItsOwnAMeaningAndAMember") {
  check_names<NetworkFigures>();
  check_names<LayerFigures>();
  check_names<Gain>();
  check_names<BlockFigures>();
  check_names<AreaFigures>();
  check_names<KindFigures>();
}

TEST_CASE("Columns.AJsonOfAnEstimateHasEach") {
  const Json json = json_of(whole());
  each<NetworkFigures>([&](const Column<NetworkFigures>& one) {
    if (one.place == Place::kArea) return;  // a sweep's
    const Json& at = one.place == Place::kGain ? json["whole_network"] : json;
    REQUIRE(at.contains(one.name));
    CHECK(at[one.name] == one.json(whole().figures));
  });
  const Json& gated = json["layers"][1];
  REQUIRE(gated["gated"] == true);
  each<LayerFigures>([&](const Column<LayerFigures>& one) {
    REQUIRE(gated.contains(one.name));
    CHECK(gated[one.name] == one.json(whole().layers[1].figures));
  });
  each<Gain>([&](const Column<Gain>& one) {
    for (const Json* at : {&gated, &json["gated_layers"], &json["whole_network"]}) {
      REQUIRE(at->contains(one.name));
    }
    CHECK(json["whole_network"][one.name] == one.json(whole().all_layers));
    CHECK(json["gated_layers"][one.name] == one.json(whole().gated_layers));
    CHECK(gated[one.name] == one.json(whole().layers[1].gain));
  });
  CHECK(gated["shares"].size() == estimate::kBounds);
}

TEST_CASE("Columns.SumsOfAPartStandApart") {
  const EstimateResult result = part();
  const Json json = json_of(result);
  CHECK(json["ok"] == false);
  each<NetworkFigures>([&](const Column<NetworkFigures>& one) {
    if (one.place != Place::kSums && one.place != Place::kSpeed) return;
    CHECK_FALSE(one.has(result.figures));
    CHECK((!json.contains(one.name) || json[one.name].is_null()));
    CHECK(json["layers_that_run"].contains(one.name) == (one.place == Place::kSums));
  });
}

TEST_CASE("Columns.ASweepHasEachInJsonAndCsv") {
  const SweepColumns wanted = sweep_columns(true, true);
  std::size_t in_sweeps = 0;
  each<NetworkFigures>(
      [&](const Column<NetworkFigures>& one) { in_sweeps += one.in_sweep != InSweep::kNever; });
  REQUIRE(wanted.size() == in_sweeps);
  const Point point = good_point();
  const Json json = json_of(point);
  SweepResult sweep;
  sweep.keys = {"rows", "bus.kind", "precisions"};
  sweep.columns = wanted;
  sweep.points = {point};
  std::string head = "network,rows,bus.kind,precisions,ok", row = "n,16,axi4,\"[8,4]\",true";
  for (const auto* one : wanted) {
    INFO(one->name);
    REQUIRE(json.contains(one->name));
    CHECK(json[one->name] == one->json(point.figures));
    CHECK(json_of(sweep)["figures"].dump().find(one->name) != std::string::npos);
    head += std::string(",") + one->name;
    row += "," + json[one->name].dump();
  }
  CHECK(sweep::results_csv(sweep) == head + ",error,key\n" + row + ",,k\n");
  for (const auto* one : sweep_columns(false, false)) {
    CHECK(one->in_sweep == InSweep::kAlways);
  }
}

/// What a reader says of a text.
template <typename Read>
std::string error_of(const Json& json, Read read) {
  try {
    read(json::Document(json.dump(), {"f.json", "make it again"}).root());
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

/// Replaces each of the columns in `at`, a part of `json`, by a text: the reader names it.
template <typename S, typename Which, typename Read>
void spoil(Json& json, Json& at, Which which, Read read) {
  each<S>([&](const Column<S>& one) {
    if (!which(one)) return;
    REQUIRE(at.contains(one.name));
    const Json good = at[one.name];
    at[one.name] = "spoilt";
    CHECK_THAT(error_of(json, read), Contains(one.name) && Contains("is the text 'spoilt'"));
    at[one.name] = good;
  });
  CHECK(error_of(json, read) == "");
}

TEST_CASE("Columns.FilesAreCheckedForEach") {
  const auto all = [](const auto&) { return true; };
  Json estimate = json_of(whole());
  spoil<NetworkFigures>(
      estimate, estimate,
      [](const auto& one) { return one.place != Place::kArea && one.place != Place::kGain; },
      estimate_of);
  for (const char* gain : {"gated_layers", "whole_network"}) {
    spoil<Gain>(estimate, estimate[gain], all, estimate_of);
  }
  spoil<LayerFigures>(estimate, estimate["layers"][1], all, estimate_of);
  spoil<Gain>(estimate, estimate["layers"][1], all, estimate_of);
  Json point = json_of(good_point());
  spoil<NetworkFigures>(
      point, point, [](const auto& one) { return one.in_sweep != InSweep::kNever; },
      [](const json::Value& value) { point_of(value, true); });
  Json areas = {{"design", "d"}, {"library", "l"}, {"recipe", "plain"}};
  write_blocks(areas, area());
  write(areas, area().figures);
  write_memories(areas, area());
  spoil<BlockFigures>(areas, areas["blocks"]["PE array"], all, area_of);
  spoil<BlockFigures>(areas, areas["total"], all, area_of);
  spoil<AreaFigures>(areas, areas, all, area_of);
  spoil<KindFigures>(areas, areas["memories"][0], all, area_of);
  for (const char* key : {"columns", "rows", "words", "bits", "granule"}) {
    Json bad = areas;
    bad["memories"][0]["cut"][key] = -1;
    CHECK_THAT(error_of(bad, area_of), Contains(std::string("memories[0].cut.") + key));
  }
  areas["memories"][0]["from"] = "elsewhere";
  CHECK_THAT(error_of(areas, area_of), Contains("'line', 'fit' or 'flip-flops'"));
}

TEST_CASE("Columns.FilesThatLackOneAreRefusedByThoseThatNeedIt") {
  each<NetworkFigures>([&](const Column<NetworkFigures>& one) {
    Json estimate = json_of(whole()), point = json_of(good_point());
    estimate.erase(one.name);
    point.erase(one.name);
    const std::string missing = std::string("'") + one.name + "' is missing";
    const auto as_point = [](const json::Value& value) { point_of(value, true); };
    CHECK((error_of(estimate, estimate_of).find(missing) != std::string::npos) ==
          ((one.needs & kEstimateChart) != 0));
    CHECK((error_of(point, as_point).find(missing) != std::string::npos) ==
          ((one.needs & kSweepChart) != 0));
  });
  each<LayerFigures>([&](const Column<LayerFigures>& one) {
    Json estimate = json_of(whole());
    estimate["layers"][1].erase(one.name);
    CHECK((error_of(estimate, estimate_of) != "") == ((one.needs & kEstimateChart) != 0));
  });
}

TEST_CASE("Columns.WhatIsReadIsWhatWasWritten") {
  for (const EstimateResult& result : {whole(), part()}) {
    const Json json = json_of(result);
    const EstimateResult again =
        estimate_of(json::Document(json.dump(), {"f.json", "make it again"}).root());
    CHECK(again.figures == result.figures);
    CHECK(again.sums() == result.sums());
    CHECK(again.gated_layers == result.gated_layers);
    CHECK(again.all_layers == result.all_layers);
    CHECK(again.whole() == result.whole());
    CHECK(again.not_run == result.not_run);
    CHECK(again.gates_note == result.gates_note);
    REQUIRE(again.layers.size() == result.layers.size());
    for (std::size_t k = 0; k < result.layers.size(); k++) {
      CHECK(again.layers[k].figures == result.layers[k].figures);
      CHECK(again.layers[k].gain == result.layers[k].gain);
      CHECK(again.layers[k].bound == result.layers[k].bound);
    }
  }
  const Json json = json_of(good_point());
  const Point again = point_of(json::Document(json.dump(), {"f.jsonl", "gone"}).root(), true);
  CHECK(json_of(again) == json);
  CHECK(again.text_of("bus.kind") == "axi4");
  CHECK(again.value_of("bus.kind") == "\"axi4\"");
  CHECK(again.text_of("precisions") == "[8,4]");
  CHECK(again.text_of("lanes") == "null");
}

TEST_CASE("Columns.AKeptPointHasEachThatIsNeeded") {
  const SweepColumns wanted = sweep_columns(true, true);
  CHECK(has_needed(good_point(), wanted));
  for (const auto* one : wanted) {
    INFO(one->name);
    Point point = good_point();
    one->clear(point.figures);
    CHECK(has_needed(point, wanted) == ((one->needs & kKept) == 0));
  }
}

TEST_CASE("Columns.TextsAreWrittenAsTheTableSays") {
  NetworkFigures figures;
  CHECK(column(&NetworkFigures::cycles).text(figures) == "");
  CHECK(column(&NetworkFigures::cycles).json(figures).is_null());
  figures.cycles = 9007199254740993;
  figures.utilisation = 0.98765;
  figures.frames_per_second = 1389.0555;
  figures.clock_mhz = 333.25;
  figures.measured_speedup = 3.14159;
  figures.area_nand2 = 1234.5678;
  figures.runs_whole = true;
  CHECK(column(&NetworkFigures::cycles).text(figures) == "9007199254740993");
  CHECK(column(&NetworkFigures::utilisation).text(figures) == "98.8 %");
  CHECK(column(&NetworkFigures::frames_per_second).text(figures) == "1389.06");
  CHECK(column(&NetworkFigures::clock_mhz).text(figures) == "333.25");
  CHECK(column(&NetworkFigures::measured_speedup).text(figures) == "3.142");
  CHECK(column(&NetworkFigures::area_nand2).text(figures) == "1235");
  CHECK(column(&NetworkFigures::runs_whole).text(figures) == "true");
  CHECK(column(&NetworkFigures::runs_whole).number(figures) == 1);
}

}  // namespace
}  // namespace sluice::results
