// SPDX-License-Identifier: Apache-2.0
// The mapped netlist in place of the RTL: same values, cycles and counters on random networks.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <regex>

#include "generator/plan/plan.h"
#include "synth/gate_level/netlist_model.h"
#include "synth/yosys/mapping.h"
#include "tests/support/designs.h"
#include "verif/run/verify.h"

namespace sluice::synth {
namespace {

struct Outcome {
  int passed = 0, timed = 0;
  std::uint64_t skipped = 0;
  std::string failure;
};

Outcome run_networks(const Plan& plan, const Bundle& model, int wanted) {
  sim::BuildOptions build;
  build.quick = true;
  sim::Simulator simulator(plan, model, build);
  Outcome outcome;
  for (std::uint64_t seed = 1; outcome.passed < wanted && seed < 4ull * wanted; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    if (result.verdict == run::Verdict::kFail) {
      outcome.failure = fmt::format("seed {}: {}", seed, result.text);
      return outcome;
    }
    if (result.verdict == run::Verdict::kDoesNotFit) continue;
    outcome.passed++;
    outcome.timed += result.timed;
    outcome.skipped += result.skipped;
  }
  return outcome;
}

TEST_CASE("Netlist.RandomNetworksGiveTheSameValuesCyclesAndCountersAFaultIsFound") {
  const Config& config = test::design("t_single_gated").config;
  const Plan plan = make_plan(config);
  const Bundle design = test::bundle_of(config);
  const Liberty liberty = load_liberty("osu018");
  const MapResult mapped = map_design(rtl_of(design), liberty);

  const Outcome right = run_networks(plan, netlist_model(design, mapped.netlist, liberty), 20);
  INFO(right.failure);
  CHECK(right.failure.empty());
  CHECK(right.passed == 20);
  CHECK(right.timed > 5);
  CHECK(right.skipped > 0);

  // One wrong cell in the requantiser
  std::string wrong = mapped.netlist;
  const std::size_t module = wrong.find(config.name + "_requantise");
  REQUIRE(module != std::string::npos);
  const std::size_t cell = wrong.find("NAND2X1 ", module);
  REQUIRE(cell != std::string::npos);
  wrong.replace(cell, 8, "NOR2X1 ");
  CHECK_FALSE(run_networks(plan, netlist_model(design, wrong, liberty), 20).failure.empty());
}

TEST_CASE("Netlist.NoOperatorStandsBeforeACastWhichYosysWouldReadAsPartOfItsSize") {
  // Yosys 0.23 takes ~N'(1) for (~N)'(1); ~(N'(1)) is read as it should be
  const std::regex before_cast(R"((~|!|[=(?:,{]\s*-)\s*\w+'\()");
  for (const test::Design& tested : test::designs()) {
    for (const OutputFile& file : test::bundle_of(tested.config).files) {
      if (!file.path.ends_with(".sv")) continue;
      std::smatch found;
      const bool has = std::regex_search(file.text, found, before_cast);
      INFO(file.path << ": " << (has ? found.str() : ""));
      CHECK_FALSE(has);
    }
  }
}

}  // namespace
}  // namespace sluice::synth
