// SPDX-License-Identifier: Apache-2.0
// A sweep through the library alone: what it asks to be measured, and what it makes of it.
#include <catch2/catch.hpp>
#include <map>
#include <mutex>

#include "generator/compiler/compile.h"
#include "generator/sweep/front.h"
#include "generator/sweep/runner.h"
#include "generator/sweep/tables.h"
#include "tests/support/files.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;
using results::Outcome;
using results::Point;

/// edge.yaml with 2 and 4 lanes, and "a" and "b" for networks: names that nobody reads.
Spec small_spec() {
  Spec spec;
  spec.base = (test::source_dir() / "configs/edge.yaml").string();
  spec.base_text = test::read_file(spec.base);
  spec.axes = {{{"lanes"}, {{"2"}, {"4"}}}};
  spec.networks = {"a", "b"};
  spec.estimate.clock = 100;
  return spec;
}

/// Estimates made up: 1000 cycles a layer over the lanes. Counts its calls.
class Fake {
 public:
  Measures measures() {
    Measures measures;
    measures.area_method = "made up";
    measures.estimate = [this](const Plan& plan, std::size_t network) {
      {
        const std::lock_guard guard(mutex_);
        estimates_++;
      }
      return estimate(plan, network);
    };
    return measures;
  }

  /// The same, with areas: 100 NAND2 of logic a lane; memories of 900 NAND2 over the lanes.
  Measures measures_with_area() {
    Measures all = measures();
    all.memories = {"mine", "9 nm"};
    all.area = [](const Plan& plan) {
      results::AreaResult area;
      area.total.nand2 = 100.0 * plan.config.lanes;
      area.total.flip_flops = plan.config.lanes;
      area.figures.memory_bits = 64;
      area.figures.memory_nand2 = 900.0 / plan.config.lanes;
      area.figures.total_nand2 = *area.total.nand2 + *area.figures.memory_nand2;
      area.figures.total_mm2 = *area.figures.total_nand2 / 1000;
      return area;
    };
    return all;
  }

  int estimates() const { return estimates_; }
  /// Network number `network` is off the accelerator of designs with so many lanes.
  void keep_off(std::size_t network, int lanes) { off_[network] = lanes; }
  /// Network number `network` fails.
  void fail(std::size_t network) { failing_ = network; }

 private:
  estimate::Estimate estimate(const Plan& plan, std::size_t network) const {
    if (network == failing_) throw compiler::CompileError("it does not fit");
    estimate::Estimate result;
    result.programs = 1;
    result.layers.resize(network + 1);
    for (estimate::LayerEstimate& layer : result.layers) {
      layer.macs = layer.macs_done = 4000;
      layer.peak = 8;
      layer.with.cycles = layer.without.cycles = 1000 / static_cast<unsigned>(plan.config.lanes);
      result.cycles += layer.with.cycles;
      result.macs += layer.macs;
    }
    const auto off = off_.find(network);
    if (off != off_.end() && off->second == plan.config.lanes) {
      result.layers[0].name = "first";
      result.layers[0].on_accelerator = false;
      result.layers[0].note = "too wide";
    }
    return result;
  }

  std::mutex mutex_;
  int estimates_ = 0;
  std::map<std::size_t, int> off_;
  std::size_t failing_ = SIZE_MAX;
};

/// Runs a sweep into a folder; returns its counts and points.
struct Ran {
  RunCounts counts;
  std::vector<Point> points;
};

Ran run_in(const fs::path& folder, const Spec& spec, Measures measures, int jobs = 2) {
  ResultFolder results(folder, {}, [](const std::string& text) { FAIL(text); });
  const PointEstimator estimator(spec, std::move(measures));
  const std::vector<ConfigPoint> points = points_of(spec);
  RunOptions how;
  how.jobs = jobs;
  std::vector<Row> rows;
  Ran ran;
  ran.counts = run(points, spec.networks.size(), estimator, results, how, rows);
  for (const Row& row : rows) ran.points.push_back(*results.find(row.key, {}));
  return ran;
}

TEST_CASE("SweepLibrary.PointsHaveTheFiguresOfTheirEstimates") {
  const test::TempDir temp;
  Fake fake;
  const Ran ran = run_in(temp.path() / "out", small_spec(), fake.measures());
  CHECK(fake.estimates() == 4);
  CHECK(ran.counts.points == 4);
  CHECK(ran.counts.failed == 0);
  REQUIRE(ran.points.size() == 4);
  // Lanes 2 and 4, with each network: one and two layers
  const std::int64_t cycles[] = {500, 1000, 250, 500};
  for (std::size_t k = 0; k < 4; k++) {
    INFO(k);
    const Point& point = ran.points[k];
    CHECK(point.ok);
    CHECK(point.network == (k % 2 == 0 ? "a" : "b"));
    CHECK(point.text_of("lanes") == (k < 2 ? "2" : "4"));
    CHECK(point.figures.cycles == cycles[k]);
    CHECK(point.figures.frames_per_second == 100e6 / static_cast<double>(cycles[k]));
    CHECK_FALSE(point.figures.area_nand2.has_value());
    CHECK_FALSE(point.figures.measured_speedup.has_value());
  }
}

TEST_CASE("SweepLibrary.WhatIsThereIsNotEstimatedAgain") {
  const test::TempDir temp;
  Fake fake;
  const Spec spec = small_spec();
  const Ran first = run_in(temp.path() / "out", spec, fake.measures());
  const Ran again = run_in(temp.path() / "out", spec, fake.measures(), 1);
  CHECK(fake.estimates() == 4);
  CHECK(again.counts.there == 4);
  CHECK(results_csv(result_of(spec, {}, again.points)) ==
        results_csv(result_of(spec, {}, first.points)));
}

TEST_CASE("SweepLibrary.AreasAreMeasuredIfTheSweepHasThem") {
  const test::TempDir temp;
  Fake fake;
  Spec spec = small_spec();
  spec.area.measure = true;
  const Ran ran = run_in(temp.path() / "out", spec, fake.measures_with_area());
  CHECK(ran.points[0].figures.area_nand2 == 200);
  CHECK(ran.points[2].figures.area_nand2 == 400);
  CHECK(ran.points[2].figures.area_flip_flops == 4);
  CHECK(ran.points[2].figures.memory_bits == 64);
  CHECK(ran.points[0].figures.memory_nand2 == 450);
  CHECK(ran.points[0].figures.total_nand2 == 650);
  CHECK(ran.points[2].figures.total_nand2 == 625);
  CHECK(ran.points[2].figures.total_mm2 == 0.625);
  // 500 and 250 cycles at 100 MHz
  CHECK(ran.points[0].figures.frames_per_second_per_mnand2.value() == Approx(200e3 / 650 * 1e6));
  CHECK(ran.points[2].figures.frames_per_second_per_mnand2.value() == Approx(400e3 / 625 * 1e6));
  CHECK(is_area(cost_of(ran.points)));
  // Another way to measure areas gives other results
  Measures other = fake.measures_with_area();
  other.area_method = "another way";
  run_in(temp.path() / "out", spec, other);
  CHECK(fake.estimates() == 8);
}

TEST_CASE("SweepLibrary.AreasWithMemoriesAreKept") {
  const test::TempDir temp;
  Fake fake;
  fake.keep_off(1, 2);  // has an area, but no speed
  Spec spec = small_spec();
  spec.area.measure = true;
  const Ran first = run_in(temp.path() / "out", spec, fake.measures_with_area());
  const Ran again = run_in(temp.path() / "out", spec, fake.measures_with_area());
  CHECK(fake.estimates() == 4);
  CHECK(again.counts.there == 4);
  for (std::size_t k = 0; k < 4; k++) {
    CHECK(results::json_of(again.points[k]) == results::json_of(first.points[k]));
  }
  CHECK(again.points[1].figures.total_nand2 == 650);
  CHECK_FALSE(again.points[1].figures.frames_per_second_per_mnand2.has_value());
  // In a file, too, with the table
  const results::SweepResult written = result_of(spec, {"mine", "9 nm"}, again.points);
  const json::Json json = results::json_of(written);
  CHECK(json["memory_table"] == "mine");
  CHECK(json["memory_node"] == "9 nm");
  const results::SweepResult read =
      results::sweep_of(json::Document(json.dump(), {"f.json", "make it again"}).root());
  CHECK(results::json_of(read) == json);
  CHECK(memories_note_of(read) == "macros of mine, 9 nm, in NAND2 of that node");
}

TEST_CASE("SweepLibrary.TheSummaryHasFramesForEachMnand2OfAnAreaOnly") {
  const test::TempDir temp;
  Fake fake;
  Spec spec = small_spec();
  spec.networks = {"a"};
  const Ran plain = run_in(temp.path() / "plain", spec, fake.measures());
  const results::SweepResult without = result_of(spec, {"mine", "9 nm"}, plain.points);
  CHECK(results_text(without) ==
        "  a: no other point is both smaller and faster\n"
        "     MAC/cycle     frames/s  of peak  config\n"
        "           256    200000.00  100.0 %  lanes=2\n"
        "           512    400000.00  200.0 %  lanes=4\n");
  CHECK_FALSE(results::json_of(without).contains("memory_table"));
  spec.area.measure = true;
  const Ran ran = run_in(temp.path() / "area", spec, fake.measures_with_area());
  // 2 lanes have less logic, 4 a smaller total, and are faster
  CHECK(results_text(result_of(spec, {"mine", "9 nm"}, ran.points)) ==
        "  a: no other point is both smaller and faster; NAND2 of logic and memories (macros of "
        "mine, 9 nm, in NAND2 of that node)\n"
        "         NAND2     frames/s   per MNAND2  of peak  config\n"
        "           625    400000.00 640000000.00  200.0 %  lanes=4\n");
}

TEST_CASE("SweepLibrary.FailuresAndPartsAreKeptWithTheirMessage") {
  const test::TempDir temp;
  Fake fake;
  fake.keep_off(0, 2);
  fake.fail(1);
  const Ran ran = run_in(temp.path() / "out", small_spec(), fake.measures());
  CHECK(ran.counts.failed == 2);
  CHECK(ran.counts.not_whole == 1);
  CHECK(ran.points[0].outcome() == Outcome::kNotWhole);
  CHECK(ran.points[0].error == "1 of 1 layers NOT RUN; the first: first: too wide");
  CHECK(ran.points[0].figures.layers_off_accelerator == 1);
  CHECK_FALSE(ran.points[0].figures.cycles.has_value());
  CHECK(ran.points[1].outcome() == Outcome::kFailed);
  CHECK(ran.points[1].error == "it does not fit");
  CHECK(ran.points[1].figures == results::NetworkFigures{});
  CHECK(ran.points[2].outcome() == Outcome::kGood);
}

Point point_with(double area, double frames, bool ok = true) {
  Point point;
  point.ok = ok;
  point.figures.area_nand2 = 100 - area;  // of logic: in the other order
  point.figures.total_nand2 = area;
  point.figures.macs_per_cycle_8 = 8;
  point.figures.frames_per_second = frames;
  return point;
}

TEST_CASE("SweepLibrary.TheFrontIsWhatNoOtherBeats") {
  std::vector<Point> points = {point_with(30, 5), point_with(10, 2),       point_with(20, 2),
                               point_with(20, 4), point_with(5, 9, false), point_with(40, 5)};
  points.push_back({});
  points.back().ok = true;
  const NetworkColumn& cost = cost_of(points);
  CHECK(is_area(cost));
  CHECK(pareto_front(points, cost, speed()) == std::vector<std::size_t>{1, 3, 0});
  for (Point& point : points) point.figures.total_nand2.reset();
  CHECK_FALSE(is_area(cost_of(points)));
  CHECK(pareto_front(points, cost_of(points), speed()) == std::vector<std::size_t>{0});
}

}  // namespace
}  // namespace sluice::sweep
