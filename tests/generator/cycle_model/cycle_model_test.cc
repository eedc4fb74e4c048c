// SPDX-License-Identifier: Apache-2.0
// Small programs made by hand, whose cycles can be counted with docs/03_design/timing.md. That
// the model equals the RTL is shown by `sluice verify`.
#include "generator/cycle_model/cycle_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "tests/generator/cycle_model/hand_made.h"

namespace sluice::cycles {
namespace {

using test::HandMadeLayer;
using test::ImageWriter;

int none_open(int, int, int, int) { return 0; }
int all_open(int, int, int, int) { return 1; }

Prediction predict_on(const Plan& plan, const HandMadeLayer& layer,
                      const GateSource& open = none_open, const MemoryTiming& memory = {}) {
  return predict(plan, test::hand_made_program(plan, layer), memory, open);
}

Prediction predict_block(const HandMadeLayer& layer, const MemoryTiming& memory = {},
                         const GateSource& open = none_open) {
  return predict_on(test::small_plan(), layer, open, memory);
}

/// Gates, three conditional steps for each block of a record.
HandMadeLayer folded(int fold) {
  return {.columns = 8,
          .conditional_walks = 1,
          .conditional_steps = 3,
          .fold = fold,
          .record_blocks = 1 << fold};
}

}  // namespace

TEST_CASE("CycleModel.AnEmptyProgramTakesEightCyclesAndOneRead") {
  const Plan plan = test::small_plan();
  ImageWriter writer(plan);
  writer.end();
  for (const int latency : {1, 5, 40}) {
    const Prediction result = predict(plan, writer.program(), {latency, 1, 1, 1}, none_open);
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
  const HandMadeLayer block{.rows = 2, .columns = 8, .conditional_walks = 3};
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
  predict_block({.rows = 2, .columns = 3, .first_row = 7, .conditional_walks = 1}, {}, source);
  for (int y = 7; y < 9; ++y) {
    for (int x = 0; x < 3; ++x) wanted.emplace(0, 0, y, x);
  }
  CHECK(asked == wanted);
}

TEST_CASE("CycleModel.EmptyPlacesOfARecordAreClosedWithoutAsking") {
  std::multiset<std::tuple<int, int, int, int>> asked, wanted;
  const auto source = [&](int layer, int block, int y, int x) {
    asked.emplace(layer, block, y, x);
    return 1;
  };
  const HandMadeLayer layer{.columns = 4,
                            .conditional_walks = 1,
                            .fold = 1,
                            .record_blocks = 2,
                            .records = 2,
                            .blocks = {{0, 4}, {8, 4}, {4, 4}, {0, 0}}};
  const Prediction result = predict_on(test::small_plan(4), layer, source);
  for (const int block : {0, 1, 2}) {
    for (int x = 0; x < 4; ++x) wanted.emplace(0, block, 0, x);
  }
  CHECK(asked == wanted);
  CHECK(result.counters[2] == 3 * 4);
  CHECK(result.counters[3] == 4);
}

TEST_CASE("CycleModel.SumsPassTheLevelsOfTheTreeThatTheirBlockNeeds") {
  const Plan plan = test::small_plan(4);
  std::uint64_t before = 0;
  for (const int fold : {2, 1, 0}) {
    const Prediction dense = predict_on(plan, {.fold = fold});
    if (fold != 2) CHECK(dense.cycles == before + 1);
    before = dense.cycles;
    // The decision comes a level later as well; the sums of a gated tile pass all levels
    const HandMadeLayer gated{.columns = 8, .conditional_walks = 1, .fold = fold};
    const Prediction closed = predict_on(plan, gated);
    const Prediction unfolded = predict_on(plan, {.columns = 8, .conditional_walks = 1});
    CHECK(unfolded.cycles - closed.cycles == static_cast<unsigned>(fold));
    CHECK(unfolded.counters[6] - closed.counters[6] == static_cast<unsigned>(fold));
  }
}

TEST_CASE("CycleModel.BlocksOfARecordGoThroughTheConditionalPassOneAfterTheOther") {
  const Plan plan = test::small_plan(4);
  HandMadeLayer layer = folded(2);
  layer.columns = 16;
  const auto some_open = [](int, int block, int, int) { return block % 2 == 0 ? 4 : 0; };
  const Prediction closed = predict_on(plan, layer, none_open);
  const Prediction open = predict_on(plan, layer, some_open);
  CHECK(closed.counters[3] == 4 * 16);
  CHECK(open.counters[2] == 2 * 16);
  CHECK(open.counters[3] == 2 * 16);
  CHECK(open.counters[1] == 16 + 2 * 3 * 16);
  // Block 0's first step takes all positions, or ends 12 cycles (the datapath and one) after the
  // base step; the other steps take a cycle where nothing is open. Blocks 1 and 3 are passed over.
  CHECK(open.cycles - closed.cycles == (16 - 12) + (2 + 3) * (16 - 1));
}

TEST_CASE("CycleModel.AStepOfALaterBlockTakesItsOpenPositionsButNeverLessThanTheShortestStep") {
  const Plan plan = test::small_plan(4);
  const Prediction closed = predict_on(plan, folded(2), none_open);
  for (const int open : {1, 2, 3, 4, 5, 8}) {
    const Prediction result = predict_on(plan, folded(2), [open](int, int block, int, int x) {
      return block == 2 && x < open ? 1 : 0;
    });
    CHECK(result.cycles - closed.cycles == static_cast<unsigned>(3 * (std::max(open, 4) - 1)));
  }
}

TEST_CASE("CycleModel.AKeptRecordIsLeftAfterItsLastOpenBlock") {
  const Plan plan = test::small_plan(4);
  HandMadeLayer layer = folded(2);
  layer.columns = 16;
  layer.tile_columns = 8;
  const auto in_first_tile = [](int open_block) {
    return [open_block](int, int block, int, int x) { return block == open_block && x < 8; };
  };
  const Prediction closed = predict_on(plan, layer, none_open);
  // Two more steps of block 0, then three of block 1, or of 2 after passing over those of 1
  CHECK(predict_on(plan, layer, in_first_tile(0)).cycles - closed.cycles == 2 * 8);
  CHECK(predict_on(plan, layer, in_first_tile(1)).cycles - closed.cycles == 2 + 3 * 8);
  CHECK(predict_on(plan, layer, in_first_tile(2)).cycles - closed.cycles == 2 + 3 + 3 * 8);
}

TEST_CASE("CycleModel.TheGatesStepWaitsForItsThresholds") {
  const Plan plan = test::small_plan(4);
  // The first step begins four cycles after the header is taken at the earliest; with four blocks,
  // the last of eight entries is read nine cycles after it
  const auto stalls = [&plan](int fold, int steps) {
    HandMadeLayer layer = folded(fold);
    layer.steps = steps;
    layer.columns = 4;
    return predict_on(plan, layer, none_open).counters[4];
  };
  CHECK(stalls(1, 1) - stalls(0, 1) == 2);
  CHECK(stalls(2, 1) - stalls(0, 1) == 6);
  CHECK(stalls(2, 2) - stalls(0, 2) == 2);
  CHECK(stalls(2, 3) == stalls(0, 3));
}

TEST_CASE("CycleModel.TheTileAfterAGatedOneWaitsForTheTree") {
  const Plan plan = test::small_plan(16);
  const auto short_stalls = [&plan](int fold, bool gated) {
    HandMadeLayer layer = folded(fold);
    layer.record_blocks = 1;
    if (!gated) layer.conditional_walks = 0;
    layer.columns = 16;
    layer.tile_columns = 8;
    return predict_on(plan, layer, none_open).counters[7];
  };
  CHECK(short_stalls(1, true) == short_stalls(0, true));
  CHECK(short_stalls(2, true) == short_stalls(0, true) + 1);
  CHECK(short_stalls(4, true) == short_stalls(0, true) + 3);
  CHECK(short_stalls(4, false) == short_stalls(0, false));
}

TEST_CASE("CycleModel.UnitsAreDrainedInAsManyChunksAsTheirChannelsNeed") {
  const Plan plan = test::small_plan(4);
  const auto drained = [&plan](int unit_blocks, int units, int channels) {
    return predict_on(plan, {.columns = 8,
                             .fold = 2,
                             .record_blocks = 4,
                             .unit_blocks = unit_blocks,
                             .units = units,
                             .channels = channels});
  };
  // Two channels a cycle, at eight positions; each output a memory word of its own
  const Prediction one = drained(4, 1, 16);
  CHECK(one.counters[9] == 8);
  CHECK(drained(1, 4, 4).cycles == one.cycles);
  CHECK(drained(1, 4, 4).counters[9] == 4 * 8);
  CHECK(drained(2, 2, 8).counters[9] == 2 * 8);
  CHECK(one.cycles - drained(4, 1, 13).cycles == 8);
  CHECK(one.cycles - drained(4, 1, 12).cycles == 2 * 8);
  CHECK(one.cycles - drained(1, 3, 4).cycles == 2 * 8);
}

TEST_CASE("CycleModel.LayersAreSeenInTheCycleAfterTheirCommand") {
  // The command is complete in cycle 5 with latency 1; decoding and waiting take 2 cycles, its
  // words 32, handing on 1; the registers show it one later.
  const Prediction result = predict_block({});
  REQUIRE(result.layer_cycles.size() == 1);
  CHECK(result.layer_cycles[0] == 5 + 1 + 2 + 32 + 1);
}

TEST_CASE("CycleModel.ProgramsThatCannotRunAreRefused") {
  const Plan plan = test::small_plan();
  const auto refused = [&plan](const compiler::Program& program) {
    CHECK_THROWS_AS(predict(plan, program, {}, none_open), PredictionError);
  };
  ImageWriter illegal(plan);
  illegal.command(9);
  refused(illegal.program());

  ImageWriter endless(plan);
  endless.fetch({}, 1);
  refused(endless.program());

  ImageWriter starving(plan);  // a RUN whose weights nobody fetches
  starving.layer({});
  starving.run({});
  starving.end();
  refused(starving.program());

  // Gated, but nothing is conditional: the sequencer would never leave the pass
  refused(test::hand_made_program(plan, {.conditional_walks = 1, .conditional_steps = 0}));
  // The design has one segment
  refused(test::hand_made_program(plan, {.fold = 1}));
  refused(test::hand_made_program(plan, {.record_blocks = 0}));
  refused(test::hand_made_program(plan, {.record_blocks = 2}));
  refused(test::hand_made_program(plan, {.unit_blocks = 0}));
  refused(test::hand_made_program(plan, {.units = 0}));
  refused(test::hand_made_program(plan, {.channels = 0}));

  // Gates of blocks that the tables do not have
  refused(
      test::hand_made_program(plan, {.conditional_walks = 1, .records = 2, .blocks = {{0, 4}}}));
}

}  // namespace sluice::cycles
