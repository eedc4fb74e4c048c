// SPDX-License-Identifier: Apache-2.0
// Accesses of memories and arithmetic of one block, counted by hand. That they are those of the RTL
// is shown by the random networks (tests/templates/simulated).
#include "generator/cycle_model/accesses.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "generator/cycle_model/cycle_model.h"
#include "tests/generator/cycle_model/hand_made.h"

namespace sluice::cycles {
namespace {

using test::HandMadeLayer;
using test::ImageWriter;

constexpr int kPositions = 8;

/// Outputs of eight positions fill one memory word.
HandMadeLayer dense() { return {.columns = kPositions, .steps = 2, .out_column_step = 4}; }

HandMadeLayer gated() {
  HandMadeLayer layer = dense();
  layer.conditional_walks = 1;
  layer.conditional_steps = 2;
  return layer;
}

/// FETCH, LAYER, LOAD of three words, FILL of five, RUN, END, and the records.
compiler::Program program_of(const Plan& plan, const HandMadeLayer& layer) {
  ImageWriter writer(plan);
  writer.fetch(layer, 6);
  writer.layer(layer);
  writer.load(3);
  writer.fill(5);
  writer.run(layer);
  writer.end();
  writer.records(layer);
  return writer.program(layer);
}

/// Positions 1, 4 and 5 are open, with one, two and three output channels.
int three_open(int, int, int, int x) { return x == 1 ? 1 : x == 4 ? 2 : x == 5 ? 3 : 0; }

struct Count {
  MemoryKind kind;
  std::uint64_t reads, writes;
};

void check(const Accesses& accesses, const std::vector<Count>& expected) {
  Accesses all;
  for (const Count& count : expected) {
    all.reads_of(count.kind) = count.reads;
    all.writes_of(count.kind) = count.writes;
  }
  for (int k = 0; k < kMemoryKinds; ++k) {
    INFO(text_of(static_cast<MemoryKind>(k)));
    CHECK(accesses.reads[k] == all.reads[k]);
    CHECK(accesses.writes[k] == all.writes[k]);
  }
}

Prediction predict_block(const HandMadeLayer& layer, const Plan& plan = test::small_plan(),
                         const GateSource& open = three_open) {
  const Prediction prediction = predict(plan, program_of(plan, layer), {3, 2, 4, 3}, open);
  REQUIRE(prediction.layer_accesses.size() == 1);
  return prediction;
}

// Outputs fill one memory word: 8 positions of 4 bytes. LOAD and FILL write 8 words of 32 atoms.
TEST_CASE("Accesses.OfADenseBlockAreThoseCountedByHand") {
  const Prediction prediction = predict_block(dense());
  check(prediction.layer_accesses[0], {{MemoryKind::kActivation, 8 * 2, 8 * 32},
                                       {MemoryKind::kWeight, 2 * 4, 1},
                                       // 8 positions read in the second step, and to be drained
                                       {MemoryKind::kAccumulator, 2 * 8 * 4, 2 * 8 * 4},
                                       {MemoryKind::kHeader, 2, 1},
                                       // one for each output; a word fills both memories
                                       {MemoryKind::kParameter, 8 * 4, 2},
                                       {MemoryKind::kReadAddress, 0, 1 + 2},
                                       {MemoryKind::kWriteAddress, 0, 1}});
  // FETCH, LOAD, FILL and RUN with 6 operands, LAYER with 31, END
  check(prediction.command_accesses,
        {{MemoryKind::kCommand, 4 * 7 + 32 + 1, 6}, {MemoryKind::kReadAddress, 0, 6}});
  const Work& work = prediction.layer_work[0];
  CHECK(work.products_of(8) == 8 * 2 * 4 * 4);
  CHECK(work.accumulations == 8 * 2 * 4);
  CHECK(work.gate_decisions == 0);
  CHECK(work.requantisations == 8 * 4);
}

TEST_CASE("Accesses.OfAGatedBlockAreThoseCountedByHand") {
  HandMadeLayer layer = gated();
  layer.local = true;
  const Prediction prediction = predict_block(layer);
  // Three positions go through two more steps
  const std::uint64_t issued = 8 * 2 + 3 * 2;
  check(prediction.layer_accesses[0], {// the outputs are 8 atoms
                                       {MemoryKind::kActivation, issued, 8 * 32 + 8},
                                       {MemoryKind::kWeight, 4 * 4, 1},
                                       {MemoryKind::kAccumulator, issued * 4, issued * 4},
                                       {MemoryKind::kOpenPositions, 3 * 2, 8},
                                       {MemoryKind::kGateMask, 8, 8},
                                       // 2 entries with 2 thresholds each
                                       {MemoryKind::kHeader, 2 + 2, 1},
                                       {MemoryKind::kParameter, 8 * 4, 2},
                                       {MemoryKind::kReadAddress, 0, 1 + 2}});
  const Work& work = prediction.layer_work[0];
  CHECK(work.products_of(8) == issued * 4 * 4);
  CHECK(work.accumulations == issued * 4);
  CHECK(work.gate_decisions == 8 * 4);
  CHECK(work.requantisations == 8 * 4);
}

TEST_CASE("Accesses.OfAClosedOutputDoNotTouchItsSum") {
  HandMadeLayer layer = gated();
  layer.per_output = true;
  const Prediction prediction = predict_block(layer);
  // 1 + 2 + 3 open outputs in each of two steps
  CHECK(prediction.accesses.writes_of(MemoryKind::kAccumulator) == 8 * 2 * 4 + 6 * 2);
  CHECK(prediction.accesses.reads_of(MemoryKind::kAccumulator) == 8 * 2 * 4 + 6 * 2);
  CHECK(prediction.accesses.reads_of(MemoryKind::kActivation) == 8 * 2 + 3 * 2);
}

/// A record of four places, two of them empty, in two windows: one unit of seven channels.
HandMadeLayer folded() {
  HandMadeLayer layer = gated();
  layer.steps = 3;
  layer.conditional_walks = 2;
  layer.conditional_steps = 3;
  layer.fold = 2;
  layer.windows = 1;
  layer.record_blocks = 4;
  layer.unit_blocks = 2;
  layer.channels = 7;
  layer.step_slots = 2;
  layer.conditional_last_slots = 3;
  layer.out_column_step = 16;
  layer.blocks = {{0, 4}, {4, 3}, {0, 0}, {0, 0}};
  return layer;
}

// Eight segments of four rows, eight slots. Only block 1 has open positions.
TEST_CASE("Accesses.OfARecordOfSeveralBlocksAreThoseCountedByHand") {
  const Prediction prediction = predict_block(
      folded(), test::small_plan(8),
      [](int, int block, int, int x) { return block == 1 ? three_open(0, 0, 0, x) : 0; });
  const std::uint64_t base = 8 * 3, open = 3 * 6;
  check(prediction.layer_accesses[0],
        {// two windows of 2, 2 and 1 atoms; 8, 8 and 3 in each of two groups
         {MemoryKind::kActivation, 8 * 2 * 5 + 3 * 2 * 19, 8 * 32},
         // block 0 takes one step to see that it has nothing to do, the empty ones none
         {MemoryKind::kWeight, (3 + 1 + 6) * 4, 27},
         // two base steps add; the unit's two blocks are drained
         {MemoryKind::kAccumulator, 8 * 2 * 16 + open * 4 + 8 * 8, base * 16 + open * 4},
         {MemoryKind::kOpenPositions, open, 8},
         {MemoryKind::kGateMask, 8, 8},
         // 8 entries with two thresholds each
         {MemoryKind::kHeader, 2 + 8, 2},
         // four chunks a position
         {MemoryKind::kParameter, 8 * 4 * 2, 4 * 2},
         // header and weights of 6 and 27 words in bursts of four
         {MemoryKind::kReadAddress, 0, 1 + 2 + 7},
         {MemoryKind::kWriteAddress, 0, 1}});
  const Work& work = prediction.layer_work[0];
  CHECK(work.products_of(8) == (base + open) * 4 * 32);
  CHECK(work.accumulations == base * 16 + open * 4);
  CHECK(work.gate_decisions == 8 * 16);
  CHECK(work.requantisations == 8 * 4 * 2);
}

TEST_CASE("Accesses.OfWindowsThatShareAtomsReadThemOnce") {
  HandMadeLayer layer = folded();
  const auto reads = [&] {
    return predict_block(layer, test::small_plan(8), [](int, int, int, int) { return 0; })
        .layer_accesses[0]
        .reads_of(MemoryKind::kActivation);
  };
  CHECK(reads() == 8 * 2 * 5);
  layer.window_step = 1;  // 3, 3 and 2 atoms, not 4, 4 and 2
  CHECK(reads() == 8 * 8);
  layer.window_step = 2;
  CHECK(reads() == 8 * 2 * 5);
}

TEST_CASE("Accesses.OfEachUnitReadTheMaskOnce") {
  HandMadeLayer layer = folded();
  layer.unit_blocks = 1;
  layer.units = 2;
  layer.channels = 4;
  const Prediction prediction = predict_block(layer, test::small_plan(8));
  CHECK(prediction.accesses.reads_of(MemoryKind::kGateMask) == 8 * 2);
  CHECK(prediction.accesses.writes_of(MemoryKind::kGateMask) == 8);
}

TEST_CASE("Accesses.OfALayerAndCommandsAddUp") {
  HandMadeLayer local = gated();
  local.local = true;
  for (const HandMadeLayer& layer : {dense(), gated(), local}) {
    const Prediction prediction = predict_block(layer);
    Accesses sum = prediction.command_accesses;
    sum += prediction.layer_accesses[0];
    CHECK(sum == prediction.accesses);
    CHECK(prediction.layer_work[0] == prediction.work);
  }
}

}  // namespace
}  // namespace sluice::cycles
