// SPDX-License-Identifier: Apache-2.0
// Which folds the compiler chooses, and what the records and LAYER commands of them hold.
#include <catch2/catch.hpp>
#include <set>

#include "tests/generator/compiler/fold_case.h"

namespace sluice::compiler::test {

TEST_CASE("FoldChoice.AGatedLayerOf64ChannelsIsOneRecordOfFourUnitsInFourWindows") {
  const Case c(gated(64), 16, 64, 4);
  CHECK(folding_of(c) == Folded{16, 4, 16, 4});
  const LayerProgram layer = c.program().layers[0];
  CHECK(layer.fold == 16);
  CHECK(layer.record_blocks == 16);
  CHECK(layer.blocks.size() == 16);
  CHECK(layer.base_steps == 9);         // 9 taps of 16 bytes, 16 a step
  CHECK(layer.conditional_steps == 2);  // 3 groups of 144 bytes, 256 a step
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.OutputsInOneGroupAreOneUnit") {
  CHECK(folding_of(Case(gated(64), 16, 64)) == Folded{16, 4, 16, 16});
}

TEST_CASE("FoldChoice.BlocksOfConvolutionGroupsEachHaveAWindow") {
  LayerShape shape;
  shape.groups = 32;
  shape.out_channels = 64;
  Case c(shape, 16, 64);
  c.config.post = 4;
  CHECK(folding_of(c) == Folded{16, 16, 16, 16});
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.PoolingAndAdditionsTakeASliceOfChannelsForEachBlock") {
  LayerShape pool;
  pool.kind = net::LayerKind::kMaxPool;
  pool.kernel_h = pool.kernel_w = 1;  // nothing to join
  pool.pad_top = pool.pad_left = pool.pad_bottom = pool.pad_right = 0;
  Case c(pool, 16, 64);
  c.config.post = 32;
  CHECK(folding_of(c) == Folded{16, 16, 16, 16});
  Random random(1);
  append_add(c.network, 1, 0, 8, random);
  CHECK(folding_of(c, 2) == Folded{16, 16, 16, 16});
  const auto words = layer_words(c, 2);
  CHECK(commands::get(words, Field::kLayerWindowStep) == 1);
  CHECK(commands::get(words, Field::kLayerStepSlots) == 1);
}

TEST_CASE("FoldChoice.AdditionsOfMapsInGroupsReadWholeGroups") {
  Case c(gated(64), 16, 64, 4);
  Random random(1);
  append_add(c.network, 1, 1, 8, random);
  append_layer(c.network, gated(64), random);
  const auto words = layer_words(c, 2);
  CHECK(folding_of(words) == Folded{16, 4, 16, 4});
  CHECK(commands::get(words, Field::kLayerStepSlots) == 4);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.NarrowGroupsOfTheOutputLeavePlacesOfUnitsEmpty") {
  const Case c(gated(16), 16, 16, 4);  // a group is one block, post-processing takes 4
  CHECK(folding_of(c) == Folded{16, 4, 16, 4});
  const LayerProgram layer = c.program().layers[0];
  REQUIRE(layer.blocks.size() == 16);
  for (int j = 0; j < 16; ++j) {
    CHECK(layer.blocks[j].channels == (j % 4 == 0 ? 4 : 0));
    if (j % 4 == 0) CHECK(layer.blocks[j].first_channel == j);
  }
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.SpansEndWithAnInputGroupThatNoWindowsFollow") {
  LayerShape shape = gated(96);  // 6 blocks read each input group
  shape.kernel_h = shape.kernel_w = 1;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
  const Case c(shape, 16, 96);
  CHECK(folding_of(c) == Folded{8, 1, 6, 6});
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.AFewBlocksAreSharedOutToAllLanes") {
  Case c(gated(48), 16, 64);  // 12 blocks
  c.config.lanes = 4;
  const LayerProgram layer = c.program().layers[0];
  CHECK(layer.fold == 4);
  CHECK(layer.record_blocks == 3);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.OneSegmentDoesNotFold") {
  Case c(gated(64), 16, 64, 4);
  c.config.segments = 1;
  c.config.post = 4;
  CHECK(folding_of(c) == Folded{1, 1, 1, 1});
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.UnitsThatPostProcessingDoesNotTakeHaveRecordsOfTheirOwn") {
  LayerShape shape = gated(64);
  Case c(shape, 16, 64, 4);
  c.config.post = 64;
  CHECK(folding_of(c).record == folding_of(c).unit);
  CHECK(c.difference() == "");
}

namespace {

/// The walks of a conditional pass, and the groups in the activation buffer.
struct Walks {
  int count, groups, steps, last_slots, stored_groups;
  bool operator==(const Walks&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Walks& w) {
  return out << w.count << " walks of " << w.groups << " groups, " << w.steps
             << " steps, last slots " << w.last_slots << ", stored " << w.stored_groups;
}

Walks walks_of(const Case& c, int layer = 0) {
  const auto words = layer_words(c, layer);
  const auto field = [&](Field id) { return static_cast<int>(commands::get(words, id)); };
  return {field(Field::kLayerConditionalWalks), field(Field::kLayerWalkGroups),
          field(Field::kLayerConditionalSteps), field(Field::kLayerConditionalLastSlots),
          field(Field::kLayerGroups)};
}

/// Bytes by which the LOADs of a program shift what they load.
std::set<int> load_shifts_of(const Case& c) {
  std::set<int> shifts;
  for (const commands::Words& load : c.commands_with(Opcode::kLoad)) {
    shifts.insert(static_cast<int>(commands::get(load, Field::kLoadShift)));
  }
  return shifts;
}

/// A pointwise layer of 16 channels, then a depthwise one of `channels`.
Case separable(int channels, int bits) {
  LayerShape pointwise, depthwise;
  pointwise.kernel_h = pointwise.kernel_w = 1;
  pointwise.pad_top = pointwise.pad_left = pointwise.pad_bottom = pointwise.pad_right = 0;
  pointwise.out_channels = depthwise.out_channels = depthwise.groups = channels;
  pointwise.out_bits = pointwise.weight_bits = depthwise.out_bits = depthwise.weight_bits = bits;
  Random random(3);
  Case c(depthwise, 16, channels);
  c.config.precisions = {8, 4, 2};
  c.network = start_network(16, 16, 16, bits);
  append_layer(c.network, pointwise, random);
  append_layer(c.network, depthwise, random);
  return c;
}

}  // namespace

TEST_CASE("FoldChoice.AConditionalPassIsOneWalkWhereItMayWrapFromAnyGroup") {
  // 4 groups of 144 atoms are whole steps of 64: the wrap keeps all slots in their banks
  const Case whole(gated(64), 8, 256);
  CHECK(walks_of(whole) == Walks{1, 3, 7, 48, 4});
  CHECK(whole.difference() == "");
}

TEST_CASE("FoldChoice.AWalkThatMayNotWrapGoesOnIntoCopiesOfTheFirstGroups") {
  // 4 groups of 36 atoms are no whole steps of 64, but whole memory words of 16
  Random random(3);
  Case whole(gated(64), 16, 64);
  whole.network = start_network(1, 100, 64, 8);
  append_layer(whole.network, gated(256), random);
  CHECK(walks_of(whole) == Walks{1, 3, 2, 44, 7});
  CHECK(whole.program().layers[0].runs.size() == 1);
  CHECK(whole.difference() == "");
  const Case bands(gated(64), 16, 64);
  CHECK(walks_of(bands) == Walks{1, 3, 2, 44, 7});
  CHECK(bands.program().layers[0].runs.size() > 1);
  CHECK(bands.difference() == "");
}

TEST_CASE("FoldChoice.CopiesMayBeginInsideAMemoryWord") {
  // 4 groups of 36 atoms of 4 bytes, so many times as rows need, are whole places of 16 bytes
  Case shifted(gated(64), 16, 64);
  shifted.config.memory.bytes = 128;
  CHECK(walks_of(shifted) == Walks{1, 3, 2, 44, 7});
  CHECK(load_shifts_of(shifted) == std::set<int>{0, 64});
  CHECK(shifted.difference() == "");
}

TEST_CASE("FoldChoice.CopiesThatWouldBeginInsideAPlaceAreNotMade") {
  // 2 groups of 27 atoms, a multiple of 8 banks further, are no whole places
  LayerShape shape = gated(64);
  shape.partitions = 2;
  const Case broken(shape, 16, 24);
  CHECK(walks_of(broken).stored_groups == 2);
  CHECK(broken.difference() == "");
}

TEST_CASE("FoldChoice.CopiesThatTheArrayDoesNotCountAreNotMade") {
  LayerShape shape = gated(640);
  shape.partitions = 160;
  Case many(shape, 6, 160);
  many.config.buffers.activation = 1 << 19;
  CHECK(walks_of(many).stored_groups == 160);
  CHECK(many.difference() == "");
}

TEST_CASE("FoldChoice.AMapWithCopiesOfItsGroupsIsLoadedFromMemory") {
  Random random(3);
  Case c(gated(64), 16, 64, 4);
  c.network = start_network(16, 16, 64, 8);
  for (int i = 0; i < 3; ++i) append_layer(c.network, gated(64), random);
  CHECK(walks_of(c, 2).stored_groups == 7);
  CHECK_FALSE(c.program().layers[1].output.local);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.BandsOfGroupsThatAreNotWholeWordsApartAreLoaded") {
  LayerShape shape;
  shape.groups = 32;
  shape.out_channels = 64;
  Case c(shape, 16, 64);
  c.config.post = 32;
  c.config.buffers.activation = 1 << 15;
  const LayerProgram layer = c.program().layers[0];
  CHECK(layer.fold == 16);
  CHECK(layer.runs.size() > 1);
  CHECK(layer.input.group_pitch * layer.input.atom % c.config.memory.bytes != 0);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.StepsEndWithARowWhereRowsDoNotFollowEachOther") {
  Random random(3);
  LayerShape wide;
  wide.kernel_h = wide.kernel_w = 5;
  wide.pad_top = wide.pad_left = wide.pad_bottom = wide.pad_right = 2;
  Case c(gated(64), 16, 64);  // rows of 12 atoms, which the second reader's 20 do not fit
  append_layer(c.network, wide, random, 0);
  CHECK(c.program().layers[0].input.groups == 4);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.RowsAreNotFilledUpWhereStepsMayAsWellEndWithThem") {
  LayerShape shape;
  shape.groups = 32;
  shape.out_channels = 64;
  Case c(shape, 7, 64);
  c.config.post = 4;
  const Program program = c.program();
  // Rows of 9 atoms, not of 67: of the 4 slots of each block's part a row takes 3
  CHECK(program.layers[0].input.row_pitch == 9);
  CHECK(program.layers[0].base_steps == 3);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.ADepthwiseLayerBesideAnotherReaderGoesByTaps") {
  Random random(3);
  LayerShape depthwise;
  depthwise.groups = depthwise.out_channels = 64;
  Case c(gated(64), 16, 64);
  append_layer(c.network, depthwise, random, 0);
  const Program program = c.program();
  CHECK(program.layers[2].input.groups == 4);
  CHECK(program.layers[2].base_steps == 3);  // each of a kernel row, or column
  CHECK(c.difference() == "");
  c.options.gated = false;
  CHECK(c.program().layers[2].input.groups == 1);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.DepthwiseMapsAreSplitSoThatPostProcessingIsFilled") {
  Case c = separable(64, 4);  // nibbles, of which no taps are joined
  // Groups of 8 channels would leave 8 of 16 values of each cycle unused
  CHECK(c.program().layers[1].input.channels_per_group == 16);
  CHECK(c.difference() == "");
  c.config.post = 4;
  CHECK(c.program().layers[1].input.channels_per_group == 8);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.ADepthwiseLayerGoesByTapsWhereStepsJoinThem") {
  const Case c = separable(96, 8);
  const Program program = c.program();
  // The pointwise layer's records are whole, not of the blocks of a group
  CHECK(program.layers[1].input.channels_per_group == 96);
  CHECK(folding_of(c, 0).record == 12);
  CHECK(program.layers[1].base_steps == 3);
  CHECK(c.difference() == "");
}

TEST_CASE("FoldChoice.TilesAreLargeEnoughForTheBanksOfAccumulators") {
  LayerShape pointwise;
  pointwise.kernel_h = pointwise.kernel_w = 1;
  pointwise.pad_top = pointwise.pad_left = pointwise.pad_bottom = pointwise.pad_right = 0;
  pointwise.out_channels = 64;
  const LayerProgram layer = Case(pointwise, 32, 32).program().layers[0];
  // Four cycles a position to drain, half of that to sum: short tiles would wait for both
  CHECK(layer.tile_rows * layer.tile_columns >= 8);
}

}  // namespace sluice::compiler::test
