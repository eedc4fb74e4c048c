// SPDX-License-Identifier: Apache-2.0
// Precision gating: outputs are those of the definition, maps lie as planes or are copied, and what
// is refused.
#include "generator/compiler/planes.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

using commands::Field;

Config planes_config() {
  Config config = small_config();
  config.rows = 32;
  config.segments = 4;
  config.precisions = {8, 4, 2};
  config.precision_gating = true;
  config.buffers.weight = 8192;
  config.buffers.activation = 8192;
  return config;
}

/// Gives a layer gates that split bits, of which about half are open.
void split_bits(net::Network& network, std::size_t index, int block) {
  net::Layer& layer = network.layers[index];
  net::FeatureMap& in = network.maps[layer.input];
  const int outputs = network.maps[layer.output].channels;
  net::Gate gate;
  gate.partitions = 2;
  gate.channel_groups = false;
  gate.plane_bits = in.bits / 2;
  gate.block = block;
  for (int c = 0; c < outputs; ++c) gate.tau.push_back(c % 3 * 8 - 8);
  layer.gate = gate;
  layer.requant_closed = layer.requant;
  for (net::Requant& requant : layer.requant_closed) requant.bias += 7;
  in.pad_value = -(1 << (in.bits - 1));
}

/// Two layers, of which the second is precision-gated.
Compiled two_layers(int bits, int block, int channels = 8) {
  Compiled c;
  c.config = planes_config();
  Random random(11);
  c.network = start_network(6, 5, 4, 8);
  LayerShape shape;
  shape.out_channels = channels;
  shape.out_bits = bits;
  append_layer(c.network, shape, random);
  shape.out_channels = 12;
  shape.weight_bits = bits / 2;
  append_layer(c.network, shape, random);
  split_bits(c.network, 1, block);
  return c;
}

TEST_CASE("Planes.OutputsAreThoseOfTheDefinition") {
  for (const int bits : {8, 4}) {
    for (const int block : {1, 4}) {
      for (const int channels : {8, 20}) {
        const Compiled c = two_layers(bits, block, channels);
        INFO(bits << " bits, block " << block << ", " << channels << " channels");
        CHECK(c.difference() == "");
        const auto layers = c.commands_with(Opcode::kLayer);
        REQUIRE(layers.size() == 2);
        CHECK(commands::get(layers[0], Field::kLayerPlanes) == 1);
        CHECK(commands::get(layers[0], Field::kLayerPlaneShift) == 0);
        CHECK(commands::get(layers[1], Field::kLayerPlanes) == 0);
        CHECK(commands::get(layers[1], Field::kLayerPlaneShift) == bits / 4);
        CHECK(c.program().layers[1].mode == bits / 2);
      }
    }
  }
}

TEST_CASE("Planes.WithoutGatesMapsLieAsTheyAre") {
  Compiled c = two_layers(8, 1);
  c.options.gated = false;
  CHECK(c.difference() == "");
  CHECK(c.program().layers[1].mode == 8);
  CHECK_FALSE(c.program().layers[0].output.planes);
}

TEST_CASE("Planes.WhatOthersReadIsCopied") {
  Compiled c = two_layers(8, 4);
  Random random(3);
  LayerShape shape;
  shape.out_channels = 12;
  append_layer(c.network, shape, random, 1);
  append_add(c.network, 2, 3, 8, random);
  LayerShape split;
  split.out_channels = 8;
  split.weight_bits = 4;
  append_layer(c.network, split, random);
  split_bits(c.network, 4, 1);
  CHECK(c.difference() == "");
  int copies = 0;
  for (const LayerProgram& layer : c.program().layers) copies += layer.copies ? 1 : 0;
  CHECK(copies == 2);  // of a map with two readers, and of a sum
}

TEST_CASE("Planes.TheNetworksInputIsCopied") {
  Compiled c;
  c.config = planes_config();
  Random random(5);
  c.network = start_network(6, 5, 8, 8);
  LayerShape shape;
  shape.weight_bits = 4;
  append_layer(c.network, shape, random);
  split_bits(c.network, 0, 1);
  CHECK(c.difference() == "");
  CHECK(c.program().layers[0].copies);
  CHECK_FALSE(c.program().input.planes);
}

TEST_CASE("Planes.WhatTheDesignOrTheNetworkLacksIsNamed") {
  Compiled c = two_layers(8, 1);
  c.config.precision_gating = false;
  CHECK(c.refusal() ==
        "layer 'layer1': has gates that split bits, but design 'small' has no precision gating; "
        "set precision_gating: true, or compile ungated");
  c.config = planes_config();
  c.config.precisions = {8, 2};
  CHECK(c.refusal() ==
        "layer 'layer1': splits its input into planes of 4 bits, but design 'small' has no such "
        "precision");
  c.config = planes_config();
  c.network.layers[1].weight_bits = 8;
  CHECK(c.refusal() ==
        "layer 'layer1': has weights of 8 bits; with precision gating they have those of a plane "
        "at most, 4: quantise its weights to 4 bits, or compile ungated");
  c.network.layers[1].weight_bits = 4;
  c.network.maps[1].pad_value = 0;
  CHECK(c.refusal() ==
        "layer 'layer1': pads its input with 0, of which the planes' halves, 0 and -8, differ; "
        "with precision gating padding needs the zero point of a ReLU, -128 as a stored value, or "
        "layers without");
  c.network.maps[1].pad_value = 8;  // 0 and 0
  CHECK(c.difference() == "");
  c.network.maps[1].bits = 4;
  c.network.layers[0].clamp_low = -8;
  c.network.layers[0].clamp_high = 7;
  CHECK(c.refusal() ==
        "layer 'layer1': splits the 4 bits of 'map1' into planes of 4; planes have half the bits");
}

}  // namespace
}  // namespace sluice::compiler::test
