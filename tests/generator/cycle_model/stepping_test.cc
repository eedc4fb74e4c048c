// SPDX-License-Identifier: Apache-2.0
// Passing over quiet cycles gives what stepping every cycle gives: on random designs, networks,
// shares of open gates and memories.
//
// SLUICE_SEED sets the first seed (1 if not set), SLUICE_RUNS the number of comparisons.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <random>

#include "generator/compiler/compile.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/estimate/estimate.h"
#include "generator/estimate/list_network.h"
#include "tests/support/designs.h"
#include "tests/support/repeat.h"
#include "verif/run/random_case.h"

namespace sluice::cycles {
namespace {

/// Compares seed after seed until `runs` of them fitted their design.
void compare_seeds(std::uint64_t runs, bool (*same)(std::uint64_t seed)) {
  const std::uint64_t first = test::number_from("SLUICE_SEED", 1);
  runs = test::number_from("SLUICE_RUNS", runs);
  std::uint64_t compared = 0;
  for (std::uint64_t seed = first; compared < runs; ++seed) compared += same(seed) ? 1 : 0;
  fmt::print("{} comparisons, seeds from {}\n", compared, first);
}

std::string repeat_text(std::uint64_t seed) {
  return fmt::format("repeat: SLUICE_SEED={} SLUICE_RUNS=1 build/unit 'Stepping.*'\n", seed);
}

/// One comparison; all of it follows from the seed.
struct Case {
  Config config;
  compiler::Options options;
  MemoryTiming memory;
  double open = 0;
};

class CaseMaker {
 public:
  explicit CaseMaker(std::uint64_t seed) : random_(seed) {}

  Case make() {
    const auto& designs = test::designs();
    Case result;
    result.config = designs[random_() % designs.size()].config;
    fold(result.config, pick({1, 1, 4, 16}));
    result.config.lanes = pick({result.config.lanes, 1, 2, 3, 5, 16, 64});
    result.config.memory.outstanding = pick({result.config.memory.outstanding, 2, 16});
    result.options.gated = result.config.gating;
    result.options.local = random_() % 4 != 0;
    result.memory = {pick({1, 2, 3, 7, 20, 100, 400}), pick({1, 1, 1, 2, 5, 17}),
                     pick({1, 2, 5, 30, 300}), pick({1, 1, 1, 2, 3, 11})};
    result.open = pick({0, 5, 15, 15, 30, 50, 85, 100}) / 100.0;
    return result;
  }

 private:
  /// A lane so many times as long, whose rows fold into what it was.
  static void fold(Config& config, int segments) {
    const auto rows = static_cast<unsigned>(config.rows);
    constexpr unsigned kMost = 1024;  // rows of a design
    if (config.segments != 1 || !std::has_single_bit(rows) || rows * segments > kMost) return;
    config.segments = segments;
    config.rows *= segments;
    config.buffers.activation *= segments;
    config.buffers.weight *= segments;
  }
  int pick(std::initializer_list<int> list) { return list.begin()[random_() % list.size()]; }

  std::mt19937_64 random_;
};

GateSource gates_of(std::uint64_t seed, double open) {
  return [seed, open](int layer, int block, int y, int x) {
    std::uint64_t hash = seed;
    for (const int part : {layer, block, y, x}) {
      hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9e3779b97f4a7c15ull;
      hash ^= hash >> 29;
    }
    const bool is_open = static_cast<double>(hash >> 40) < open * (1 << 24);
    return is_open ? 1 + static_cast<int>(hash % 3) : 0;
  };
}

/// Predictions of one seed's case by both ways; false if the network does not fit the design.
bool same_both_ways(std::uint64_t seed) {
  const Case one = CaseMaker(seed).make();
  const Plan plan = make_plan(one.config);
  const run::RandomCase random = run::random_case(plan, seed);
  compiler::Program program;
  try {
    program = compiler::compile(random.network, plan, one.options);
  } catch (const compiler::CompileError&) {
    return false;
  }
  INFO(repeat_text(seed) << one.config.name << ", " << one.config.lanes << " lanes of "
                         << one.config.segments << " segments, open " << one.open << "\n"
                         << run::describe(random) << "memory " << one.memory.read_latency << " "
                         << one.memory.read_interval << " " << one.memory.write_latency << " "
                         << one.memory.write_interval);
  const GateSource open = gates_of(seed, one.open);
  const Prediction slow = predict(plan, program, one.memory, open, Stepping::kEveryCycle);
  const Prediction fast = predict(plan, program, one.memory, open, Stepping::kEvents);
  CHECK(fast.cycles == slow.cycles);
  CHECK(fast.counters == slow.counters);
  CHECK(fast.layer_cycles == slow.layer_cycles);
  CHECK(fast.layer_weight_words == slow.layer_weight_words);
  CHECK(fast.layer_events == slow.layer_events);
  CHECK(fast.layer_accesses == slow.layer_accesses);
  CHECK(fast.layer_work == slow.layer_work);
  REQUIRE(fast == slow);
  return true;
}

TEST_CASE("Stepping.PassingOverQuietCyclesChangesNothing") { compare_seeds(2000, same_both_ways); }

/// A convolution that takes a lane many tiles, with buffers that may hold little of it.
estimate::LayerList larger_layers(std::mt19937_64& random) {
  estimate::ListedLayer layer;
  layer.name = "layer";
  layer.height = 4 + static_cast<int>(random() % 20);
  layer.width = 4 + static_cast<int>(random() % 20);
  layer.channels = 16 << random() % 3;
  layer.outputs = 16 << random() % 3;
  layer.kernel_h = layer.kernel_w = random() % 3 == 0 ? 1 : 3;
  layer.padding = layer.kernel_h / 2;
  layer.stride_h = layer.stride_w = 1 + static_cast<int>(random() % 2);
  layer.gate = estimate::GateShape{4, 0, static_cast<double>(random() % 60) / 100};
  estimate::ListedLayer next = layer;
  next.name = "next";
  next.height = layer.out_height();
  next.width = layer.out_width();
  next.channels = layer.outputs;
  next.stride_h = next.stride_w = 1;
  next.chained = random() % 2 == 0;
  return {"larger", {layer, next}};
}

/// The whole estimate by both ways; false if no layer fits the design.
bool same_estimate_both_ways(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Case one = CaseMaker(seed).make();
  one.config.buffers.activation = std::max(one.config.buffers.activation, 2048 << random() % 5);
  one.config.buffers.weight = std::max(one.config.buffers.weight, 1024 << random() % 5);
  const Plan plan = make_plan(one.config);
  const estimate::LayerList list = larger_layers(random);
  estimate::Options options;
  options.memory = one.memory;
  options.seed = seed;
  const estimate::Estimate fast = estimate::estimate(plan, list, options);
  options.stepping = Stepping::kEveryCycle;
  const estimate::Estimate slow = estimate::estimate(plan, list, options);
  INFO(repeat_text(seed) << one.config.name << ", " << one.config.lanes << " lanes of "
                         << one.config.segments << " segments, "
                         << estimate::shape_text(list.layers[0]));
  REQUIRE(fast.cycles == slow.cycles);
  REQUIRE(fast.cycles_without == slow.cycles_without);
  REQUIRE(fast.weight_bytes == slow.weight_bytes);
  for (std::size_t k = 0; k < list.layers.size(); ++k) {
    const estimate::LayerCost& a = fast.layers[k].with;
    const estimate::LayerCost& b = slow.layers[k].with;
    REQUIRE(a.cycles == b.cycles);
    REQUIRE(std::equal(a.share, a.share + estimate::kBounds, b.share));
  }
  return fast.cycles > 0;
}

TEST_CASE("Stepping.PassingOverQuietCyclesChangesNothingInLargerLayers") {
  compare_seeds(150, same_estimate_both_ways);
}

}  // namespace
}  // namespace sluice::cycles
