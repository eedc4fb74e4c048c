// SPDX-License-Identifier: Apache-2.0
// Weights in circulant blocks: which are found, how much less is stored of them, and that outputs
// are those of the definition.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "tests/generator/compiler/support.h"
#include "verif/run/circulant_weights.h"

namespace sluice::compiler::test {
namespace {

/// Eight columns and 32 rows, all widths; a column stands for 2, 4 or 8.
Config rotating_config() {
  Config config = small_config();
  config.columns = 8;
  config.rows = 32;
  config.atom = 8;
  config.precisions = {8, 4, 2};
  config.circulant = true;
  config.buffers.weight = 4096;
  return config;
}

struct Case {
  int size = 4;  ///< of the blocks
  LayerShape shape;
  int channels = 32, bits = 8;  ///< of the input
};

Compiled layer_of(const Case& of) {
  Compiled c;
  c.config = rotating_config();
  Random random(5);
  c.network = start_network(5, 4, of.channels, of.bits);
  append_layer(c.network, of.shape, random);
  net::Layer& layer = c.network.layers[0];
  if (of.size > 1) run::make_circulant(layer, of.channels / layer.groups, of.size);
  return c;
}

int found_in(const Compiled& c) { return c.program().layers[0].circulant; }

/// Memory words of weights in a record.
std::int64_t words_of(const Compiled& c) {
  return commands::get(c.commands_with(Opcode::kFetch)[0], Field::kFetchWords);
}

/// The same without rotation.
std::int64_t dense_words(Compiled c) {
  c.config.circulant = false;
  CHECK(found_in(c) == 1);
  return words_of(c);
}

TEST_CASE("Circulant.OneColumnOfKIsStored") {
  for (const int bits : {8, 4, 2}) {
    for (const int size : {2, 4, 8}) {
      const bool fits = size * bits >= 8;  // whole bytes
      const Compiled c = layer_of({size, {.weight_bits = bits}, 32, bits});
      INFO(fmt::format("{} bits, blocks of {}", bits, size));
      CHECK(found_in(c) == (fits ? size : 1));
      CHECK(words_of(c) == dense_words(c) / (fits ? size : 1));
      CHECK(c.difference() == "");
    }
  }
}

TEST_CASE("Circulant.LayersOfAllShapes") {
  const std::vector<LayerShape> shapes = {
      {.out_channels = 30},  // the last block has no more
      {.out_channels = 16,
       .kernel_h = 1,
       .kernel_w = 1,
       .pad_top = 0,
       .pad_left = 0,
       .pad_bottom = 0,
       .pad_right = 0},
      {.out_channels = 16,
       .kernel_h = 5,
       .kernel_w = 4,
       .pad_top = 0,
       .pad_left = 0,
       .pad_bottom = 0,
       .pad_right = 0},
      {.out_channels = 32, .groups = 2},
      {.out_channels = 16, .stride_h = 2, .partitions = 4, .gate_block = 4},
      {.out_channels = 32, .partitions = 2}};
  for (const LayerShape& shape : shapes) {
    const Compiled c = layer_of({4, shape, 32, 8});
    INFO(fmt::format("{} outputs, {} groups, {} partitions", shape.out_channels, shape.groups,
                     shape.partitions));
    CHECK(found_in(c) == 4);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("Circulant.TheLargestBlocksAreTaken") {
  Compiled c = layer_of({8, {}, 32, 8});
  c.network.layers[0].weights.assign(c.network.layers[0].weights.size(), 3);  // of any size
  CHECK(found_in(c) == 8);
  CHECK(c.difference() == "");
  c.config.columns = 4;  // of four columns none stands for eight
  CHECK(found_in(c) == 4);
  c.config.columns = 6;
  c.config.precisions = {8, 4};
  c.config.post = 2;
  CHECK(found_in(c) == 2);
}

TEST_CASE("Circulant.WhatIsNot") {
  Compiled off = layer_of({4, {}, 32, 8});
  off.network.layers[0].weights[100] ^= 1;
  CHECK(found_in(off) == 1);
  CHECK(found_in(layer_of({1, {}, 32, 8})) == 1);
  const Compiled part = layer_of({4, {}, 32, 8});
  CHECK(found_in(part) == 4);
  Compiled odd = layer_of({1, {}, 30, 8});  // the last inputs fill no block
  odd.network.layers[0].weights.assign(odd.network.layers[0].weights.size(), 3);
  CHECK(found_in(odd) == 2);
  CHECK(odd.difference() == "");
  CHECK(found_in(layer_of({1, {.kind = net::LayerKind::kMaxPool, .out_channels = 32}, 32, 8})) ==
        1);
}

TEST_CASE("Circulant.LayersWithoutWeightsHaveThoseTheyName") {
  Compiled c = layer_of({1, {}, 32, 8});
  net::Layer& layer = c.network.layers[0];
  layer.weights.clear();
  layer.circulant = 4;
  c.options.values = false;
  CHECK(found_in(c) == 4);
  layer.circulant = 1;
  CHECK(found_in(c) == 1);
}

}  // namespace
}  // namespace sluice::compiler::test
