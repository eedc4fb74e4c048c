// SPDX-License-Identifier: Apache-2.0
// Layers that are wide at few input channels, against the plain reference.
#include "generator/compiler/split_channels.h"

#include <catch2/catch.hpp>

#include "generator/compiler/splitting.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// Convolutions from 16 to `channels` and on to 8 channels, with maps and weights of 4 bits.
net::Network two_layers(int channels, int input_bits = 8) {
  Random random(3);
  net::Network network = start_network(9, 9, 16, input_bits, 1);
  LayerShape shape;
  shape.weight_bits = 4;
  shape.out_bits = 4;
  shape.out_channels = channels;
  append_layer(network, shape, random);
  shape.out_channels = 8;
  append_layer(network, shape, random);
  return network;
}

/// Gives a layer weights of up to `most` at an input channel.
void widen(net::Network& network, std::size_t index, int channel, int most) {
  Random random(static_cast<unsigned>(channel));
  net::Layer& layer = network.layers[index];
  const std::size_t taps = static_cast<std::size_t>(layer.kernel_h) * layer.kernel_w;
  const auto inputs = static_cast<std::size_t>(network.maps[layer.input].channels);
  for (std::size_t i = 0; i < layer.weights.size(); ++i)
    if (i / taps % inputs == static_cast<std::size_t>(channel))
      layer.weights[i] = static_cast<std::int8_t>(random.between(-most, most));
  layer.weights[channel * taps] = static_cast<std::int8_t>(most);
  layer.weight_bits = 8;
}

Compiled compiled(net::Network network) {
  Compiled all{std::move(network), small_config(), {}};
  all.config.precisions = {8, 4};
  return all;
}

/// Modes of a program's layers, and channels that are split.
std::vector<std::pair<int, int>> modes(const Compiled& all) {
  std::vector<std::pair<int, int>> modes;
  for (const LayerProgram& layer : all.program().layers)
    modes.emplace_back(layer.mode, layer.split_channels);
  return modes;
}

using Modes = std::vector<std::pair<int, int>>;

}  // namespace

TEST_CASE("SplitChannels.AWeightIsASumOfNarrowOnes") {
  for (const int bits : {2, 4}) {
    const int half = 1 << (bits - 1);
    for (int weight = -128; weight <= 127; ++weight) {
      const int parts = parts_of_weight(weight, bits);
      CHECK((weight >= -half * parts && weight <= (half - 1) * parts));
      if (parts == 1) continue;
      CHECK((weight < -half * (parts - 1) || weight > (half - 1) * (parts - 1)));
    }
  }
}

TEST_CASE("SplitChannels.AWideChannelKeepsTheLayerNarrow") {
  net::Network network = two_layers(26);
  widen(network, 1, 5, 14);
  CHECK(modes(compiled(network)) == Modes{{8, 0}, {4, 1}});
  CHECK(compiled(network).difference() == "");
  // Twice as much is split again
  widen(network, 1, 11, 25);
  CHECK(modes(compiled(network)) == Modes{{8, 0}, {4, 4}});
  CHECK(compiled(network).difference() == "");
}

TEST_CASE("SplitChannels.CopiesSpareTheLayerBeforeARecord") {
  net::Network network = two_layers(64);
  widen(network, 1, 5, 14);
  widen(network, 1, 11, 25);
  const Compiled all = compiled(network);
  const Program program = all.program();
  CHECK(modes(all) == Modes{{8, 0}, {4, 0}, {4, 4}});
  REQUIRE(program.layers.size() == 3);
  CHECK(program.layers[1].copies);
  CHECK(program.layers[1].layer == 0);
  CHECK(program.layers[2].layer == 1);
  CHECK(program.layers[0].blocks.back().first_channel < 64);
  CHECK(all.difference() == "");
}

TEST_CASE("SplitChannels.CopiesOfAPoolFollowIt") {
  net::Network network = two_layers(64);
  network.layers.pop_back();
  network.maps.pop_back();
  Random random(7);
  LayerShape pool;
  pool.kind = net::LayerKind::kMaxPool;
  pool.kernel_h = pool.kernel_w = 2;
  pool.out_bits = 4;
  append_layer(network, pool, random);
  LayerShape shape;
  shape.weight_bits = shape.out_bits = 4;
  shape.out_channels = 8;
  append_layer(network, shape, random);
  widen(network, 2, 40, 14);
  CHECK(modes(compiled(network)) == Modes{{8, 0}, {4, 0}, {4, 0}, {4, 2}});
  CHECK(compiled(network).difference() == "");
}

TEST_CASE("SplitChannels.GatesKnowGroupsOfChannels") {
  Random random(9);
  net::Network network = start_network(9, 9, 16, 8, 1);
  LayerShape shape;
  shape.weight_bits = shape.out_bits = 4;
  shape.out_channels = 128;
  append_layer(network, shape, random);
  shape.out_channels = 32;
  const int partitions = GENERATE(2, 4);
  shape.partitions = partitions;
  shape.gate_block = GENERATE(1, 4);
  append_layer(network, shape, random);
  shape.partitions = 0;
  append_layer(network, shape, random);
  widen(network, 1, 5, 14);
  widen(network, 1, 70, 20);
  Compiled all = compiled(network);
  CHECK(all.difference() == "");  // without gates
  all.config.gating = true;
  all.options.gated = true;
  CHECK(modes(all) == Modes{{8, 0}, {4, partitions * 2}, {4, 0}});  // 2 in each group
  CHECK(all.difference() == "");
}

TEST_CASE("SplitChannels.TheProductsCountedAreThoseOfTheNetwork") {
  net::Network network = two_layers(GENERATE(30, 64));
  const Compiled narrow = compiled(network);
  widen(network, 1, 5, 14);
  const Compiled split = compiled(network);
  const auto macs = [](const Compiled& all) {
    std::int64_t sum = 0;
    for (const LayerProgram& layer : all.program().layers) sum += layer.useful_macs;
    return sum;
  };
  CHECK(macs(split) == macs(narrow));
}

TEST_CASE("SplitChannels.ManyWideChannelsAreComputedWide") {
  net::Network network = two_layers(30);
  for (int c = 0; c < 30; ++c) widen(network, 1, c, 40);
  CHECK(modes(compiled(network)) == Modes{{8, 0}, {8, 0}});
  CHECK(compiled(network).difference() == "");
}

TEST_CASE("SplitChannels.TheNetworksInputAndResultStayAsTheyAre") {
  net::Network network = two_layers(30, 4);
  widen(network, 0, 3, 14);
  CHECK(modes(compiled(network)) == Modes{{8, 0}, {4, 0}});
  CHECK(compiled(network).difference() == "");
  const Program program = compiled(network).program();
  CHECK(program.outputs[0].channels_per_group >= 8);
}

TEST_CASE("SplitChannels.WideMapsGainNothing") {
  net::Network network = two_layers(30);
  network.maps[1].bits = 8;
  widen(network, 1, 5, 14);
  CHECK(modes(compiled(network))[1] == std::pair(8, 0));
}

TEST_CASE("SplitChannels.PoolsAdditionsAndOtherReadersHandThemOn") {
  Random random(5);
  net::Network network = start_network(10, 10, 16, 8, 0);
  LayerShape shape;
  shape.weight_bits = shape.out_bits = 4;
  shape.out_channels = 30;
  append_layer(network, shape, random);
  append_layer(network, shape, random, 0);
  append_add(network, 1, 2, 4, random);
  LayerShape pool = shape;
  pool.kind = net::LayerKind::kMaxPool;
  append_layer(network, pool, random);
  LayerShape depthwise = shape;
  depthwise.groups = 30;
  append_layer(network, depthwise, random);
  shape.out_channels = 8;
  append_layer(network, shape, random, 3);  // reads the sum, with zeros
  append_layer(network, shape, random, 5);
  network.layers.back().output = static_cast<int>(network.maps.size()) - 1;
  widen(network, network.layers.size() - 1, 7, 13);
  Compiled all = compiled(network);
  all.config.additions = true;
  all.config.buffers.activation = 1 << 16;
  CHECK(all.program().layers.back().mode == 4);
  CHECK(all.program().layers.back().split_channels == 1);
  CHECK(all.difference() == "");
}

TEST_CASE("SplitChannels.RandomChainsGiveWhatTheReferenceGives") {
  int split = 0, gated = 0, copied = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    net::Network network = start_network(random.between(1, 12), random.between(1, 12), 24,
                                         random.pick<int>({8, 4}), random.between(-2, 1));
    for (int k = random.between(2, 4); k > 0; --k) {
      LayerShape shape;
      shape.out_channels = random.between(0, 1) == 1 ? 16 * random.between(1, 4)  // whole records
                                                     : random.between(1, 40);
      shape.kernel_h = shape.kernel_w = random.pick<int>({1, 3});
      shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = shape.kernel_h / 2;
      shape.weight_bits = shape.out_bits = random.pick<int>({4, 4, 2});
      if (network.maps.back().channels % 4 == 0 && shape.out_channels % 4 == 0)
        shape.partitions = random.pick<int>({0, 0, 2, 4});
      append_layer(network, shape, random);
      if (random.between(0, 1) == 1)
        widen(network, network.layers.size() - 1,
              random.between(0, network.maps[network.layers.back().input].channels - 1),
              random.pick<int>({10, 14, 28, 127}));
    }
    Compiled all = compiled(network);
    all.config.precisions = {8, 4, 2};
    all.config.buffers.activation = 1 << 16;
    all.config.gating = all.options.gated = net::has_gates(network);
    all.options.local = random.between(0, 1) == 1;
    bool copies = false;
    for (const LayerProgram& layer : all.program().layers) {
      split += layer.split_channels > 0 ? 1 : 0;
      gated += layer.split_channels > 0 && layer.gated ? 1 : 0;
      copied += layer.split_channels > 0 && copies ? 1 : 0;
      copies = layer.copies;
    }
    REQUIRE(compare(all.network, all.config, all.options, random) == "");
  }
  INFO(split << " split, " << gated << " of them with gates, " << copied << " with copies");
  CHECK(split > 80);
  CHECK(gated > 3);
  CHECK(copied > 2);
}

}  // namespace sluice::compiler::test
