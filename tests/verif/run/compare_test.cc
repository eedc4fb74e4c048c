// SPDX-License-Identifier: Apache-2.0
// What an execution left in memory against the golden model.
#include <catch2/catch.hpp>

#include "generator/compiler/compile.h"
#include "generator/estimate/builtin.h"
#include "tests/generator/compiler/support.h"
#include "tests/support/designs.h"
#include "verif/golden/images.h"
#include "verif/interpreter/interpreter.h"
#include "verif/run/drawn_network.h"
#include "verif/run/execute.h"

namespace sluice::test {
namespace {

TEST_CASE("Compare.EveryMapInMemory") {
  const Plan plan = make_plan(design("t_small").config);
  const auto drawn = run::draw_network(plan, *estimate::builtin("resnet20-cifar"), {});
  compiler::Options options;
  options.local = false;
  const auto program = compiler::compile(drawn.network, plan, options);
  const auto golden =
      golden::evaluate(drawn.network, golden::input_tensor(drawn.network, drawn.images, 0), true);
  run::Execution execution;
  execution.memory = program.image;
  execution.write_cycles.assign(program.image.size(), 7);
  for (const auto& layer : program.layers) {
    run::store_map(execution.memory, layer.output, golden[layer.result].output);
  }
  CHECK_FALSE(run::compare(execution, program, drawn.network, golden, plan));

  const auto& layer = program.layers[3];
  execution.memory[layer.output.byte_address(2, 5, 1)] ^= 4;
  const auto mismatch = run::compare(execution, program, drawn.network, golden, plan);
  REQUIRE(mismatch);
  CHECK(mismatch->layer == layer.name);
  CHECK(mismatch->y == 2);
  CHECK(mismatch->x == 5);
  CHECK(mismatch->channel == 1);
  CHECK(mismatch->expected == golden[layer.result].output.at(2, 5, 1));
  CHECK((mismatch->found ^ mismatch->expected) == 4);
  CHECK(mismatch->cycle == 7);
}

/// Two convolutions of 4 bits, the second with a weight of 5 bits at input channel 40; its gates,
/// if it has any, know two groups of channels.
net::Network split_network(bool gated) {
  compiler::test::Random random(3);
  net::Network network = compiler::test::start_network(9, 9, 16, 8, 1);
  compiler::test::LayerShape shape;
  shape.weight_bits = shape.out_bits = 4;
  shape.out_channels = gated ? 60 : 64;  // room for one more in each group, or in no record
  compiler::test::append_layer(network, shape, random);
  shape.out_channels = 32;
  shape.partitions = gated ? 2 : 0;
  compiler::test::append_layer(network, shape, random);
  network.layers.back().weights[40 * 9] = 14;
  network.layers.back().weight_bits = 5;
  return network;
}

golden::Tensor random_input(const net::FeatureMap& map) {
  compiler::test::Random random(11);
  const auto values = compiler::test::random_values(map, random);
  return {map.height, map.width, map.channels, {values.begin(), values.end()}};
}

TEST_CASE("Compare.FindsChannelsThatThePlacesOfAMapMove") {
  const Plan plan = make_plan(design("t_small").config);
  for (const bool gated : {false, true}) {
    const net::Network network = split_network(gated);
    compiler::Options options;
    options.local = false;
    options.gated = gated;
    const auto program = compiler::compile(network, plan, options);
    CHECK(program.layers.back().mode == 4);
    CHECK(program.layers[0].output.place_of(40) == (gated ? 41 : 0));
    const golden::Tensor input = random_input(network.maps[0]);
    const auto golden = golden::evaluate(network, input, gated);
    run::Execution execution;
    execution.memory = program.image;
    run::store_map(execution.memory, program.input, input);
    execution.memory = compiler::interpret(plan, execution.memory, program.command_address).memory;
    execution.write_cycles.assign(program.image.size(), 7);
    CHECK_FALSE(run::compare(execution, program, network, golden, plan));
  }
}

}  // namespace
}  // namespace sluice::test
