// SPDX-License-Identifier: Apache-2.0
// Accesses of memories and arithmetic of one block, counted by hand. That they are those of the RTL
// is shown by the random networks (tests/templates/simulated).
#include "generator/cycle_model/accesses.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "generator/cycle_model/cycle_model.h"
#include "tests/generator/cycle_model/small_plan.h"

namespace sluice::cycles {
namespace {

constexpr int kWord = test::kSmallPlanWord;
constexpr int kPositions = 8;

/// Of a LAYER command.
enum Flags { kGated = 2, kPerOutput = 4, kKeep = 8, kLocal = 256 };

/// FETCH, LAYER, LOAD of three words, FILL of five, RUN over eight positions, END, and a record:
/// two steps in the base pass, two in the conditional one, four valid columns.
compiler::Program program_of(std::uint32_t flags) {
  std::vector<std::vector<std::uint32_t>> commands = {
      {4, 6 * kWord, 0, 0, 1, 1, 1}, {3}, {1, 0, 0, 0, 3}, {2, 0, 0, 32, 5}};
  commands.push_back({5, 0, 0, 0, 1 | kPositions << 16});
  commands.push_back({6});
  std::vector<std::uint32_t>& layer = commands[1];
  layer.resize(21);
  layer[1] = flags;
  layer[7] = 1 | ((flags & kGated) != 0 ? 1u << 16 : 0u);
  layer[8] = 1 | 2 << 16;
  layer[11] = 1 | kPositions << 16;
  layer[14] = 4;  // bytes of an output position
  layer[18] = 1;
  compiler::Program program;
  program.image = compiler::MemoryImage(8 * kWord);
  for (std::size_t c = 0; c < commands.size(); ++c) {
    for (std::size_t w = 0; w < commands[c].size(); ++w) {
      for (int b = 0; b < 4; ++b) {
        program.image[c * kWord + 4 * w + b] = static_cast<std::uint8_t>(commands[c][w] >> 8 * b);
      }
    }
  }
  program.image[6 * kWord + test::small_plan().info_entry * 8 + 4] = 4;
  compiler::LayerProgram described;
  described.gated = (flags & kGated) != 0;
  described.runs = {{0, 1}};
  program.layers = {described};
  return program;
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

Prediction predict_block(std::uint32_t flags, Stepping stepping = Stepping::kEvents) {
  const Prediction prediction =
      predict(test::small_plan(), program_of(flags), {3, 2, 4, 3}, three_open, stepping);
  REQUIRE(prediction.layer_accesses.size() == 1);
  return prediction;
}

// Outputs fill one memory word: 8 positions of 4 bytes. LOAD and FILL write 8 words of 32 atoms.
TEST_CASE("Accesses.OfADenseBlockAreThoseCountedByHand") {
  const Prediction prediction = predict_block(kKeep);
  check(prediction.layer_accesses[0], {{MemoryKind::kActivation, 8 * 2, 8 * 32},
                                       {MemoryKind::kWeight, 2 * 4, 1},
                                       // 8 positions read in the second step, and to be drained
                                       {MemoryKind::kAccumulator, 2 * 8 * 4, 2 * 8 * 4},
                                       // 2 entries and 4 thresholds, then one for each output
                                       {MemoryKind::kHeader, 2 + 4 + 8 * 4, 1 + 2},
                                       {MemoryKind::kReadAddress, 0, 1 + 2},
                                       {MemoryKind::kWriteAddress, 0, 1}});
  // FETCH, LOAD, FILL and RUN with 6 operands, LAYER with 20, END
  check(prediction.command_accesses,
        {{MemoryKind::kCommand, 4 * 7 + 21 + 1, 6}, {MemoryKind::kReadAddress, 0, 6}});
  const Work& work = prediction.layer_work[0];
  CHECK(work.products_of(8) == 8 * 2 * 4 * 4);
  CHECK(work.accumulations == 8 * 2 * 4);
  CHECK(work.gate_decisions == 0);
  CHECK(work.requantisations == 8 * 4);
}

TEST_CASE("Accesses.OfAGatedBlockAreThoseCountedByHand") {
  const Prediction prediction = predict_block(kKeep | kGated | kLocal);
  // Three positions go through two more steps
  const std::uint64_t issued = 8 * 2 + 3 * 2;
  check(prediction.layer_accesses[0], {// the outputs are 8 atoms
                                       {MemoryKind::kActivation, issued, 8 * 32 + 8},
                                       {MemoryKind::kWeight, 4 * 4, 1},
                                       {MemoryKind::kAccumulator, issued * 4, issued * 4},
                                       {MemoryKind::kOpenList, 3 * 2, 3},
                                       {MemoryKind::kGateMask, 8, 8},
                                       {MemoryKind::kHeader, 2 + 4 + 8 * 4, 1 + 2},
                                       {MemoryKind::kReadAddress, 0, 1 + 2}});
  const Work& work = prediction.layer_work[0];
  CHECK(work.products_of(8) == issued * 4 * 4);
  CHECK(work.accumulations == issued * 4);
  CHECK(work.gate_decisions == 8 * 4);
  CHECK(work.requantisations == 8 * 4);
}

TEST_CASE("Accesses.OfAClosedOutputDoNotTouchItsSum") {
  const Prediction prediction = predict_block(kKeep | kGated | kPerOutput);
  // 1 + 2 + 3 open outputs in each of two steps
  CHECK(prediction.accesses.writes_of(MemoryKind::kAccumulator) == 8 * 2 * 4 + 6 * 2);
  CHECK(prediction.accesses.reads_of(MemoryKind::kAccumulator) == 8 * 2 * 4 + 6 * 2);
  CHECK(prediction.accesses.reads_of(MemoryKind::kActivation) == 8 * 2 + 3 * 2);
}

TEST_CASE("Accesses.OfLayersAndCommandsAddUp") {
  for (const int flags : {int{kKeep}, kKeep | kGated, kKeep | kGated | kLocal}) {
    const Prediction prediction = predict_block(flags);
    Accesses sum = prediction.command_accesses;
    sum += prediction.layer_accesses[0];
    CHECK(sum == prediction.accesses);
    CHECK(prediction.layer_work[0] == prediction.work);
    CHECK(predict_block(flags, Stepping::kEveryCycle) == prediction);
  }
}

}  // namespace
}  // namespace sluice::cycles
