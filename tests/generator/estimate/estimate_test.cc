// SPDX-License-Identifier: Apache-2.0
// Estimates of layer lists against compiler and cycle model asked one by one.
#include "generator/estimate/estimate.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <thread>

#include "generator/compiler/compile.h"
#include "generator/estimate/builtin.h"
#include "generator/estimate/list_network.h"
#include "tests/support/designs.h"

namespace sluice::estimate {
namespace {

ListedLayer conv(const std::string& name, int size, int channels, int outputs, bool chained) {
  ListedLayer layer;
  layer.name = name;
  layer.chained = chained;
  layer.height = layer.width = size;
  layer.channels = channels;
  layer.outputs = outputs;
  layer.kernel_h = layer.kernel_w = 3;
  layer.padding = 1;
  return layer;
}

Plan plan() { return make_plan(test::design("t_small").config); }

/// Cycles of one network by the cycle model, stepped through every cycle.
std::uint64_t cycles_of(const LayerList& list, std::size_t first, std::size_t count) {
  const Plan small = plan();
  const net::Network network = network_of(list, first, count, small, false);
  compiler::Options how;
  how.gated = how.values = false;
  return cycles::predict(
             small, compiler::compile(network, small, how), {20, 1, 20, 1},
             [](int, int, int, int) { return false; }, cycles::Stepping::kEveryCycle)
      .cycles;
}

TEST_CASE("Estimate.LayersThatReadEachOtherAreOneProgram") {
  const LayerList list{"net", {conv("a", 8, 4, 8, false), conv("b", 8, 8, 8, true)}};
  const Estimate result = estimate(plan(), list, {});
  CHECK(result.programs == 1);
  CHECK(result.cycles == cycles_of(list, 0, 2));
  CHECK(result.layers[0].with.cycles + result.layers[1].with.cycles == result.cycles);
  CHECK_FALSE(result.compared);
}

TEST_CASE("Estimate.LayersThatReadMemoryAreProgramsOfTheirOwn") {
  const LayerList list{"net", {conv("a", 8, 4, 8, false), conv("b", 8, 8, 8, false)}};
  const Estimate result = estimate(plan(), list, {});
  CHECK(result.programs == 2);
  CHECK(result.layers[0].with.cycles == cycles_of(list, 0, 1));
  CHECK(result.layers[1].with.cycles == cycles_of(list, 1, 1));
}

TEST_CASE("Estimate.OnlyMapsThatLeaveHaveToBeWritten") {
  const LayerList list{"net", {conv("a", 8, 4, 8, false), conv("b", 8, 8, 12, true)}};
  const Estimate local = estimate(plan(), list, {});
  CHECK(local.layers[0].with.output_bytes == 0);  // it stays in the activation buffer
  CHECK(local.layers[1].with.output_bytes == 8 * 8 * 12);
  CHECK(local.output_bytes == 8 * 8 * 12);
  Options in_memory;
  in_memory.local = false;
  const Estimate all = estimate(plan(), list, in_memory);
  CHECK(all.layers[0].with.output_bytes == 8 * 8 * 8);
  CHECK(all.output_bytes == 8 * 8 * 8 + 8 * 8 * 12);
  CHECK(all.write_bytes >= all.output_bytes);
}

TEST_CASE("Estimate.AccessesOfLayersAndCommandsAddUp") {
  const LayerList list{"net", {conv("a", 8, 4, 8, false), conv("b", 8, 8, 8, true)}};
  const Estimate result = estimate(plan(), list, {});
  cycles::Accesses accesses = result.command_accesses;
  cycles::Work work;
  for (const LayerEstimate& layer : result.layers) {
    accesses += layer.with.accesses;
    work += layer.with.work;
    CHECK(layer.with.work.products_of(8) >= static_cast<std::uint64_t>(layer.macs));
    CHECK(layer.with.work.products_of(4) == 0);
  }
  CHECK(accesses == result.accesses);
  CHECK(work == result.work);
}

TEST_CASE("Estimate.WhatIsFetchedAheadCountsForTheLayerItIsFor") {
  const LayerList list{"net", {conv("a", 8, 4, 8, false), conv("b", 8, 8, 8, true)}};
  const Config config = plan().config;
  // Its input stays in the activation buffers: all that it reads are headers and weights
  const LayerCost second = estimate(plan(), list, {}).layers[1].with;
  // A word of parameters goes to as many memories as it has entries for
  const int memories = std::min(config.memory.bytes / 8, config.post);
  const std::uint64_t words = second.accesses.writes_of(MemoryKind::kWeight) +
                              second.accesses.writes_of(MemoryKind::kHeader) +
                              second.accesses.writes_of(MemoryKind::kParameter) / memories;
  CHECK(words * config.memory.bytes == second.read_bytes);
}

TEST_CASE("Estimate.AFullWritePortIsABoundOfItsOwn") {
  // One input channel: each output costs little work, and a write of 200 cycles
  const LayerList list{"net", {conv("a", 16, 1, 32, false)}};
  Options slow;
  slow.memory.write_interval = 200;
  const LayerCost cost = estimate(plan(), list, slow).layers[0].with;
  CHECK(cost.bound == Bound::kWrites);
  CHECK(text_of(cost.bound) == std::string("writes"));
  const LayerCost fast = estimate(plan(), list, {}).layers[0].with;
  CHECK(fast.share[static_cast<int>(Bound::kWrites)] == 0);
}

TEST_CASE("Estimate.WhatTheDesignCannotDoIsNotedAndNotCounted") {
  ListedLayer sum = conv("sum", 8, 8, 8, true);
  sum.kind = Kind::kAdd;
  const LayerList list{
      "net",
      {conv("a", 8, 4, 8, false), sum, conv("big", 4, 8192, 8, false), conv("b", 8, 8, 8, false)}};
  const Estimate result = estimate(plan(), list, {});
  CHECK(result.off_accelerator() == 2);
  CHECK(result.layers[1].note == "the list does not say which map is added");
  CHECK(result.layers[1].with.cycles == 0);
  CHECK_FALSE(result.layers[2].on_accelerator);
  CHECK(result.layers[2].note.find("raise buffers.activation") != std::string::npos);
  CHECK(result.cycles == result.layers[0].with.cycles + result.layers[3].with.cycles);
  CHECK(result.macs == list.layers[0].macs() + list.layers[3].macs());
}

/// Two convolutions and the sum of what both write.
LayerList residual() {
  ListedLayer sum = conv("sum", 8, 8, 8, true);
  sum.kind = Kind::kAdd;
  sum.kernel_h = sum.kernel_w = 1;
  sum.padding = 0;
  sum.addend = 0;
  return {"net", {conv("a", 8, 8, 8, false), conv("b", 8, 8, 8, true), sum}};
}

TEST_CASE("Estimate.AnAdditionIsInTheCostsOfTheLayerThatDoesIt") {
  const LayerList list = residual();
  const Estimate result = estimate(plan(), list, {});
  CHECK(result.programs == 1);
  CHECK(result.off_accelerator() == 0);
  CHECK(result.cycles == cycles_of(list, 0, 3));
  const LayerEstimate &b = result.layers[1], &sum = result.layers[2];
  CHECK(sum.computed_with == "b");
  CHECK(sum.with.cycles == 0);
  CHECK(sum.with.read_bytes == 0);
  CHECK(sum.macs == 0);
  CHECK(b.computed_with.empty());
  // 8 x 8 positions of 8 bytes are loaded with their padding; each of two lanes adds half of all
  CHECK(b.with.map_read_bytes >= 10 * 10 * 8 + 8 * 8 * 8);
  CHECK(b.with.map_read_bytes <= 10 * 10 * 8 + 2 * 2 * 8 * 8 * 8);
  CHECK(b.with.output_bytes == 8 * 8 * 8);
}

TEST_CASE("Estimate.AnAdditionOfItsOwnHasItsOwnCosts") {
  LayerList list = residual();
  list.layers.push_back(conv("c", 8, 8, 8, false));
  list.layers.back().input = 1;
  const Estimate result = estimate(plan(), list, {});
  CHECK(result.programs == 1);
  CHECK(result.layers[2].computed_with.empty());
  CHECK(result.layers[2].with.cycles > 0);
  CHECK(result.layers[2].with.cycles + result.layers[1].with.cycles + result.layers[0].with.cycles +
            result.layers[3].with.cycles ==
        result.cycles);
}

TEST_CASE("Estimate.ADesignWithoutAdditionsLeavesThemOut") {
  Config config = plan().config;
  config.additions = false;
  const Estimate result = estimate(make_plan(config), residual(), {});
  CHECK(result.off_accelerator() == 1);
  CHECK_FALSE(result.layers[2].on_accelerator);
  CHECK(result.layers[2].note ==
        fmt::format("adds two maps, but design '{}' has no additions; set additions: true",
                    config.name));
  CHECK(result.layers[1].with.cycles > 0);
}

TEST_CASE("Estimate.ALayerThatDoesNotFitCutsItsChain") {
  LayerList list{"net", {conv("a", 8, 4, 8, false), conv("b", 8, 8, 4000, true)}};
  list.layers.push_back(conv("c", 8, 4000, 8, true));
  list.layers.push_back(conv("d", 8, 8, 8, true));
  const Estimate result = estimate(plan(), list, {});
  CHECK(result.layers[0].on_accelerator);
  CHECK(result.layers[3].on_accelerator);
  CHECK_FALSE(result.layers[2].on_accelerator);
  CHECK(result.layers[3].with.cycles == cycles_of(list, 3, 1));
}

TEST_CASE("Estimate.GatesAreComparedWithNoGates") {
  LayerList list{"net", {conv("a", 12, 32, 32, false)}};
  list.layers[0].gate = GateShape{4, 4, 0.0};
  const Estimate closed = estimate(plan(), list, {});
  CHECK(closed.compared);
  CHECK(closed.layers[0].open_share() == 0);
  CHECK(closed.layers[0].theory() == 4);
  CHECK(closed.macs_done * 4 == closed.macs);
  CHECK(closed.cycles_without == cycles_of(list, 0, 1));
  list.layers[0].gate->density = 1.0;
  const Estimate open = estimate(plan(), list, {});
  CHECK(open.layers[0].open_share() == 1);
  CHECK(open.macs_done == open.macs);
  CHECK(open.cycles > closed.cycles);
  list.layers[0].gate->density = 0.3;
  const Estimate some = estimate(plan(), list, {});
  CHECK(some.layers[0].open_share() == Approx(0.3).margin(0.05));
  CHECK(some.cycles > closed.cycles);
  CHECK(some.cycles < open.cycles);
  Options dense;
  dense.gates = false;
  CHECK(estimate(plan(), list, dense).cycles == closed.cycles_without);
}

TEST_CASE("Estimate.MeasuredGatesReplaceDrawnOnes") {
  LayerList list{"net", {conv("a", 12, 32, 32, false)}};
  list.layers[0].gate = GateShape{4, 4, 0.5};
  Options options;
  options.measured["a"] = GateMap(8, 4, 12, 12);
  const Estimate result = estimate(plan(), list, options);
  CHECK(result.layers[0].gates == 8 * 144);
  CHECK(result.layers[0].gates_open == 0);
  list.layers[0].gate->density = 0.0;
  CHECK(result.cycles == estimate(plan(), list, {}).cycles);
}

TEST_CASE("Estimate.SharesAddUpAndTrafficIsWhole") {
  const LayerList list = *builtin("resnet20-cifar");
  const Plan edge = plan();
  const Estimate result = estimate(edge, list, {});
  for (const LayerEstimate& layer : result.layers) {
    if (!layer.on_accelerator || !layer.computed_with.empty()) continue;
    INFO(layer.name);
    double sum = 0;
    for (const double share : layer.with.share) {
      CHECK(share >= 0);
      sum += share;
    }
    CHECK(sum == Approx(1));
    CHECK(layer.with.activation_bytes <= edge.config.buffers.activation);
    CHECK(layer.with.weight_bytes <= edge.config.buffers.weight);
    CHECK(layer.utilisation() <= 1);
  }
  // What was read of no layer is commands, whole ones
  CHECK(result.command_bytes > 0);
  CHECK(result.command_bytes % edge.command_bytes == 0);
}

TEST_CASE("Estimate.StepsDoNotMatterNorDoThreads") {
  const LayerList list = *builtin("resnet20-cifar");
  const Plan small = plan();
  Options slow;
  slow.stepping = cycles::Stepping::kEveryCycle;
  const Estimate wanted = estimate(small, list, slow);
  Estimate results[2];
  std::thread other([&] { results[0] = estimate(small, list, {}); });
  results[1] = estimate(small, list, {});
  other.join();
  for (const Estimate& result : results) {
    CHECK(result.cycles == wanted.cycles);
    CHECK(result.cycles_without == wanted.cycles_without);
    for (std::size_t k = 0; k < list.layers.size(); ++k) {
      CHECK(result.layers[k].with.cycles == wanted.layers[k].with.cycles);
      CHECK(result.layers[k].with.read_bytes == wanted.layers[k].with.read_bytes);
    }
  }
}

}  // namespace
}  // namespace sluice::estimate
