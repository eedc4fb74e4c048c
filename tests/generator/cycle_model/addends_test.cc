// SPDX-License-Identifier: Apache-2.0
// Layers made by hand that add another map: cycles, words and requests that can be counted with
// docs/03_design/timing.md. That the model equals the RTL is shown by `sluice verify`.
#include "generator/cycle_model/addends.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "generator/cycle_model/cycle_model.h"
#include "tests/generator/cycle_model/hand_made.h"

namespace sluice::cycles {
namespace {

using test::HandMadeLayer;
using test::ImageWriter;

int none_open(int, int, int, int) { return 0; }

Plan without_additions() {
  Config config = test::small_plan().config;
  config.additions = false;
  return make_plan(config);
}

Prediction predict_on(const Plan& plan, const HandMadeLayer& layer,
                      const MemoryTiming& memory = {}) {
  return predict(plan, test::hand_made_program(plan, layer), memory, none_open);
}

/// The layer with the addition of another map, and its ADDITION command alone.
struct Both {
  Prediction with, without;
  std::uint64_t wait() const { return with.cycles - without.cycles; }
  std::uint64_t words() const { return with.counters[8] - without.counters[8]; }
  std::uint64_t requests() const {
    return with.layer_accesses[0].writes_of(MemoryKind::kReadAddress) -
           without.layer_accesses[0].writes_of(MemoryKind::kReadAddress);
  }
};

Both both(HandMadeLayer layer, const MemoryTiming& memory = {},
          const Plan& plan = test::small_plan()) {
  layer.addition = true;
  const Prediction without = predict_on(plan, layer, memory);
  layer.add = true;
  return {predict_on(plan, layer, memory), without};
}

TEST_CASE("Addends.OutputsOfADesignWithAdditionsPassFiveStagesMore") {
  for (const bool gated : {false, true}) {
    const HandMadeLayer layer{.conditional_walks = gated ? 1 : 0};
    CHECK(predict_on(test::small_plan(), layer).cycles ==
          predict_on(without_additions(), layer).cycles + 5);
  }
}

TEST_CASE("Addends.AnAdditionCommandTakesElevenCycles") {
  const Plan plan = test::small_plan();
  const Prediction with = predict_on(plan, {.addition = true}), without = predict_on(plan, {});
  CHECK(with.layer_cycles[0] == without.layer_cycles[0] + 11);
  CHECK(with.cycles == without.cycles + 11);
  // Its opcode and six words
  CHECK(with.command_accesses.reads_of(MemoryKind::kCommand) ==
        without.command_accesses.reads_of(MemoryKind::kCommand) + 7);
}

TEST_CASE("Addends.AnAdditionCommandWaitsForRuns") {
  const Plan plan = test::small_plan();
  const HandMadeLayer layer{.columns = 64, .steps = 20};
  const auto cycles = [&](bool addition) {
    ImageWriter writer(plan);
    writer.layer(layer);
    writer.fetch(layer, addition ? 5 : 4);
    writer.run(layer);
    if (addition) writer.addition();
    writer.end();
    writer.records(layer);
    return predict(plan, writer.program(layer), {}, none_open).cycles;
  };
  // Behind the wait: 7 operands and handing on, then END is seen, decoded, waits and finishes; END
  // alone finishes a cycle later, with the last acknowledgement
  CHECK(cycles(true) == cycles(false) + 8 + 4 - 1);
}

TEST_CASE("Addends.AMapOfOnePositionIsReadOnceForATileWhereItIsOneWord") {
  CHECK(both({.columns = 8, .steps = 8}).words() == 8);
  CHECK(both({.vector = true, .columns = 8, .steps = 8}).words() == 1);
  CHECK(both({.vector = true, .rows = 4, .columns = 8, .tile_rows = 1, .steps = 8}).words() == 4);
}

TEST_CASE("Addends.WordsThatAreThereInTimeCostNothing") {
  CHECK(both({.columns = 8, .steps = 8}).wait() == 0);
  CHECK(both({.columns = 8, .steps = 8, .out_column_step = 126}).wait() == 0);
  CHECK(both({.rows = 4, .columns = 8, .tile_rows = 1, .steps = 8}).wait() == 0);
}

// The tile starts in cycle t. Its word is looked at in t + 2 and asked for in the next cycle, is on
// its way from t + 4 on and may be a chunk's in t + 7 + latency. The tile is left in t + 4, its
// sums are complete 11 cycles later, and requantised in t + 24.
TEST_CASE("Addends.OutputsWaitForWordsThatAreLate") {
  for (const int latency : {1, 16, 17, 18, 25, 35}) {
    const std::uint64_t late = std::max(latency - 17, 0);
    CHECK(both({.columns = 1}, {latency, 1, 1, 1}).wait() == late);
  }
}

// The request is made when the tile's last word has been looked at: one cycle later with a second
// position, two if that lies in two words. The second word comes an interval after the first; the
// third chunk needs it, two cycles after the one that takes the first word.
TEST_CASE("Addends.AChunkInTwoWordsWaitsForBoth") {
  for (const int interval : {1, 2, 3, 4}) {
    const MemoryTiming memory{25, interval, 1, 1};
    const HandMadeLayer one{.columns = 2, .out_column_step = 124},
        two{.columns = 2, .out_column_step = 127};
    CHECK(both(two, memory).words() == both(one, memory).words() + 1);
    CHECK(both(one, memory).wait() == 25 + 1 - 17);
    CHECK(both(two, memory).wait() == 25u + 2 - 17 + std::max(interval - 2, 0));
  }
}

struct Asked {
  int column_step;
  std::uint64_t words, requests;
};

TEST_CASE("Addends.EachWordOfATileIsAskedForOnceInBursts") {
  const Asked cases[] = {
      {4, 1, 1},    // all in one word
      {96, 6, 2},   // 0, 0, 1, 2, 3, 3, 4, 5: four, which are a burst, and two
      {127, 7, 2},  // each but the first reaches into the next word
      {128, 8, 2},  // one each
      {256, 8, 8},  // none beside another
  };
  for (const Asked& asked : cases) {
    INFO("step " << asked.column_step);
    const Both result = both({.columns = 8, .out_column_step = asked.column_step});
    CHECK(result.words() == asked.words);
    CHECK(result.requests() == asked.requests);
    const Accesses& accesses = result.with.layer_accesses[0];
    CHECK(accesses.writes_of(MemoryKind::kAddend) == asked.words);
    CHECK(accesses.reads_of(MemoryKind::kAddend) == asked.words);
    CHECK(result.without.accesses.writes_of(MemoryKind::kAddend) == 0);
  }
}

TEST_CASE("Addends.AnotherTileAsksForASharedWordAgain") {
  CHECK(both({.columns = 8, .tile_columns = 2, .out_column_step = 4}).words() == 4);
  CHECK(both({.columns = 8, .tile_columns = 2, .out_column_step = 4}).requests() == 4);
}

TEST_CASE("Addends.NarrowOutputsNeedTheBytesThatTheyLieIn") {
  Config config = test::small_plan().config;
  config.precisions = {8, 4, 2};
  config.rows = config.atom = 8;
  const Plan plan = make_plan(config);
  const auto words = [&plan](int width) {
    return both({.columns = 8, .output_width = width, .out_column_step = 127}, {}, plan).words();
  };
  CHECK(words(8) == 7);  // four bytes
  CHECK(words(4) == 7);  // two bytes: the last of 127 * 2 + 2 lies in the second word
  CHECK(words(2) == 7);  // one byte
}

TEST_CASE("Addends.NoMoreIsAskedForThanTheBufferHolds") {
  // 64 outputs in as many words, but room for eight: requests get shorter as words are given up
  const Both result = both({.columns = 64}, {200, 1, 1, 1});
  CHECK(result.words() == 64);
  CHECK(result.requests() >= 16);
  // At least seven round trips that nothing else hides
  CHECK(result.wait() > 7 * 200);
}

// One word at a time is on its way (less than a config allows, to be counted easily): each tile's
// is asked for 22 cycles after the last one's. A tile starts when the walk has taken the one two
// before it from the queue, and takes four cycles itself.
TEST_CASE("Addends.ATileWaitsForAPlaceInTheQueueOfTheWalk") {
  Config config = test::small_plan().config;
  config.columns = config.post = 2;
  config.memory.burst = config.memory.outstanding = 1;
  const Plan plan = make_plan(config);
  const auto stalls = [&plan](int tiles) {
    const HandMadeLayer layer{
        .addition = true, .add = true, .columns = tiles, .tile_columns = 1, .channels = 2};
    return predict_on(plan, layer, {20, 1, 1, 1}).counters[5];
  };
  for (int tiles = 10; tiles < 25; ++tiles) CHECK(stalls(tiles + 1) - stalls(tiles) == 22 - 4);
}

TEST_CASE("Addends.EachOutputOfALayerThatAddsIsOneMoreOperation") {
  const Both result = both({.columns = 8});
  CHECK(result.with.work.additions == 8 * 4);
  CHECK(result.with.work.requantisations == 8 * 4);
  CHECK(result.without.work.additions == 0);
}

TEST_CASE("Addends.ProgramsThatADesignCannotAddAreRefused") {
  const auto refused = [](const Plan& plan, const HandMadeLayer& layer) {
    CHECK_THROWS_AS(predict_on(plan, layer), PredictionError);
  };
  refused(test::small_plan(), {.local = true, .addition = true, .add = true});
  refused(without_additions(), {.addition = true});
  // There the flag is reserved
  CHECK(predict_on(without_additions(), {.add = true}) == predict_on(without_additions(), {}));
}

}  // namespace
}  // namespace sluice::cycles
