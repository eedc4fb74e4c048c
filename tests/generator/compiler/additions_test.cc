// SPDX-License-Identifier: Apache-2.0
// Which layer does an addition, the command that says how, and what waits for what.
#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "generator/compiler/bytes.h"
#include "generator/compiler/commands.h"
#include "generator/compiler/hazards.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// A network of 3x3 layers that keep 16 channels, and additions.
struct Case : Compiled {
  Random random{5};

  explicit Case(int size) { network = start_network(size, size, 16, 8); }

  /// Appends a layer that reads a map; returns its output.
  int layer(int input, int out_bits = 8) {
    LayerShape shape;
    shape.out_channels = 16;
    shape.out_bits = out_bits;
    append_layer(network, shape, random, input);
    return network.layers.back().output;
  }
  int sum(int input, int addend, int out_bits = 8) {
    append_add(network, input, addend, out_bits, random);
    return network.layers.back().output;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const LayerProgram& layer : program().layers) names.push_back(layer.name);
    return names;
  }
};

using Names = std::vector<std::string>;

/// Two layers, and the sum of what both write.
Case residual(int size) {
  Case c(size);
  const int trunk = c.layer(0);
  c.sum(c.layer(trunk), trunk);
  return c;
}

}  // namespace

TEST_CASE("Additions.TheLaterOfTheLayersThatWriteTheOperandsAdds") {
  for (const bool swapped : {false, true}) {
    Case c = residual(12);
    net::Layer& sum = c.network.layers.back();
    if (swapped) std::swap(sum.input, sum.addend);
    const Program program = c.program();
    CHECK(c.names() == Names{"layer0", "layer1 + layer2"});
    CHECK(program.layers[1].layer == 1);
    CHECK(program.layers[1].result == 2);
    CHECK(program.layers[0].result == 0);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("Additions.WhatIsAResultItselfIsNotAddedTo") {
  Case c = residual(12);
  net::ResultSource source;
  source.map = c.network.layers[1].output;
  c.network.results.push_back({"operand", {source}});
  CHECK(c.names() == Names{"layer0", "layer1", "layer2"});
  CHECK(c.difference() == "");
}

TEST_CASE("Additions.SumsAndWhatIsAddedLieInMemoryLaidOutAlike") {
  Case c = residual(12);
  c.layer(3);
  const Program program = c.program();
  MapLayout addend = program.layers[0].output, sum = program.layers[1].output;
  CHECK_FALSE(addend.local);
  CHECK_FALSE(sum.local);
  CHECK(sum.address != addend.address);
  addend.address = sum.address;
  addend.pad_value = sum.pad_value;
  CHECK(sum == addend);
  CHECK(c.difference() == "");
}

TEST_CASE("Additions.AnOperandThatOthersReadIsAddedByALayerOfItsOwn") {
  Case c(12);
  const int trunk = c.layer(0);
  const int branch = c.layer(trunk);
  const int own = c.sum(branch, trunk);
  c.sum(c.layer(branch), own);
  CHECK(c.names() == Names{"layer0", "layer1", "layer2", "layer3 + layer4"});
  CHECK(c.program().layers[2].input.local);
  CHECK(c.program().layers[2].load_words == 0);
  CHECK(c.difference() == "");
}

TEST_CASE("Additions.ALayerAddsOnce") {
  Case c(12);
  const int trunk = c.layer(0);
  c.sum(c.sum(c.layer(trunk), trunk), 0);
  CHECK(c.names() == Names{"layer0", "layer1 + layer2", "layer3"});
  CHECK(c.difference() == "");
}

/// Two layers, the sum of what both write, and a layer that reads it otherwise than the first sum.
Case contradiction(const LayerShape& last, int partitions = 0) {
  Case c(12);
  const int trunk = c.layer(0);
  LayerShape gated;
  gated.out_channels = 16;
  gated.partitions = partitions;
  append_layer(c.network, gated, c.random, trunk);
  const int sum = c.sum(trunk, c.network.layers.back().output);
  append_layer(c.network, last, c.random, sum);
  return c;
}

TEST_CASE("Additions.ASumWhoseReadersContradictThoseOfTheEarlierOperandIsLaidOutLikeTheLater") {
  const Names names = {"layer0", "layer1", "layer2", "layer3"};
  LayerShape wide, grouped;
  wide.kernel_h = wide.kernel_w = 5;
  wide.partitions = 4;
  grouped.groups = 8;
  grouped.out_channels = 16;
  Case kernels = contradiction(wide, 4);
  kernels.config.atom = 8;  // 3 and 5 times 2 atoms, in 8 banks
  kernels.config.rows = 64;
  CHECK(kernels.names() == names);
  CHECK(kernels.difference() == "");
  Case groups = contradiction(grouped, 4);
  CHECK(groups.names() == names);
  CHECK(groups.program().layers[0].output.groups == 4);
  CHECK(groups.program().outputs[0].groups == 1);
  CHECK(groups.difference() == "");
  Case slow = contradiction(grouped);
  CHECK(slow.names() == names);
  CHECK(slow.program().layers[1].input.groups == 1);
  CHECK(slow.difference() == "");
}

TEST_CASE("Additions.AMapMayBeAddedToItself") {
  Case c(12);
  const int trunk = c.layer(0);
  c.sum(trunk, trunk);
  CHECK(c.names() == Names{"layer0", "layer1"});
  CHECK(c.program().layers[1].layer == 1);
  CHECK(c.program().layers[1].result == 1);
  CHECK(c.difference() == "");
  Case input(12);
  input.sum(0, 0);
  CHECK(input.difference() == "");
}

TEST_CASE("Additions.TheSecondOperandIsTheInputOfTheNetwork") {
  Case c(12);
  c.sum(0, c.layer(0));
  CHECK(c.names() == Names{"layer0 + layer1"});
  CHECK(c.difference() == "");
}

TEST_CASE("Additions.OperandsMayBeWiderThanTheSum") {
  for (const int branch_bits : {8, 2}) {
    Case c(9);
    const int trunk = c.layer(0, branch_bits == 8 ? 2 : 8);
    c.sum(c.layer(trunk, branch_bits), trunk, 2);
    CHECK(c.program().layers[1].output.bits == 8);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("Additions.OneInBandsAddsTheRowsOfItsBand") {
  Case c = residual(24);
  c.config.buffers.activation = 1 << 13;
  CHECK(c.program().layers[1].runs.size() > 1);
  CHECK(c.difference() == "");
  Case own(24);
  own.config.buffers.activation = 1 << 13;
  const int trunk = own.layer(0);
  own.sum(trunk, trunk);
  CHECK(own.program().layers[1].runs.size() > 1);
  CHECK(own.difference() == "");
}

TEST_CASE("Additions.TheCommandHoldsFactorsAndDistance") {
  Case c = residual(12);
  net::Layer& sum = c.network.layers.back();
  std::swap(sum.input, sum.addend);  // the trunk is the input
  sum.factor = 7;
  sum.addend_factor = 1'048'575;
  sum.requant.assign(16, {-123'456, 1, 47});
  sum.zero_point = -3;
  sum.clamp_low = -100;
  sum.clamp_high = 90;
  const std::vector<commands::Words> found = c.commands_with(Opcode::kAddition);
  REQUIRE(found.size() == 1);
  const auto field = [&](Field id) { return commands::get(found[0], id); };
  CHECK(field(Field::kAdditionFactor) == 1'048'575);
  CHECK(field(Field::kAdditionAddendFactor) == 7);
  CHECK(field(Field::kAdditionBias) == -123'456);
  CHECK(field(Field::kAdditionShift) == 47);
  CHECK(field(Field::kAdditionZeroPoint) == -3);
  CHECK(field(Field::kAdditionClampLow) == -100);
  CHECK(field(Field::kAdditionClampHigh) == 90);
  CHECK(field(Field::kWaitWrites) == 1);
  const Program program = c.program();
  const std::uint64_t distance =
      program.layers[0].output.address - program.layers[1].output.address;
  CHECK(field(Field::kAdditionDistance) ==
        static_cast<std::int64_t>(distance & ((1ull << c.config.memory.address_bits) - 1)));
  std::vector<std::int64_t> adds;
  for (const commands::Words& words : c.commands_with(Opcode::kLayer)) {
    adds.push_back(commands::get(words, Field::kLayerAdd));
  }
  CHECK(adds == std::vector<std::int64_t>{0, 1});
}

TEST_CASE("Additions.AnAddendThatNoLayerWritesIsNotWaitedFor") {
  Case c(12);
  c.sum(0, c.layer(0));
  CHECK(commands::get(c.commands_with(Opcode::kAddition).at(0), Field::kWaitWrites) == 0);
}

TEST_CASE("Additions.TheResultIsWhatTheLastAdditionWritesWhoeverDoesIt") {
  Case c(12);
  const int trunk = c.layer(0);
  const int branch = c.layer(trunk);
  c.layer(trunk);  // of no use, behind the layer that adds
  c.sum(branch, trunk);
  const Program program = c.program();
  CHECK(c.names() == Names{"layer0", "layer1 + layer3", "layer2"});
  CHECK(program.outputs[0].address == program.layers[1].output.address);
  CHECK(c.difference() == "");
}

TEST_CASE("Additions.TheResultIsLaidOutInTheGroupsAskedForIfNoReaderAsksForOthers") {
  Case c = residual(12);
  c.options.result_groups = 4;
  CHECK(c.program().outputs[0].groups == 4);
  CHECK(c.difference() == "");
}

TEST_CASE("Hazards.ARunMayReadAndWriteMemoryUntilWritesAreWaitedFor") {
  const auto memory = [](std::uint64_t first) {
    return std::vector<Access>{{Space::kMemory, first, first + 16}};
  };
  Hazards hazards;
  CHECK(hazards.run({"RUN 0", memory(0), memory(64)}) == "");
  hazards.wait_runs();
  CHECK(hazards.run({"RUN 1", {}, memory(8)}) ==
        "RUN 1 does not wait for RUN 0: both use bytes in [8, 24) of memory");
  Hazards waiting;
  CHECK(waiting.run({"RUN 0", memory(0), memory(64)}) == "");
  waiting.wait_runs();
  CHECK(waiting.run({"RUN 1", memory(64), {}}) ==
        "RUN 1 does not wait for RUN 0: both use bytes in [64, 80) of memory");
  waiting.wait_runs();
  waiting.wait_writes();
  CHECK(waiting.run({"RUN 2", memory(64), memory(0)}) == "");
}

}  // namespace sluice::compiler::test
