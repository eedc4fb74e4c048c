// SPDX-License-Identifier: Apache-2.0
// What an execution left in memory against the golden model.
#include <catch2/catch.hpp>

#include "generator/compiler/compile.h"
#include "generator/estimate/builtin.h"
#include "tests/support/designs.h"
#include "verif/golden/images.h"
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

}  // namespace
}  // namespace sluice::test
