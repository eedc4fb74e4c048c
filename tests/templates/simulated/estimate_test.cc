// SPDX-License-Identifier: Apache-2.0
// Estimates against the RTL: the same cycles, layer by layer.
#include "generator/estimate/estimate.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "generator/compiler/compile.h"
#include "generator/estimate/read_layers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "verif/golden/images.h"
#include "verif/run/drawn_network.h"
#include "verif/run/execute.h"
#include "verif/run/measured_gates.h"
#include "verif/run/network_run.h"
#include "verif/run/random_case.h"

namespace sluice::test {
namespace {

/// Cycles that the RTL takes for each layer; `timing` without stalls.
std::vector<std::uint64_t> rtl_layers(sim::Simulator& simulator, const Plan& plan,
                                      const run::RandomCase& random, const SluiceMemory& timing) {
  compiler::Options how;
  how.gated = plan.config.gating;
  const compiler::Program program = compiler::compile(random.network, plan, how);
  const run::Execution execution =
      run::execute(simulator, plan, program, random.input, timing, 3'000'000);
  REQUIRE(execution.problem.empty());
  std::vector<std::uint64_t> cycles;
  for (std::size_t k = 0; k < execution.layer_cycles.size(); k++) {
    const bool last = k + 1 == execution.layer_cycles.size();
    const std::uint64_t taken = (last ? execution.cycles : execution.layer_cycles[k + 1]) -
                                (k == 0 ? 0 : execution.layer_cycles[k]);
    const bool slice = k > 0 && program.layers[k].layer == program.layers[k - 1].layer;
    if (slice) {
      cycles.back() += taken;
    } else {
      cycles.push_back(taken);
    }
  }
  return cycles;
}

/// The estimate of one random network, or nothing if the design cannot run it.
std::optional<estimate::Estimate> estimate_of(const Plan& plan, const run::RandomCase& random,
                                              const SluiceMemory& timing) {
  const auto gates = run::measured_gates({&random.network, 1}, random.input, plan.config.gating);
  estimate::Options options;
  options.compare = false;
  options.memory = {static_cast<int>(timing.read_latency), static_cast<int>(timing.read_interval),
                    static_cast<int>(timing.write_latency),
                    static_cast<int>(timing.write_interval)};
  try {
    return estimate::estimate(plan, {&random.network, 1}, gates, {}, options);
  } catch (const compiler::CompileError&) {
    return std::nullopt;
  }
}

/// Cycles of the layers that have figures of their own.
std::vector<std::uint64_t> estimated_layers(const estimate::Estimate& result) {
  std::vector<std::uint64_t> cycles;
  for (const auto& layer : result.layers) {
    if (layer.computed_with.empty()) cycles.push_back(layer.with.cycles);
  }
  return cycles;
}

void compare_design(const std::string& name, int runs) {
  const Design& tested = design(name);
  const Plan plan = make_plan(tested.config);
  sim::BuildOptions build;
  build.quick = true;
  sim::Simulator simulator(plan, bundle_of(tested.config), build);
  int compared = 0;
  for (std::uint64_t seed = 7000; compared < runs; seed++) {
    const run::RandomCase random = run::random_case(plan, seed);
    SluiceMemory timing = random.timing;
    timing.stall_seed = timing.stall_percent = 0;
    const auto result = estimate_of(plan, random, timing);
    if (!result) continue;
    INFO("seed " << seed << ": build/verify 'Estimates.EqualTheRtl " << name << "'\n"
                 << run::describe(random));
    REQUIRE(estimated_layers(*result) == rtl_layers(simulator, plan, random, timing));
    compared++;
  }
}

/// A stem, a residual block that keeps the map, one that halves it, pooling and a dense layer, with
/// random weights.
run::DrawnNetwork small_residual(const Plan& plan) {
  const auto list = estimate::read_layers(
      (source_dir() / "tests/templates/simulated/small_residual.csv").string());
  run::DrawOptions options;
  options.density = 0.3;
  options.seed = 5;
  return run::draw_network(plan, list, options);
}

estimate::Estimate estimate_of(const Plan& plan, const run::DrawnNetwork& drawn) {
  const auto input = golden::input_tensor(drawn.network, drawn.images, 0);
  const auto gates = run::measured_gates({&drawn.network, 1}, input, plan.config.gating);
  return estimate::estimate(plan, {&drawn.network, 1}, gates, drawn.density, {});
}

/// With gates and without: the whole network exact, each layer's cycles as estimated.
void compare_residual(const std::string& name) {
  const Design& tested = design(name);
  const Plan plan = make_plan(tested.config);
  sim::BuildOptions build;
  build.quick = true;
  sim::Simulator simulator(plan, bundle_of(tested.config), build);
  const run::DrawnNetwork drawn = small_residual(plan);
  run::NetworkRunOptions options;
  options.density = drawn.density;
  const auto report = run::run_network(simulator, plan, {&drawn.network, 1}, drawn.images, options);
  INFO(report.first_problem);
  CHECK(report.runs == 2);
  CHECK(report.good());
  const estimate::Estimate expected = estimate_of(plan, drawn);
  REQUIRE(report.layers.size() == expected.layers.size());
  for (std::size_t k = 0; k < report.layers.size(); k++) {
    INFO(report.layers[k].name);
    CHECK(report.layers[k].cycles_gated == expected.layers[k].with.cycles);
    CHECK(report.layers[k].cycles_ungated == expected.layers[k].without.cycles);
  }
  CHECK(report.cycles_gated == expected.cycles);
  CHECK(report.cycles_ungated == expected.cycles_without);
}

}  // namespace

TEST_CASE("Estimates.EqualTheRtl t_small") { compare_design("t_small", 40); }
TEST_CASE("Estimates.EqualTheRtl t_three_lanes") { compare_design("t_three_lanes", 25); }
TEST_CASE("Estimates.EqualTheRtl t_plain4") { compare_design("t_plain4", 25); }

TEST_CASE("Estimate.OfAnImageTakesTheCyclesThatRunTakesOnTheRtl") {
  const std::string network = "configs/edge.yaml verif/networks/fashion_block8.onnx --calibrate 20";
  const auto json_of = [](const std::string& arguments) {
    const RunResult result = run_sluice(arguments + " --json");
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    return nlohmann::json::parse(result.out);
  };
  const auto rtl = json_of("run " + network + " --count 1");
  const auto model = json_of("estimate " + network + " --image 0");
  CHECK(model["cycles"] == rtl["whole_network"]["cycles_per_image_gated"]);
  CHECK(model["cycles_without_gates"] == rtl["whole_network"]["cycles_per_image_ungated"]);
  REQUIRE(model["layers"].size() == rtl["layers"].size());
  for (std::size_t k = 0; k < rtl["layers"].size(); k++) {
    CHECK(model["layers"][k]["cycles"] == rtl["layers"][k]["cycles_gated"]);
    CHECK(model["layers"][k]["macs_done"] == rtl["layers"][k]["macs_done"]);
  }
}

TEST_CASE("Estimates.OfAResidualNetworkEqualTheRtl t_small") { compare_residual("t_small"); }
TEST_CASE("Estimates.OfAResidualNetworkEqualTheRtl t_three_lanes") {
  compare_residual("t_three_lanes");
}

}  // namespace sluice::test
