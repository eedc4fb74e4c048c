// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layout.h"

#include <catch2/catch.hpp>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// Layout of the input of one 3x3 layer on 10 x 10 positions.
MapLayout layout_for(LayerShape shape, int channels, int bits, const Config& config) {
  Random random(1);
  net::Network network = start_network(10, 10, channels, bits);
  append_layer(network, shape, random);
  const Reader reader{&network.layers[0], shape.partitions > 0};
  return shared_layout(network, {reader}, make_plan(config), bits, 1);
}

}  // namespace

TEST_CASE("Layout.RowsArePaddedUntilConsecutiveKernelRowsLieInConsecutiveBanks") {
  const Config config = small_config();
  const MapLayout layout = layout_for({}, 12, 8, config);
  CHECK(layout.atoms_per_position == 3);
  CHECK(layout.columns == 12);
  CHECK(layout.row_pitch >= 36);
  CHECK((layout.row_pitch - 9) % make_plan(config).banks == 0);
}

TEST_CASE("Layout.AKernelOfOneRowNeedsNoGapBetweenRows") {
  LayerShape shape;
  shape.kernel_h = 1;
  shape.pad_top = shape.pad_bottom = 0;
  CHECK(layout_for(shape, 12, 8, small_config()).row_pitch == 36);
}

TEST_CASE("Layout.AGatedLayerHasOneGroupForEachPartition") {
  LayerShape shape;
  shape.partitions = 4;
  const MapLayout layout = layout_for(shape, 16, 8, small_config());
  CHECK(layout.groups == 4);
  CHECK(layout.channels_per_group == 4);
  CHECK(layout.byte_address(0, 0, 5) ==
        std::uint64_t{4} * (layout.group_pitch + layout.row_pitch + 1) + 1);
}

TEST_CASE("Layout.ADepthwiseLayerGroupsTheChannelsOfALanesColumns") {
  LayerShape shape;
  shape.groups = shape.out_channels = 16;
  Config config = small_config();
  CHECK(layout_for(shape, 16, 8, config).channels_per_group == 4);
  config.columns = 8;
  CHECK(layout_for(shape, 16, 8, config).channels_per_group == 8);
  config.columns = 2;  // less than an atom: two blocks share a group
  CHECK(layout_for(shape, 16, 8, config).channels_per_group == 4);
}

/// A step of 16 blocks with 4 slots each, in `windows` windows.
GroupStep windows_of_16(int windows) {
  GroupStep step;
  for (int slot = 0; slot < 64; ++slot) step.push_back({true, slot / 4 * windows / 16, slot % 4});
  return step;
}

TEST_CASE("Layout.GroupsLieAsFarApartAsWindowsNeed") {
  PitchRule rule(64);
  CHECK(rule.least(100, 16) == 112);  // nobody reads windows
  CHECK(rule.least(100, 1) == 100);
  rule.require(std::make_shared<PitchProof>(std::vector<GroupStep>{windows_of_16(16)}, 64));
  CHECK(rule.allows(4));  // all 64 banks, one after the other
  CHECK_FALSE(rule.allows(16));
  CHECK_FALSE(rule.allows(64));
  CHECK(rule.least(100, 1) == 100);  // 36 modulo 64: an odd number of fours
  CHECK(rule.least(101, 1) == 108);
  CHECK(rule.least(101, 4) == 108);
  CHECK(rule.least(101, 8, 4) == 108);
  CHECK(rule.least(101, 16) == std::nullopt);
}

TEST_CASE("Layout.GroupsInMemoryAreWholeWordsApartIfTheirWindowsAllow") {
  const Plan plan = make_plan(small_config());
  MapLayout layout;
  layout.rows = 3;
  layout.row_pitch = 5;  // words of 4 atoms
  const auto step = [](int windows) {
    GroupStep step;
    for (int slot = 0; slot < 4; ++slot) step.push_back({true, slot * windows / 4, 0});
    return step;
  };
  PitchRule rule(plan.banks);
  CHECK(memory_group_pitch(layout, rule, plan) == 16);
  rule.require(std::make_shared<PitchProof>(std::vector<GroupStep>{step(4)}, plan.banks));
  CHECK(memory_group_pitch(layout, rule, plan) == 15);
  CHECK(local_layout(layout, rule).group_pitch == 15);
}

TEST_CASE("Layout.NarrowValuesShareBytesTheFirstInTheLowBits") {
  const MapLayout layout = layout_for({}, 8, 4, small_config());
  CHECK(layout.byte_address(0, 0, 3) == layout.byte_address(0, 0, 2));
  CHECK(layout.bit_offset(2) == 0);
  CHECK(layout.bit_offset(3) == 4);
}

TEST_CASE("Layout.ThePadByteRepeatsThePadValueInAllFields") {
  MapLayout layout;
  layout.pad_value = -2;
  CHECK(layout.pad_byte() == 0xfe);
  layout.bits = 4;
  CHECK(layout.pad_byte() == 0xee);
  layout.bits = 2;
  CHECK(layout.pad_byte() == 0xaa);
}

TEST_CASE("Layout.AContainerIsTheNarrowestPrecisionThatHoldsTheBits") {
  Config config = small_config();
  config.precisions = {8, 2};
  const Plan plan = make_plan(config);
  CHECK(container_bits(plan, 2) == 2);
  CHECK(container_bits(plan, 4) == 8);
  CHECK(wider_container(plan, 2) == 8);
  CHECK(wider_container(plan, 8) == 0);
}

}  // namespace sluice::compiler::test
