// SPDX-License-Identifier: Apache-2.0
// Programs of random layers and chains, interpreted and compared with the definition.
#include "generator/compiler/compile.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <numeric>

#include "generator/compiler/math.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// Random programs of each test; SLUICE_SEEDS asks for more.
unsigned seeds() {
  const char* asked = std::getenv("SLUICE_SEEDS");
  return asked != nullptr ? static_cast<unsigned>(std::atoi(asked)) : 150;
}

/// A random shape that `config` can run for an input of `channels` channels.
LayerShape random_shape(const Config& config, const net::FeatureMap& in, Random& random) {
  LayerShape shape;
  shape.kernel_h = random.between(1, std::min(7, in.height));
  shape.kernel_w = random.between(1, std::min(7, in.width));
  shape.stride_h = random.between(1, 4);
  shape.stride_w = random.between(1, 4);
  draw_padding(shape, random);
  shape.out_bits = random.pick<int>({8, 4, 2});
  shape.weight_bits = random.pick<int>({8, 4, 2});
  const int kind = random.between(0, 9);
  if (kind == 0) {
    shape.kind = net::LayerKind::kMaxPool;
  } else if (kind == 1) {  // depthwise
    shape.groups = in.channels;
    shape.out_channels = in.channels;
  } else if (kind == 2 && in.channels % 2 == 0) {
    shape.groups = 2;
    shape.out_channels = 2 * random.between(1, 9);
  } else {
    shape.out_channels = random.between(1, 40);
    if (kind >= 5 && config.gating && in.channels % 2 == 0) {
      shape.partitions = in.channels % 4 == 0 ? 4 : 2;
      shape.gate_block = random.between(0, 1) ? 1 : config.columns;
      shape.channel_groups = random.between(0, 1);
      shape.out_channels = shape.partitions * shape.gate_block * random.between(1, 3);
    }
  }
  return shape;
}

Config random_config(Random& random) {
  Config config = small_config();
  config.lanes = random.between(1, 5);
  config.columns = random.pick<int>({1, 2, 3, 4, 8});
  config.atom = random.pick<int>({4, 8});
  config.segments = random.pick<int>({1, 1, 2, 4, 8, 16});
  config.rows =
      config.atom * (config.segments == 1 ? random.pick<int>({1, 2, 3, 4, 8})
                                          : config.segments * random.pick<int>({1, 2, 4}));
  config.dot = 4;
  config.post = random.pick<int>({1, 2, 4, 8});
  while (config.columns * config.segments % config.post != 0) config.post /= 2;
  config.memory.bytes = random.pick<int>({8, 16, 64, 256});
  config.precisions = random.pick<std::vector<int>>({{8}, {8, 4}, {8, 2}, {8, 4, 2}});
  config.gating = random.between(0, 3) > 0;
  config.accumulator.positions = random.pick<int>({8, 32, 256});
  config.buffers.activation = 1 << random.between(13, 17);
  config.buffers.weight = std::max(1 << random.between(11, 16), 2 * config.columns * config.rows);
  return config;
}

std::string describe(const Config& config, const LayerShape& s, const net::FeatureMap& in) {
  return fmt::format(
      "L{} C{} R{} G{} P{} A{} W{} act{} | in {}x{}x{} b{} | kind{} out{} k{}x{} s{}x{} "
      "p{},{},{},{} g{} "
      "w{} o{} part{} block{}",
      config.lanes, config.columns, config.rows, config.segments, config.post, config.atom,
      config.memory.bytes, config.buffers.activation, in.height, in.width, in.channels, in.bits,
      static_cast<int>(s.kind), s.out_channels, s.kernel_h, s.kernel_w, s.stride_h, s.stride_w,
      s.pad_top, s.pad_left, s.pad_bottom, s.pad_right, s.groups, s.weight_bits, s.out_bits,
      s.partitions, s.gate_block);
}

/// Small buffers may be too small for the largest layers, which is no mistake.
bool refused_for_size(const std::string& difference) {
  return difference.find("raise buffers.activation") != std::string::npos;
}

/// Gives some layers weights of 9 bits.
void widen(net::Network& network, Random& random) {
  for (net::Layer& layer : network.layers) {
    const bool can = layer.traits().has_weights() && !layer.gate && layer.groups == 1;
    if (!can || layer.weight_bits < 8 || random.between(0, 3) > 0) continue;
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
      layer.more_weights.push_back(static_cast<std::int8_t>(random.between(-128, 127)));
    }
  }
}

std::string run_random_layer(unsigned seed) {
  Random random(seed);
  const Config config = random_config(random);
  net::Network network = start_network(random.between(1, 20), random.between(1, 20),
                                       random.pick<int>({1, 2, 3, 4, 8, 12, 16, 20}),
                                       random.pick<int>({8, 4, 2}), random.between(-2, 1));
  const LayerShape shape = random_shape(config, network.maps[0], random);
  append_layer(network, shape, random);
  Options options;
  options.gated = random.between(0, 3) > 0;
  widen(network, random);
  const std::string difference = compare(network, config, options, random);
  if (difference.empty() || refused_for_size(difference)) return {};
  return describe(config, shape, network.maps[0]) + "\n" + difference;
}

/// A chain whose maps shrink: convolutions of all kinds, gates, pooling.
std::string run_random_chain(unsigned seed) {
  Random random(seed + 1'000'000);
  Config config = random_config(random);
  config.buffers.activation = 1 << random.between(14, 16);
  net::Network network = start_network(random.between(8, 16), random.between(8, 16), 8,
                                       random.pick<int>({8, 4}), random.between(-2, 1));
  std::string shapes;
  for (int i = random.between(2, 5); i > 0; --i) {
    const net::FeatureMap in = network.maps.back();
    LayerShape shape = random_shape(config, in, random);
    shape.stride_h = shape.stride_w = random.between(1, 8) == 1 ? 2 : 1;
    // Channels that every layer can split further, and that shared gates divide.
    const int unit = std::lcm(8, 4 * (shape.partitions > 0 ? shape.gate_block : 1));
    if (shape.groups <= 2) shape.out_channels = round_up(shape.out_channels, unit);
    shapes += "\n" + describe(config, shape, in);
    append_layer(network, shape, random);
  }
  Options options;
  options.gated = random.between(0, 3) > 0;
  options.local = random.between(0, 4) > 0;
  widen(network, random);
  const std::string difference = compare(network, config, options, random);
  if (difference.empty() || refused_for_size(difference)) return {};
  return shapes + "\n" + difference;
}

/// A layer that keeps the size of its input, with 16 channels.
LayerShape keeping_shape(const Config& config, Random& random) {
  LayerShape shape;
  shape.out_channels = 16;
  shape.kernel_h = shape.kernel_w = random.pick<int>({1, 3});
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = shape.kernel_h / 2;
  shape.out_bits = random.pick<int>({8, 4, 2});
  shape.weight_bits = random.pick<int>({8, 4, 2});
  if (config.gating && random.between(0, 2) > 0) {
    shape.partitions = 2;
    shape.gate_block = random.between(0, 1) && config.columns != 3 ? config.columns : 1;
  } else if (random.between(0, 5) == 0) {
    shape.kind = net::LayerKind::kMaxPool;
  }
  return shape;
}

/// A graph of layers that read any map, and additions of any two maps.
std::string run_random_graph(unsigned seed, unsigned& refused) {
  Random random(seed + 2'000'000);
  Config config = random_config(random);
  config.buffers.activation = 1 << random.between(12, 16);
  net::Network network = start_network(random.between(1, 16), random.between(1, 16), 16,
                                       random.pick<int>({8, 4, 2}), random.between(-2, 1));
  std::string shapes;
  for (int i = random.between(2, 8); i > 0; --i) {
    const int maps = static_cast<int>(network.maps.size());
    const int input = random.between(0, 2) > 0 ? maps - 1 : random.between(0, maps - 1);
    if (random.between(0, 2) == 0 || i == 1) {
      const int addend = random.between(0, maps - 1);
      append_add(network, input, addend, random.pick<int>({8, 4, 2}), random);
      shapes += fmt::format("\nadd {} {}", input, addend);
    } else {
      const LayerShape shape = keeping_shape(config, random);
      append_layer(network, shape, random, input);
      shapes += fmt::format("\nreads {}: {}", input, describe(config, shape, network.maps[input]));
    }
  }
  Options options;
  options.gated = random.between(0, 3) > 0;
  options.local = random.between(0, 4) > 0;
  widen(network, random);
  const std::string difference = compare(network, config, options, random);
  if (difference.empty()) return {};
  // Readers of one map may contradict each other, or split a gate's block with their groups.
  const bool contradict = difference.find("groups of") != std::string::npos;
  if (contradict || refused_for_size(difference)) {
    ++refused;
    return {};
  }
  return shapes + "\n" + difference;
}

}  // namespace

TEST_CASE("Compile.RandomLayersComputeWhatTheDefinitionSays") {
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    INFO("seed " << seed);
    CHECK(run_random_layer(seed) == "");
  }
}

TEST_CASE("Compile.RandomChainsComputeWhatTheDefinitionSays") {
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    INFO("seed " << seed);
    CHECK(run_random_chain(seed) == "");
  }
}

TEST_CASE("Compile.RandomGraphsWithAdditionsComputeWhatTheDefinitionSays") {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < seeds(); ++seed) {
    INFO("seed " << seed);
    CHECK(run_random_graph(seed, refused) == "");
  }
  CHECK(refused < seeds() / 4);
}

}  // namespace sluice::compiler::test
