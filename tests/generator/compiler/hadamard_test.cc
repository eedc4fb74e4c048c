// SPDX-License-Identifier: Apache-2.0
// Layers whose sums are transformed: outputs are those of the definition, on designs that transform
// and, with composed weights, on others; and what is refused.
#include "generator/compiler/hadamard.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// 16 columns of a lane in four blocks.
Config transforming_config(int longest = 16) {
  Config config = small_config();
  config.rows = 64;
  config.segments = 4;
  config.precisions = {8, 4, 2};
  config.post = 8;
  config.hadamard = longest;
  config.buffers.weight = 4096;
  return config;
}

Compiled layer_of(int size, const LayerShape& shape, int bits = 8, int longest = 16) {
  Compiled c;
  c.config = transforming_config(longest);
  Random random(9);
  c.network = start_network(5, 4, 16, bits);
  append_layer(c.network, shape, random);
  c.network.layers[0].hadamard = size;
  for (net::Requant& requant : c.network.layers[0].requant) requant.shift += 2;
  return c;
}

TEST_CASE("Hadamard.TransformedSumsAreThoseOfTheDefinition") {
  for (const int bits : {8, 4, 2}) {
    for (const int size : {4, 8, 16}) {
      for (const int channels : {16, 48}) {
        LayerShape shape;
        shape.out_channels = channels;
        shape.weight_bits = shape.out_bits = bits;
        const Compiled c = layer_of(size, shape, bits);
        INFO(bits << " bits, " << size << " of " << channels);
        CHECK(c.difference() == "");
        CHECK(c.program().layers[0].hadamard == size);
        const auto layer = c.commands_with(Opcode::kLayer)[0];
        CHECK(1 << commands::get(layer, commands::Field::kLayerHadamard) == size);
      }
    }
  }
}

TEST_CASE("Hadamard.DepthwiseAndGroupConvolutionsAndLayersThatAddAreTransformed") {
  for (const int groups : {2, 16}) {
    for (const int longest : {0, 16}) {
      LayerShape shape;
      shape.out_channels = 16;
      shape.groups = groups;
      shape.weight_bits = longest == 0 ? 4 : 8;
      INFO(groups << " groups, longest " << longest);
      CHECK(layer_of(8, shape, 8, longest).difference() == "");
    }
  }
  LayerShape shape;
  shape.out_channels = 16;
  Compiled c = layer_of(16, shape);
  Random random(2);
  append_add(c.network, 1, 0, 8, random);
  CHECK(c.difference() == "");
  CHECK(c.program().layers.size() == 1);
}

TEST_CASE("Hadamard.TransformsGoOverTheGroupsOfTheMapThatIsWritten") {
  LayerShape shape;
  shape.out_channels = 32;
  Compiled c = layer_of(16, shape);
  Random random(3);
  shape.groups = 4;  // of eight channels, which are half a transform
  append_layer(c.network, shape, random);
  CHECK(c.difference() == "");
  CHECK(c.program().layers[0].output.groups == 4);
  const auto layer = c.commands_with(Opcode::kLayer)[0];
  CHECK(commands::get(layer, commands::Field::kLayerUnitBlocks) == 2);
  shape.groups = 8;  // of less than post-processing takes in a cycle
  c = layer_of(16, shape);
  append_layer(c.network, shape, random);
  CHECK(c.refusal().find("groups of its output map") != std::string::npos);
}

TEST_CASE("Hadamard.WithoutTheUnitWeightsAreComposedIfTheyFit") {
  LayerShape shape;
  shape.out_channels = 32;
  for (const int bits : {2, 4}) {
    shape.weight_bits = bits;
    for (const int longest : {0, 4, 8}) {
      const Compiled c = layer_of(16, shape, 8, longest);
      INFO(bits << " bits, longest " << longest);
      CHECK(c.difference() == "");
      CHECK(c.program().layers[0].hadamard == 1);
    }
  }
  shape.weight_bits = 8;
  CHECK(layer_of(16, shape, 8, 0)
            .refusal()
            .find("has no Hadamard transforms, and weights that do "
                  "it are too large; set hadamard: 16") != std::string::npos);
  CHECK(layer_of(16, shape, 8, 8).refusal().find("has 8 at most") != std::string::npos);
}

TEST_CASE("Hadamard.WhatCannotBeTransformedIsRefusedByName") {
  LayerShape shape;
  shape.out_channels = 24;
  CHECK(layer_of(16, shape).refusal().find("of 16 channels each, of 24") != std::string::npos);
  CHECK(layer_of(3, shape).refusal().find("powers of two from 4 to 64") != std::string::npos);
  shape.out_channels = 16;
  shape.partitions = 4;
  CHECK(layer_of(4, shape).refusal().find("has gates and transforms its sums") !=
        std::string::npos);
  shape.partitions = 0;
  Compiled c = layer_of(16, shape);
  c.config.accumulator.bits = 20;
  c.config.accumulator.max_reduction = 31;
  CHECK(c.refusal().find("transformed over 16") != std::string::npos);
}

TEST_CASE("Hadamard.TheTransformOfWeightsIsThatOfSums") {
  net::Layer layer;
  layer.weights = {1, 2, 3, 4, 5, 6, 7, 8};  // four outputs of two inputs
  layer.hadamard = 4;
  CHECK(transformed_weights(layer, 4) == std::vector<std::int32_t>{16, 20, -4, -4, -8, -8, 0, 0});
}

}  // namespace
}  // namespace sluice::compiler::test
