// SPDX-License-Identifier: Apache-2.0
// Directed cases of bands, local maps and weights that are not kept, and the proof that the
// interpreter sees a missing wait.
#include <catch2/catch.hpp>
#include <cstring>

#include "generator/compiler/bytes.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

using Case = Compiled;

/// Three 3x3 layers on maps of 16 channels.
Case chain(int size) {
  Random random(5);
  Case c;
  c.network = start_network(size, size, 16, 8);
  for (int i = 0; i < 3; ++i) {
    LayerShape shape;
    shape.out_channels = 16;
    append_layer(c.network, shape, random);
  }
  return c;
}

/// Drops one wait of the first command with this opcode that has it; false if there is none.
bool drop_wait(std::vector<std::uint8_t>& image, const Plan& plan, unsigned opcode, int bit,
               int skip = 0) {
  for (std::size_t at = 0;; at += plan.command_bytes) {
    const std::uint32_t word = get32(&image[at]);
    if ((word & 15) == 6) return false;
    if ((word & 15) != opcode || (word >> bit & 1) == 0 || skip-- > 0) continue;
    put32(&image[at], word & ~(1u << bit));
    return true;
  }
}

/// Message of the race that the interpreter finds after a wait was dropped.
std::string race_without(const Case& c, unsigned opcode, int bit, int skip = 0) {
  const Plan plan = make_plan(c.config);
  std::vector<std::uint8_t> image = c.program().image;
  if (!drop_wait(image, plan, opcode, bit, skip)) return "no such wait";
  try {
    interpret(plan, image, 0);
  } catch (const InterpretError& error) {
    return error.message;
  }
  return "";
}

constexpr unsigned kLoad = 1, kRun = 5, kAddition = 7;
constexpr int kWaitLoads = 4, kWaitWrites = 5, kWaitRun = 7;

}  // namespace

TEST_CASE("Schedule.MapsThatFitStayInTheActivationBuffer") {
  const Case c = chain(12);
  const Program program = c.program();
  CHECK(program.layers[0].output.local);
  CHECK(program.layers[1].input.local);
  CHECK(program.layers[1].output.local);
  CHECK_FALSE(program.layers[2].output.local);
  CHECK(c.difference() == "");
}

TEST_CASE("Schedule.MapsOfResultsGoToMemory") {
  Case c = chain(12);
  net::ResultSource source;
  source.map = c.network.layers[0].output;
  c.network.results.push_back({"inner", {source}});
  const Program program = c.program();
  CHECK_FALSE(program.layers[0].output.local);
  CHECK(program.layers[1].output.local);
  REQUIRE(program.outputs.size() == 2);
  CHECK(program.outputs[0].address == program.layers[2].output.address);
  CHECK(program.outputs[1].address == program.layers[0].output.address);
  CHECK(c.difference() == "");
}

TEST_CASE("Schedule.OptionsLocalFalseKeepsAllMapsInMemory") {
  Case c = chain(12);
  c.options.local = false;
  for (const LayerProgram& layer : c.program().layers) {
    CHECK_FALSE(layer.input.local);
    CHECK_FALSE(layer.output.local);
  }
  CHECK(c.difference() == "");
}

TEST_CASE("Schedule.MapsLargerThanTheBufferAreProcessedInBands") {
  Case c = chain(24);
  c.config.buffers.activation = 1 << 13;
  for (const LayerProgram& layer : c.program().layers) {
    CHECK(layer.runs.size() > 1);
    int rows = 0;
    for (const Run& run : layer.runs) {
      CHECK(run.first_row == rows);
      rows += run.rows;
    }
    CHECK(rows == 24);
  }
  CHECK(c.difference() == "");
}

TEST_CASE("Schedule.OneRegionServesWhereTwoDoNotFit") {
  Case c = chain(24);
  c.config.buffers.activation = 1 << 11;  // one output row takes 3 * 26 * 16 = 1248 bytes
  CHECK(c.program().layers[0].runs.size() == 12);
  CHECK(c.difference() == "");
}

TEST_CASE("Schedule.WeightsThatDoNotFitTheBufferAreFetchedForEveryTile") {
  Case c = chain(12);
  c.config.buffers.weight = 128;
  c.config.accumulator.positions = 16;
  CHECK_FALSE(c.program().layers[0].keep);
  CHECK(c.difference() == "");
}

TEST_CASE("Schedule.ARunMustWaitForItsInput") {
  CHECK(race_without(chain(12), kRun, kWaitLoads) ==
        "race: RUN 0 of layer 0 does not wait for a LOAD in layer 0: both use bytes in [61952, "
        "63744) of the activation buffer");
  CHECK(race_without(chain(12), kRun, kWaitWrites).substr(0, 53) ==
        "race: RUN 0 of layer 1 does not wait for RUN 0 of lay");
}

TEST_CASE("Schedule.ALoadMustWaitForTheRunThatReadsItsRegionAndForWrites") {
  Case c = chain(24);
  c.config.buffers.activation = 1 << 13;
  CHECK(race_without(c, kLoad, kWaitRun, 1).substr(0, 33) == "race: a LOAD in layer 0 does not ");
  CHECK(race_without(c, kLoad, kWaitWrites).substr(0, 33) == "race: a LOAD in layer 1 does not ");
}

TEST_CASE("Schedule.AMapMayHaveTwoReadersThatAgreeOnItsLayout") {
  Case c = chain(8);
  c.network.layers[2].input = 1;  // skips layer 1
  const Plan plan = make_plan(c.config);
  Random random(7);
  const Values input = random_values(c.network.maps[0], random);
  net::Network without = c.network;
  without.layers.erase(without.layers.begin() + 1);
  const Program program = c.program();
  CHECK(program.layers[0].output.local);
  CHECK(execute(c.network, program, plan, input) == reference(without, input, true));
}

TEST_CASE("Schedule.AnAdditionMustWaitForTheMapThatItAdds") {
  Case c = chain(12);
  c.network.layers.pop_back();
  c.network.maps.pop_back();
  c.network.layers[1].input = 0;
  Random random(9);
  append_add(c.network, 2, 1, 8, random);
  CHECK(c.difference() == "");
  CHECK(race_without(c, kAddition, kWaitWrites).substr(0, 53) ==
        "race: RUN 0 of layer 1 does not wait for RUN 0 of lay");
}

TEST_CASE("Schedule.TheInterpreterRefusesACommandItDoesNotKnow") {
  const Case c = chain(6);
  std::vector<std::uint8_t> image = c.program().image;
  image[0] = 9;
  CHECK_THROWS_AS(interpret(make_plan(c.config), image, 0), InterpretError);
}

TEST_CASE("Schedule.EqualMapsInOnePlaceNeedTheirPaddingFilledOnce") {
  Random random(5);
  Case c;
  c.network = start_network(12, 12, 16, 8);
  for (int i = 0; i < 6; ++i) {
    LayerShape shape;
    shape.out_channels = 16;
    append_layer(c.network, shape, random);
    c.network.maps.back().pad_value = 3;
  }
  const Plan plan = make_plan(c.config);
  const std::vector<std::uint8_t> image = c.program().image;
  int layers = 0, last_fill = 0;
  for (std::size_t at = 0; (image[at] & 15) != 6; at += plan.command_bytes) {
    if ((image[at] & 15) == 3) ++layers;
    if ((image[at] & 15) == 2) last_fill = layers;
  }
  CHECK(layers == 6);
  CHECK(last_fill <= 3);
  CHECK(c.difference() == "");
}

}  // namespace sluice::compiler::test
