// SPDX-License-Identifier: Apache-2.0
// Random networks: the seed alone decides.
#include "verif/run/random_case.h"

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "generator/plan/plan.h"
#include "tests/support/designs.h"

namespace sluice::run {
namespace {

/// Leaves other contents where the next objects will lie.
void disturb_heap(std::uint64_t seed) {
  std::vector<std::unique_ptr<std::vector<int>>> blocks;
  for (int k = 0; k < 64; k++) {
    blocks.push_back(std::make_unique<std::vector<int>>((seed * 7 + k * 13) % 400 + 1, k));
  }
}

TEST_CASE("RandomCase.ASeedGivesTheSameNetworkAtAnyTimeAndForAnyPort") {
  const Plan plan = make_plan(test::design("t_small").config);
  for (std::uint64_t seed = 1; seed <= 300; seed++) {
    const RandomCase native = random_case(plan, seed, Port::kNative);
    disturb_heap(seed);
    const RandomCase axi = random_case(plan, seed, Port::kAxi);
    const auto layers = [](const RandomCase& one) {
      const std::string text = describe(one);
      return text.substr(0, text.find("memory:"));
    };
    INFO("seed " << seed);
    REQUIRE(layers(native) == layers(axi));
    REQUIRE(native.input.values == axi.input.values);
    REQUIRE(native.gated == axi.gated);
    REQUIRE(native.local == axi.local);
  }
}

}  // namespace
}  // namespace sluice::run
