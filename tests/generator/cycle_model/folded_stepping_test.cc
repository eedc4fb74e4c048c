// SPDX-License-Identifier: Apache-2.0
// Passing over quiet cycles gives what stepping every cycle gives, in layers made by hand: every
// fold, records of any number of blocks, units and empty places, with addends or without.
//
// SLUICE_SEED sets the first seed (1 if not set), SLUICE_RUNS the number of comparisons.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "generator/cycle_model/cycle_model.h"
#include "generator/util/powers_of_two.h"
#include "tests/generator/cycle_model/hand_made.h"
#include "tests/support/repeat.h"

namespace sluice::cycles {
namespace {

using test::HandMadeLayer;

/// All of a comparison follows from the seed.
class CaseMaker {
 public:
  explicit CaseMaker(std::uint64_t seed) : random_(seed) {}

  Config config() {
    Config config;
    config.name = "folded";
    config.lanes = pick({1, 1, 2, 3});
    config.columns = pick({1, 2, 4, 8});
    config.segments = pick({1, 2, 4, 16, 64});
    config.rows = config.segments * pick({4, 8});
    config.dot = config.atom = 4;
    config.pe_stages = pick({1, 3});
    config.precisions = pick({0, 1}) == 0 ? std::vector<int>{8} : std::vector<int>{8, 4, 2};
    config.post = std::min(pick({1, 2, 4, 8}), config.columns * config.segments);
    config.accumulator.positions = 64;
    config.additions = random_() % 4 != 0;
    config.activation_table = random_() % 2 != 0;
    config.circulant = config.columns > 1 && random_() % 2 != 0;
    config.memory = {pick({16, 32, 128}), 32, pick({1, 2, 8}), pick({2, 4, 16})};
    return config;
  }

  HandMadeLayer layer(const Config& config) {
    HandMadeLayer layer;
    layer.per_output = random_() % 2;
    while (config.circulant && 2 << layer.circulant <= config.columns && random_() % 3 != 0) {
      ++layer.circulant;
    }
    layer.keep = random_() % 2;
    layer.local = random_() % 4 == 0;
    layer.add = config.additions && !layer.local && random_() % 2 == 0;
    layer.output_width = config.precisions.size() == 1 ? 8 : pick({8, 4, 2});
    layer.rows = between(1, 6);
    layer.columns = between(1, 12);
    layer.tile_rows = between(1, 6);
    layer.tile_columns = between(1, 10);
    layer.runs = between(1, 3);
    layer.steps = between(1, 4);
    layer.conditional_walks = between(0, 2);
    layer.conditional_steps = between(1, 4);
    while (2 << layer.fold <= config.segments && random_() % 4 != 0) ++layer.fold;
    layer.windows = between(0, layer.fold);
    layer.record_blocks = between(1, 1 << layer.fold);
    layer.records = between(1, 5);
    layer.unit_blocks = between(1, layer.record_blocks);
    layer.units = between(1, layer.record_blocks / layer.unit_blocks);
    layer.channels = between(1, layer.unit_blocks * config.columns);
    layer.step_slots = between(1, 8);
    layer.out_column_step = pick({1, 3, 16, 128});
    for (int b = 0; b < layer.records * layer.record_blocks; ++b) {
      layer.blocks.push_back({4 * b, pick({0, 1, 4, 4})});
    }
    return layer;
  }

  MemoryTiming memory() {
    return {pick({1, 2, 7, 20, 100}), pick({1, 1, 2, 5}), pick({1, 5, 30}), pick({1, 1, 3, 11})};
  }

  /// Blocks are open to different shares of their positions; one in four to none.
  GateSource gates() {
    const double share = pick({0, 2, 10, 30, 70, 100}) / 100.0;
    return [share, seed = random_()](int layer, int block, int y, int x) {
      const std::uint64_t of_block = hash(seed, {layer, block});
      if (of_block % 4 == 0) return 0;
      const std::uint64_t drawn = hash(of_block, {y, x});
      const bool open = static_cast<double>(drawn >> 40) < share * (1 << 24);
      return open ? 1 + static_cast<int>(drawn % 3) : 0;
    };
  }

 private:
  static std::uint64_t hash(std::uint64_t value, std::initializer_list<int> parts) {
    for (const int part : parts) {
      value = (value ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15ull;
      value ^= value >> 29;
    }
    return value;
  }
  int pick(std::initializer_list<int> list) { return list.begin()[random_() % list.size()]; }
  int between(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }

  std::mt19937_64 random_;
};

/// Weight buffers that hold a kept record, or little more than the steps and bursts in turn.
int weight_bytes(const Config& config, const HandMadeLayer& layer) {
  const auto step = static_cast<int>(config.columns * next_power_of_two(config.rows));
  const int burst = config.memory.bytes * config.memory.burst;
  const int conditional = layer.record_blocks * layer.conditional_walks * layer.conditional_steps;
  const int steps = layer.keep ? layer.steps + conditional : 1;
  return static_cast<int>(next_power_of_two(steps * step + 2 * burst + config.memory.bytes));
}

void compare(std::uint64_t seed) {
  CaseMaker maker(seed);
  Config config = maker.config();
  const HandMadeLayer layer = maker.layer(config);
  config.buffers = {4096, weight_bytes(config, layer)};
  const Plan plan = make_plan(config);
  const compiler::Program program = test::hand_made_program(plan, layer);
  const MemoryTiming memory = maker.memory();
  const GateSource open = maker.gates();
  INFO(fmt::format("repeat: SLUICE_SEED={} SLUICE_RUNS=1 build/unit 'FoldedStepping.*'\n", seed));
  const Prediction slow = predict(plan, program, memory, open, Stepping::kEveryCycle);
  const Prediction fast = predict(plan, program, memory, open, Stepping::kEvents);
  CHECK(fast.cycles == slow.cycles);
  CHECK(fast.counters == slow.counters);
  CHECK(fast.layer_events == slow.layer_events);
  CHECK(fast.layer_weight_words == slow.layer_weight_words);
  REQUIRE(fast == slow);
}

TEST_CASE("FoldedStepping.PassingOverQuietCyclesChangesNothing") {
  const std::uint64_t first = test::number_from("SLUICE_SEED", 1);
  const std::uint64_t runs = test::number_from("SLUICE_RUNS", 3000);
  for (std::uint64_t seed = first; seed < first + runs; ++seed) compare(seed);
  fmt::print("{} comparisons, seeds from {}\n", runs, first);
}

}  // namespace
}  // namespace sluice::cycles
