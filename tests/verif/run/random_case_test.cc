// SPDX-License-Identifier: Apache-2.0
// Random networks: the seed alone decides.
#include "verif/run/random_case.h"

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "generator/compiler/compile.h"
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

TEST_CASE("RandomCase.OnlyDesignsWithAdditionsGetThem") {
  const auto additions = [](const char* design) {
    const Plan plan = make_plan(test::design(design).config);
    int count = 0;
    for (std::uint64_t seed = 1; seed <= 100; seed++) {
      for (const net::Layer& layer : random_case(plan, seed).network.layers) {
        count += layer.traits().two_inputs();
      }
    }
    return count;
  };
  CHECK(additions("t_small") >= 20);
  CHECK(additions("t_bare") == 0);
}

/// What additions of drawn networks are like.
struct Kinds {
  int fused = 0, own = 0, with_itself = 0, with_input = 0, narrow = 0, long_factors = 0;
  int fit = 0, refused = 0;
};

Kinds kinds_of(const Plan& plan) {
  Kinds kinds;
  for (std::uint64_t seed = 5; seed <= 1000; seed += 5) {
    const net::Network network = random_case(plan, seed).network;
    try {
      for (const auto& layer : compiler::compile(network, plan, {}).layers) {
        const net::Layer& sum = network.layers[layer.result];
        if (!sum.traits().two_inputs()) continue;
        (layer.result == layer.layer ? kinds.own : kinds.fused)++;
        kinds.with_itself += sum.input == sum.addend;
        kinds.with_input += sum.input == 0 || sum.addend == 0;
        kinds.narrow += layer.output.bits < 8;
        kinds.long_factors += sum.factor > 255 && sum.addend_factor > 255;
      }
      kinds.fit++;
    } catch (const compiler::CompileError&) {
      kinds.refused++;
    }
  }
  return kinds;
}

TEST_CASE("RandomCase.AdditionsAreOfAllKindsAndMostFit") {
  const Kinds kinds = kinds_of(make_plan(test::design("t_small").config));
  CHECK(kinds.fused >= 30);
  CHECK(kinds.own >= 30);
  CHECK(kinds.with_itself >= 5);
  CHECK(kinds.with_input >= 20);
  CHECK(kinds.narrow >= 20);
  CHECK(kinds.long_factors >= 50);
  CHECK(kinds.refused < kinds.fit / 4);
}

}  // namespace
}  // namespace sluice::run
