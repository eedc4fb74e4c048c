// SPDX-License-Identifier: Apache-2.0
// Small programs written by hand, whose cycles can be counted with docs/03_design/timing.md. That
// the model equals the RTL is shown by `sluice verify`.
#include "generator/cycle_model/cycle_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "tests/generator/cycle_model/small_plan.h"

namespace sluice::cycles {
namespace {

constexpr int kWord = test::kSmallPlanWord;

/// One block over a band of positions; each output has a memory word of its own.
struct OneBlock {
  int rows = 1, columns = 8;
  int steps = 1;
  int conditional_groups = 0;  // of as many steps each; 0: not gated
  int first_row = 0;
};

class Builder {
 public:
  void command(std::vector<std::uint32_t> words) {
    words.resize(kWord / 4);
    for (const std::uint32_t word : words) {
      for (int b = 0; b < 4; ++b) image_.push_back(static_cast<std::uint8_t>(word >> (8 * b)));
    }
  }
  void end() { command({6}); }

  void layer(const OneBlock& block) {
    std::vector<std::uint32_t> words(21);
    words[0] = 3;
    words[1] = 8 | (block.conditional_groups > 0 ? 2 : 0);  // keep, gated
    words[7] = 1 | block.conditional_groups << 16;
    words[8] = 1 | block.steps << 16;
    words[11] = block.rows | block.columns << 16;
    words[14] = kWord;
    words[15] = kWord * block.columns;
    words[18] = 1;
    command(words);
  }
  void fetch(std::uint32_t address) { command({4, address, 0, 0, 1, 1, 1}); }
  void run(const OneBlock& block) {
    command({5, 0, 0, 0, static_cast<std::uint32_t>(block.rows | block.columns << 16)});
  }

  compiler::Program program(std::size_t bytes = 0) const {
    compiler::Program program;
    program.image = compiler::MemoryImage(std::max(bytes, image_.size()));
    std::copy(image_.begin(), image_.end(), program.image.begin());
    return program;
  }

 private:
  std::vector<std::uint8_t> image_;
};

/// LAYER, FETCH, RUN, END, then a record: four valid columns, weights of zero.
compiler::Program program_of(const OneBlock& block) {
  Builder builder;
  builder.layer(block);
  builder.fetch(4 * kWord);
  builder.run(block);
  builder.end();
  compiler::Program program = builder.program(6 * kWord);
  program.image[4 * kWord + test::small_plan().info_entry * 8 + 4] = 4;
  compiler::LayerProgram layer;
  layer.gated = block.conditional_groups > 0;
  layer.runs = {{block.first_row, block.rows}};
  program.layers = {layer};
  return program;
}

bool none_open(int, int, int, int) { return false; }
bool all_open(int, int, int, int) { return true; }

Prediction predict_block(const OneBlock& block, const MemoryTiming& memory = {},
                         const GateSource& open = none_open) {
  return predict(test::small_plan(), program_of(block), memory, open);
}

}  // namespace

TEST_CASE("CycleModel.AnEmptyProgramTakesEightCyclesAndOneRead") {
  Builder builder;
  builder.end();
  for (const int latency : {1, 5, 40}) {
    const Prediction result =
        predict(test::small_plan(), builder.program(), {latency, 1, 1, 1}, none_open);
    CHECK(result.cycles == 8u + latency);
    CHECK(result.counters[0] == result.cycles);
    CHECK(result.counters[8] == 1);
  }
}

TEST_CASE("CycleModel.AStepTakesItsPositionsButNeverLessThanTheShortestStep") {
  for (const int columns : {1, 3, 4, 5, 30}) {
    const Prediction one = predict_block({.columns = columns, .steps = 1});
    const Prediction two = predict_block({.columns = columns, .steps = 2});
    CHECK(two.cycles - one.cycles == static_cast<unsigned>(std::max(columns, 4)));
    CHECK(two.counters[1] - one.counters[1] == static_cast<unsigned>(columns));
    CHECK(two.counters[7] - one.counters[7] == static_cast<unsigned>(std::max(4 - columns, 0)));
  }
}

TEST_CASE("CycleModel.OnePositionMoreIsIssuedOnceAndDrainedInTwoCycles") {
  const Prediction less = predict_block({.columns = 8});
  const Prediction more = predict_block({.columns = 9});
  CHECK(more.cycles - less.cycles == 1 + 2);
  CHECK(more.counters[9] - less.counters[9] == 1);
}

TEST_CASE("CycleModel.SlowWritesSetThePace") {
  // 16 words, one each 10 cycles: the last leaves 150 cycles after the first
  const Prediction fast = predict_block({.columns = 16}, {1, 1, 1, 2});
  const Prediction slow = predict_block({.columns = 16}, {1, 1, 1, 10});
  CHECK(fast.cycles + 15 * 8 == slow.cycles);
}

TEST_CASE("CycleModel.SlowerMemoryIsNeverFaster") {
  std::uint64_t before = 0;
  for (const int latency : {1, 2, 5, 20, 100}) {
    const Prediction result = predict_block({.columns = 8, .steps = 3}, {latency, 1, latency, 1});
    CHECK(result.cycles > before);
    before = result.cycles;
  }
}

TEST_CASE("CycleModel.OpenPositionsPayForTheConditionalPassClosedOnesDoNot") {
  const OneBlock block{.rows = 2, .columns = 8, .steps = 1, .conditional_groups = 3};
  const Prediction closed = predict_block(block, {}, none_open);
  CHECK(closed.counters[1] == 16);
  CHECK(closed.counters[2] == 0);
  CHECK(closed.counters[3] == 16);

  const Prediction open = predict_block(block, {}, all_open);
  CHECK(open.counters[1] == 4 * 16);
  CHECK(open.counters[2] == 16);
  CHECK(open.counters[3] == 0);
  // All open: three conditional steps of 16 cycles. All closed: the first of them ends when the
  // last decision is known, 12 cycles (the datapath and one) after the base step, and the weights
  // of the other two are passed over in a cycle each.
  CHECK(open.cycles - closed.cycles == 3 * 16 - (12 + 2));
}

TEST_CASE("CycleModel.GatesAreAskedForOnceInTheLayersCoordinates") {
  std::multiset<std::tuple<int, int, int, int>> asked, wanted;
  const auto source = [&](int layer, int block, int y, int x) {
    asked.emplace(layer, block, y, x);
    return x % 2 == 0;
  };
  predict_block({.rows = 2, .columns = 3, .conditional_groups = 1, .first_row = 7}, {}, source);
  for (int y = 7; y < 9; ++y) {
    for (int x = 0; x < 3; ++x) wanted.emplace(0, 0, y, x);
  }
  CHECK(asked == wanted);
}

TEST_CASE("CycleModel.LayersAreSeenInTheCycleAfterTheirCommand") {
  // The command is complete in cycle 5 with latency 1; decoding and waiting take 2 cycles, its
  // words 21, handing on 1; the registers show it one later.
  const Prediction result = predict_block({});
  REQUIRE(result.layer_cycles.size() == 1);
  CHECK(result.layer_cycles[0] == 5 + 1 + 2 + 21 + 1);
}

TEST_CASE("CycleModel.ProgramsThatCannotRunAreRefused") {
  const Plan plan = test::small_plan();
  Builder illegal;
  illegal.command({9});
  CHECK_THROWS_AS(predict(plan, illegal.program(), {}, none_open), PredictionError);

  Builder endless;
  endless.fetch(kWord);
  CHECK_THROWS_AS(predict(plan, endless.program(), {}, none_open), PredictionError);

  Builder starving;  // a RUN whose weights nobody fetches
  starving.layer({});
  starving.run({});
  starving.end();
  CHECK_THROWS_AS(predict(plan, starving.program(), {}, none_open), PredictionError);

  Builder ungrouped;  // gated, but nothing is conditional: the sequencer would never leave the pass
  ungrouped.command({3, 2});
  CHECK_THROWS_AS(predict(plan, ungrouped.program(), {}, none_open), PredictionError);
}

}  // namespace sluice::cycles
