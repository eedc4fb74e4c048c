// SPDX-License-Identifier: Apache-2.0
// Layers with few blocks: records that compute them at several output positions.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/generator/compiler/fold_case.h"

namespace sluice::compiler::test {
namespace {

/// A few blocks: 16 channels, or what else.
LayerShape few(int channels = 16) {
  LayerShape shape;
  shape.out_channels = channels;
  return shape;
}

/// The layer and its reader on a map of 16 channels.
Case few_on(int height, int width) {
  Random random(3);
  Case c(few(), 16, 16);
  c.network = start_network(height, width, 16, 8);
  append_layer(c.network, few(), random);
  append_layer(c.network, {}, random);
  return c;
}

/// How windows of positions are read and written, of the first layer.
struct Places {
  std::int64_t window_step, row_step, column_step, out_unit_step, out_row_step, out_column_step;
  bool operator==(const Places&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Places& p) {
  return out << "window step " << p.window_step << ", steps " << p.row_step << " and "
             << p.column_step << ", unit step " << p.out_unit_step << ", output steps "
             << p.out_row_step << " and " << p.out_column_step;
}

Places places_of(const Case& c) {
  const auto words = layer_words(c);
  const auto field = [&](Field id) { return commands::get(words, id); };
  return {field(Field::kLayerWindowStep), field(Field::kLayerRowStep),
          field(Field::kLayerColumnStep), field(Field::kLayerOutUnitStep),
          field(Field::kLayerOutRowStep), field(Field::kLayerOutColumnStep)};
}

std::uint64_t entry_at(const std::uint8_t* bytes) {
  return get32(bytes) | std::uint64_t{get32(bytes + 4)} << 32;
}

}  // namespace

TEST_CASE("FoldPositions.AFewBlocksAreComputedAtSeveralPositions") {
  const Case c(few(), 16, 16);  // 4 blocks; windows of every fourth row, rows of 72 atoms
  CHECK(folding_of(c) == Folded{16, 4, 16, 4});
  CHECK(places_of(c) == Places{72, 4 * 72, 4, 4 * 72, 4 * 4 * 72, 16});
  const Program program = c.program();
  const LayerProgram& layer = program.layers[0];
  CHECK(layer.positions == 4);
  CHECK(layer.base_steps == 9);
  REQUIRE(layer.blocks.size() == 16);
  for (int j = 0; j < 16; ++j) CHECK(layer.blocks[j].first_channel == j % 4 * 4);
  const auto run = c.commands_with(Opcode::kRun).at(0);
  CHECK(commands::get(run, Field::kRunRows) == 4);
  CHECK(commands::get(run, Field::kRunColumns) == 16);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.TheBlocksOfAllPositionsHaveTheSameWeightsAndParameters") {
  const Case c(few(), 16, 16);
  const Program program = c.program();
  const Plan plan = make_plan(c.config);
  const auto fetch = c.commands_with(Opcode::kFetch).at(0);
  const int header = plan.header_words * c.config.memory.bytes;
  const std::uint8_t* record = program.image.data() + commands::get(fetch, Field::kFetchAddress);
  CHECK(commands::get(entry_at(record), Field::kEntryUnits) == 4);
  CHECK(commands::get(entry_at(record), Field::kEntryColumns) == 16);
  const auto repeats = [](const std::uint8_t* at, int bytes, int times) {
    const bool some = std::any_of(at, at + bytes, [](std::uint8_t byte) { return byte != 0; });
    return some && std::equal(at, at + (times - 1) * bytes, at + bytes);
  };
  // A step's column: 16 bytes of each of 4 blocks, once for each window
  for (int column = 0; column < 9 * 4; ++column) {
    CHECK(repeats(record + header + column * 256, 4 * 16, 4));
  }
  const std::uint8_t* parameters = record + plan.sequencer_words * c.config.memory.bytes;
  CHECK(repeats(parameters, 16 * 8 * plan.parameter_kinds, 4));
}

TEST_CASE("FoldPositions.PositionsAreStripsOfRowsWhereThoseLieInOtherBanks") {
  Case c(few(), 32, 3);  // 8 rows of 34 atoms apart: 16 banks of 64
  CHECK(folding_of(c) == Folded{16, 4, 16, 4});
  CHECK(places_of(c) == Places{8 * 34, 34, 1, 8 * 4 * 136, 4 * 136, 16});
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.PositionsAreColumnsWhereWindowsOfRowsCollide") {
  const Case c(few(), 13, 16);  // rows of 60 atoms; four strips of 4 columns overlap
  CHECK(folding_of(c) == Folded{16, 4, 16, 4});
  CHECK(places_of(c) == Places{3 * 4, 60, 4, 3 * 16, 4 * 60, 16});
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.AMapOfOneRowIsComputedAtSeveralColumns") {
  const Case c = few_on(1, 64);
  CHECK(folding_of(c) == Folded{16, 4, 16, 4});
  CHECK(places_of(c) == Places{4, 264, 4 * 4, 16, 4 * 264, 4 * 16});
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.BandsAreCutWhereWindowsOfRowsCoverThem") {
  const Case c = few_on(100, 100);
  const LayerProgram layer = c.program().layers[0];
  CHECK(layer.positions == 4);
  CHECK(places_of(c).row_step == 4 * places_of(c).window_step);
  CHECK(layer.runs.size() > 1);
  for (const Run& run : layer.runs) CHECK(run.rows % 4 == 0);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.PositionsHaveUnitsThatPostProcessingTakes") {
  Case c(few(), 16, 16);
  c.config.post = 32;
  CHECK(c.program().layers[0].positions <= 2);
  CHECK(c.difference() == "");
  c.config.post = 64;
  CHECK(c.program().layers[0].positions == 1);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.SumsAreAddedToAtSeveralPositions") {
  Case c(few(), 16, 16);
  Random random(1);
  append_layer(c.network, few(), random, 1);
  append_add(c.network, 3, 1, 8, random);
  append_layer(c.network, few(), random);
  const LayerProgram sum = c.program().layers[2];
  CHECK(sum.result != sum.layer);
  CHECK(sum.positions == 4);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.SlicesOfFewChannelsAreTakenAtSeveralPositions") {
  LayerShape pool;
  pool.kind = net::LayerKind::kMaxPool;
  const Case c(pool, 16, 32);  // 8 blocks of an atom; neighbouring columns follow each other
  CHECK(folding_of(c) == Folded{16, 1, 16, 8});  // in each of three taps
  CHECK(places_of(c).window_step == 8);
  CHECK(c.program().layers[0].positions == 2);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.LanesShareBlocksBeforePositions") {
  Case c(few(32), 16, 16);
  c.config.lanes = 2;
  const LayerProgram layer = c.program().layers[0];
  CHECK(layer.positions == 4);
  CHECK(layer.blocks.size() == 32);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldPositions.GatedLayersReadGroupsAlone") {
  const Case c(gated(16), 16, 16);
  CHECK(c.program().layers[0].positions == 1);
  CHECK(c.difference() == "");
}

}  // namespace sluice::compiler::test
