// SPDX-License-Identifier: Apache-2.0
// Weights in circulant blocks: what they cost, by hand with docs/03_design/timing.md.
#include <catch2/catch.hpp>

#include "generator/cycle_model/cycle_model.h"
#include "tests/generator/cycle_model/hand_made.h"

namespace sluice::cycles {
namespace {

using test::HandMadeLayer;

int none_open(int, int, int, int) { return 0; }

/// The small plan with a port as wide as a column: 4 bytes do not exist, so rows of eight.
Plan narrow_plan() {
  Config config = test::small_plan(2).config;
  config.circulant = true;
  config.memory.bytes = 8;
  return make_plan(config);
}

Prediction predict_on(const HandMadeLayer& layer, int interval = 1) {
  const Plan plan = narrow_plan();
  MemoryTiming memory;
  memory.read_interval = interval;
  return predict(plan, test::hand_made_program(plan, layer), memory, none_open);
}

// A column is one memory word; a step takes its four columns, or two, or one of them
TEST_CASE("CirculantCycles.OneColumnOfKIsFetchedAndRead") {
  for (const int circulant : {0, 1, 2}) {
    const Prediction found = predict_on({.columns = 1, .circulant = circulant, .steps = 32});
    const Prediction more = predict_on({.columns = 1, .circulant = circulant, .steps = 64});
    const int columns = 4 >> circulant;
    CHECK(found.layer_accesses[0].reads_of(MemoryKind::kWeight) == 32u * columns);
    CHECK(more.layer_accesses[0].writes_of(MemoryKind::kWeight) -
              found.layer_accesses[0].writes_of(MemoryKind::kWeight) ==
          32u * columns);
  }
}

// The memory brings a word every fourth cycle: the steps wait for columns, four cycles each
TEST_CASE("CirculantCycles.StepsThatWaitForWeightsAreKTimesAsFast") {
  for (const int circulant : {0, 1, 2}) {
    const auto cycles = [&](int steps) {
      return predict_on({.columns = 1, .circulant = circulant, .steps = steps}, 4).cycles;
    };
    CHECK(cycles(64) - cycles(32) == 32u * (16 >> circulant));
  }
}

// A step still takes as many cycles as the array has columns
TEST_CASE("CirculantCycles.StepsOfManyPositionsTakeAsLong") {
  const HandMadeLayer dense{.columns = 16, .steps = 8};
  HandMadeLayer circulant = dense;
  circulant.circulant = 2;
  const auto stepping = [&](const HandMadeLayer& layer) {
    HandMadeLayer more = layer;
    more.steps = 16;
    return predict_on(more).cycles - predict_on(layer).cycles;
  };
  CHECK(stepping(dense) == 8 * 16);
  CHECK(stepping(circulant) == 8 * 16);
}

}  // namespace
}  // namespace sluice::cycles
