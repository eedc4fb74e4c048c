// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/blocks.h"

#include <catch2/catch.hpp>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// Blocks of a single layer on `channels` input channels.
std::vector<Block> blocks_of(const LayerShape& shape, int channels, const Config& config) {
  Random random(1);
  net::Network network = start_network(6, 6, channels, 8);
  append_layer(network, shape, random);
  Options options;
  return compile(network, make_plan(config), options).layers[0].blocks;
}

}  // namespace

TEST_CASE("Blocks.NoBlockCrossesTheGroupsOfAGate") {
  LayerShape shape;
  shape.out_channels = 24;
  shape.partitions = 4;
  Config config = small_config();
  config.columns = 4;
  config.lanes = 1;
  const auto blocks = blocks_of(shape, 16, config);
  REQUIRE(blocks.size() == 8);  // groups of 6 channels: 4 + 2 each
  CHECK(blocks[0].channels == 4);
  CHECK(blocks[1].channels == 2);
  CHECK(blocks[2].first_channel == 6);
}

TEST_CASE("Blocks.GatesForEachOutputSpreadOverAllLanes") {
  LayerShape shape;
  shape.out_channels = 8;
  shape.partitions = 2;
  CHECK(blocks_of(shape, 8, small_config()).size() == 4);  // 2 channels each, for 4 lanes
}

TEST_CASE("Blocks.ASharedGateHasExactlyOneBlock") {
  LayerShape shape;
  shape.out_channels = 12;
  shape.partitions = 2;
  shape.gate_block = 3;
  for (const Block& block : blocks_of(shape, 8, small_config())) CHECK(block.channels == 3);
}

TEST_CASE("Blocks.DealingBalancesUnequalWorkAndKeepsTheOrderOfEqualWork") {
  const auto equal = deal_records(std::vector<double>(6, 1), 2);
  for (int i = 0; i < 6; ++i) CHECK(equal[i] == i);
  // 9 + 1 + 1 against 4 + 4 + 3.
  const std::vector<double> work = {1, 9, 4, 4, 1, 3};
  const auto dealt = deal_records(work, 2);
  double lane0 = 0;
  for (int r = 0; r < 6; r += 2) lane0 += work[dealt[r]];
  CHECK(lane0 == 11);
}

TEST_CASE("Blocks.TheOpenShareOfALaneIsThatOfAnyOfItsGates") {
  net::Layer layer;
  layer.gate.emplace();
  CHECK(open_share(layer, {0, 2}, {0.5, 0.5}) == Approx(0.75));
  layer.gate->block = 2;
  CHECK(open_share(layer, {0, 2}, {0.5, 0.5}) == Approx(0.5));
}

}  // namespace sluice::compiler::test
