// SPDX-License-Identifier: Apache-2.0
// Random networks on the RTL of designs at the ends of the ranges, against the golden model
// (values) and the cycle model (cycles, counters and accesses of memories). Together more than a
// thousand layers.
//
// SLUICE_SEED sets the first seed (1 if not set), SLUICE_RUNS the networks for each design.
#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>

#include "generator/compiler/compile.h"
#include "generator/plan/memories.h"
#include "generator/plan/plan.h"
#include "tests/support/cuts.h"
#include "tests/support/designs.h"
#include "tests/support/repeat.h"
#include "verif/run/verify.h"
#include "verif/sim/simulator.h"

namespace sluice::test {
namespace {

/// Every memory of the RTL is counted, under its kind.
void check_instances(sim::Simulator& simulator, const Plan& plan) {
  std::array<int, kMemoryKinds> planned{};
  for (const Memory& memory : memories_of(plan)) {
    planned[static_cast<std::size_t>(memory.kind)] += memory.count;
  }
  CHECK(simulator.accesses().value().instances == planned);
}

/// `least` networks must fit the design within the seeds tried, of `drawn` that are to.
void verify_design(const std::string& name, int least, int drawn = 80) {
  const Design& tested = design(name);
  const Plan plan = make_plan(tested.config);
  sim::BuildOptions build;
  build.quick = true;
  build.accesses = true;
  sim::Simulator simulator(plan, bundle_of(tested.config), build);

  const std::uint64_t first = number_from("SLUICE_SEED", 1);
  const int runs = static_cast<int>(number_from("SLUICE_RUNS", drawn));
  int passed = 0, layers = 0;
  std::uint64_t listed = 0, skipped = 0;
  for (std::uint64_t seed = first; passed < runs && seed < first + 4ull * runs; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    if (result.verdict == run::Verdict::kDoesNotFit) continue;
    INFO(run::describe(run::random_case(plan, seed)));
    INFO("repeat: SLUICE_SEED=" << seed
                                << " SLUICE_RUNS=1 build/verify 'RandomNetworks.EqualTheModels "
                                << name << "'");
    INFO("seed " << seed << ": " << result.text);
    REQUIRE(result.verdict == run::Verdict::kPass);
    passed++;
    layers += result.layers;
    listed += result.listed;
    skipped += result.skipped;
  }
  fmt::print("{}: {} networks, {} layers, seeds from {}; {} positions listed, {} skipped\n", name,
             passed, layers, first, listed, skipped);
  check_instances(simulator, plan);
  if (runs < 20) return;
  CHECK(passed >= least);
  if (passed < 20) return;
  const bool counted = tested.config.gating && tested.config.counters;
  CHECK((listed > 0) == counted);
  CHECK((skipped > 0) == counted);
}

/// A seed in eight draws a layer that small buffers hold only in parts, see random_network.cc.
TEST_CASE("RandomNetworks.LayersCutByColumnsAndByChannelsEqualTheModels") {
  const Plan plan = shipped_plan("tiny");
  sim::Simulator simulator(plan, bundle_of(plan.config), {});
  int columns = 0, channels = 0;
  for (std::uint64_t seed = 3; seed < 8 * 60; seed += 8) {
    const run::RandomCase random = run::random_case(plan, seed);
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    if (result.verdict == run::Verdict::kDoesNotFit) continue;
    INFO(run::describe(random) << result.text);
    REQUIRE(result.verdict == run::Verdict::kPass);
    compiler::Options how;
    how.gated = random.gated;
    how.local = random.local;
    const Cuts cuts = cuts_of(compiler::compile(random.network, plan, how), random.network);
    columns += cuts.columns;
    channels += cuts.channels;
  }
  INFO(columns << " by columns, " << channels << " by channels");
  CHECK(columns >= 8);
  CHECK(channels >= 8);
}

/// Whether a layer takes weights of 9 bits, in two rounds, over a part of a map.
bool reads_part_twice(const net::Network& network, const compiler::Program&) {
  return std::any_of(network.layers.begin(), network.layers.end(), [&](const net::Layer& layer) {
    return layer.rounds() > 1 && network.maps[layer.input].part.has_value();
  });
}

/// Whether a product with a map of one position has groups of which the last is smaller.
bool multiplies_uneven_groups(const net::Network& network, const compiler::Program& program) {
  return std::any_of(
      program.layers.begin(), program.layers.end(), [&](const compiler::LayerProgram& program) {
        const net::Layer& layer = network.layers[program.result];
        if (!layer.traits().two_inputs() || network.maps[layer.addend].height != 1) return false;
        const compiler::MapLayout& out = program.output;
        return out.groups > 1 &&
               out.groups * out.channels_per_group != network.maps[layer.output].channels;
      });
}

/// On `edge` without gates, up to `count` networks of which `chosen` holds.
void verify_chosen(bool (*chosen)(const net::Network&, const compiler::Program&), int count) {
  const Plan plan = shipped_plan("edge", {"gating=false"});
  sim::BuildOptions build;
  build.quick = true;
  sim::Simulator simulator(plan, bundle_of(plan.config), build);
  int found = 0;
  for (std::uint64_t seed = 1; found < count && seed < 4000; ++seed) {
    const run::RandomCase random = run::random_case(plan, seed);
    compiler::Options how;
    how.gated = random.gated;
    how.local = random.local;
    try {
      if (!chosen(random.network, compiler::compile(random.network, plan, how))) continue;
    } catch (const compiler::CompileError&) {
      continue;
    }
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    INFO("seed " << seed << "\n" << run::describe(random) << result.text);
    REQUIRE(result.verdict == run::Verdict::kPass);
    ++found;
  }
  CHECK(found == count);
}

TEST_CASE("RandomNetworks.PartsThatAreReadInTwoRoundsEqualTheModels") {
  verify_chosen(reads_part_twice, 4);
}

TEST_CASE("RandomNetworks.ProductsWithUnevenGroupsEqualTheModels") {
  verify_chosen(multiplies_uneven_groups, 4);
}

}  // namespace

TEST_CASE("RandomNetworks.EqualTheModels t_single") { verify_design("t_single", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_single_gated") { verify_design("t_single_gated", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_small") { verify_design("t_small", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_small_buffers") { verify_design("t_small_buffers", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_smallest") { verify_design("t_smallest", 0); }
TEST_CASE("RandomNetworks.EqualTheModels t_three_lanes") { verify_design("t_three_lanes", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_three_columns") { verify_design("t_three_columns", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_rows12") { verify_design("t_rows12", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_rows20") { verify_design("t_rows20", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_atom8") { verify_design("t_atom8", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_atom16") { verify_design("t_atom16", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_plain") { verify_design("t_plain", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_plain4") { verify_design("t_plain4", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_plain2") { verify_design("t_plain2", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_wide_lane") { verify_design("t_wide_lane", 40); }
TEST_CASE("RandomNetworks.EqualTheModels t_64_lanes") { verify_design("t_64_lanes", 15, 25); }
TEST_CASE("RandomNetworks.EqualTheModels t_long_rows") { verify_design("t_long_rows", 40); }
TEST_CASE("RandomNetworks.EqualTheModels t_dsp") { verify_design("t_dsp", 40); }
TEST_CASE("RandomNetworks.EqualTheModels t_dsp_narrow") { verify_design("t_dsp_narrow", 40); }
TEST_CASE("RandomNetworks.EqualTheModels t_fold") { verify_design("t_fold", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_fold_lanes") { verify_design("t_fold_lanes", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_fold_output") { verify_design("t_fold_output", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_fold_plain") { verify_design("t_fold_plain", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_hadamard") { verify_design("t_hadamard", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_hadamard_single") {
  verify_design("t_hadamard_single", 60);
}
TEST_CASE("RandomNetworks.EqualTheModels t_planes") { verify_design("t_planes", 80); }
TEST_CASE("RandomNetworks.EqualTheModels t_planes_lanes") { verify_design("t_planes_lanes", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_circulant") { verify_design("t_circulant", 60); }
TEST_CASE("RandomNetworks.EqualTheModels t_circulant_fold") {
  verify_design("t_circulant_fold", 60);
}
TEST_CASE("RandomNetworks.EqualTheModels t_circulant_rows") {
  verify_design("t_circulant_rows", 60);
}
TEST_CASE("RandomNetworks.EqualTheModels t_bare") { verify_design("t_bare", 40); }

}  // namespace sluice::test
