// SPDX-License-Identifier: Apache-2.0
// Products of two maps, of one shape or of a map and one position: which layer does them, the
// command that says how, and how the map of one position is laid out.
#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "generator/compiler/commands.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// A network of 3x3 layers that keep 16 channels.
struct Case : Compiled {
  Random random{5};

  explicit Case(int size) { network = start_network(size, size, 16, 8); }

  int layer(int input, int out_bits = 8) {
    append_layer(network, {.out_channels = 16, .out_bits = out_bits}, random, input);
    return network.layers.back().output;
  }
  /// A map of one position made of a map.
  int vector(int input, int out_bits = 8) {
    const net::FeatureMap& in = network.maps[input];
    LayerShape shape{.kind = net::LayerKind::kMaxPool, .kernel_h = in.height, .kernel_w = in.width};
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
    shape.out_bits = out_bits;
    append_layer(network, shape, random, input);
    return network.layers.back().output;
  }
  int product(int input, int addend, int out_bits = 8) {
    append_multiply(network, input, addend, out_bits, random);
    return network.layers.back().output;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const LayerProgram& layer : program().layers) names.push_back(layer.name);
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_CASE("Products.OfMapsOfOneShapeAreDoneWhereAdditionsAre") {
  for (const int bits : {8, 4, 2}) {
    Case c(9);
    const int trunk = c.layer(0, bits);
    c.product(trunk, c.layer(trunk, bits), bits);
    CHECK(c.names() == Names{"layer0", "layer1 + layer2"});
    CHECK(c.difference() == "");
  }
}

TEST_CASE("Products.WithAMapOfOnePositionThatIsLaterAreLayersOfTheirOwn") {
  for (const int bits : {8, 4, 2}) {
    Case c(9);
    const int trunk = c.layer(0, bits);
    c.product(trunk, c.vector(trunk, bits), bits);
    CHECK(c.names() == Names{"layer0", "layer1", "layer2"});
    CHECK(c.difference() == "");
    c.layer(3);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("Products.WithAMapOfOnePositionThatIsThereAreDoneByTheLayerThatGivesTheOther") {
  Case c(9);
  const int vector = c.vector(0);
  c.product(c.layer(0), vector);
  CHECK(c.names() == Names{"layer0", "layer1 + layer2"});
  CHECK(c.difference() == "");
}

TEST_CASE("Products.OfChannelsFollowTheGroupsOfGatedReaders") {
  Case c(10);
  const int trunk = c.layer(0);
  c.product(trunk, c.vector(trunk));
  append_layer(c.network, {.out_channels = 16, .partitions = 4}, c.random);
  CHECK(c.difference() == "");
  const Program program = c.program();
  CHECK(program.layers[2].output.groups == 4);
  CHECK(program.layers[1].output.groups == 4);
  CHECK(program.layers[1].output.group_pitch == program.layers[2].output.group_pitch);
}

TEST_CASE("Products.TheCommandHoldsMultiplierZerosAndPlace") {
  Case c(9);
  const int trunk = c.layer(0);
  c.product(trunk, c.vector(trunk));
  net::Layer& layer = c.network.layers.back();
  layer.input_zero = -7;
  layer.addend_zero = 100;
  layer.requant.assign(16, {0, 700'000, 26});
  const auto found = c.commands_with(Opcode::kAddition);
  REQUIRE(found.size() == 1);
  const auto field = [&](Field id) { return commands::get(found[0], id); };
  CHECK(field(Field::kAdditionMultiply) == 1);
  CHECK(field(Field::kAdditionVector) == 1);
  CHECK(field(Field::kAdditionZero) == -7);
  CHECK(field(Field::kAdditionAddendZero) == 100);
  CHECK(field(Field::kAdditionFactor) == 700'000);
  CHECK(field(Field::kAdditionAddendFactor) == 700'000);
  CHECK(field(Field::kAdditionShift) == 26);
  CHECK(field(Field::kAdditionBias) == 0);
  CHECK(field(Field::kWaitWrites) == 1);
  CHECK(field(Field::kAdditionDistance) ==
        static_cast<std::int64_t>(c.program().layers[1].output.address));
}

TEST_CASE("Products.WhatIsRefused") {
  Case without(9);
  without.product(without.layer(0), 0);
  without.config.additions = false;
  CHECK(without.refusal() ==
        "layer 'layer1': multiplies two maps, but design 'small' has no additions; set additions: "
        "true");
  Case biased(9);
  biased.product(biased.layer(0), 0);
  biased.network.layers[1].requant[3].bias = 1;
  CHECK(biased.refusal() ==
        "layer 'layer1': the channels of a product have one multiplier, one shift from 0 to 47 and "
        "no bias");
  Case zero(9);
  zero.product(zero.layer(0), 0);
  zero.network.layers[1].addend_zero = 128;
  CHECK(zero.refusal() == "layer 'layer1': a zero of 128 does not fit 8 bits");
  Case shape(9);
  append_layer(shape.network, {.out_channels = 16, .pad_bottom = 0}, shape.random, 0);
  shape.product(0, 1);
  CHECK(shape.refusal().find("a product takes and gives maps of one shape") != std::string::npos);
}

}  // namespace
}  // namespace sluice::compiler::test
