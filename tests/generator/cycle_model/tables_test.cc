// SPDX-License-Identifier: Apache-2.0
// Activation tables: what they cost, by hand with docs/03_design/timing.md.
#include <catch2/catch.hpp>

#include "generator/cycle_model/cycle_model.h"
#include "tests/generator/cycle_model/hand_made.h"

namespace sluice::cycles {
namespace {

using test::HandMadeLayer;
using test::ImageWriter;

int none_open(int, int, int, int) { return 0; }

Plan plan_of(bool table) {
  Config config = test::small_plan().config;
  config.activation_table = table;
  return make_plan(config);
}

Prediction predict_on(const Plan& plan, const HandMadeLayer& layer) {
  return predict(plan, test::hand_made_program(plan, layer), {}, none_open);
}

/// A layer behind so many commands that each fill a quarter of the table.
Prediction behind_tables(int tables) {
  const Plan plan = plan_of(true);
  const HandMadeLayer layer{.look_up = true};
  ImageWriter writer(plan);
  for (int part = 0; part < tables; ++part) writer.table(part);
  writer.layer(layer);
  writer.fetch(layer, 4 + tables);
  writer.run(layer);
  writer.end();
  writer.records(layer);
  return predict(plan, writer.program(layer), {}, none_open);
}

TEST_CASE("TableCycles.OutputsOfADesignWithATablePassTwoStagesMore") {
  for (const bool look_up : {false, true}) {
    CHECK(predict_on(plan_of(true), {.look_up = look_up}).cycles ==
          predict_on(plan_of(false), {}).cycles + 2);
  }
}

// Seen, decoded, waits; 17 operands and one until the last is there; handed on
TEST_CASE("TableCycles.ATableCommandTakes22Cycles") {
  CHECK(behind_tables(4).layer_cycles[0] == behind_tables(1).layer_cycles[0] + 3 * 22);
}

TEST_CASE("TableCycles.EachChannelOfPostProcessingHasAMemory") {
  const Prediction with = behind_tables(4);
  // 64 words, two channels a cycle
  CHECK(with.layer_accesses[0].writes_of(MemoryKind::kTable) == 64 * 2);
  // Four channels of eight positions
  CHECK(with.layer_accesses[0].reads_of(MemoryKind::kTable) == 32);
  CHECK(predict_on(plan_of(true), {}).layer_accesses[0].reads_of(MemoryKind::kTable) == 0);
  CHECK(predict_on(plan_of(false), {.look_up = true}) == predict_on(plan_of(false), {}));
}

}  // namespace
}  // namespace sluice::cycles
