// SPDX-License-Identifier: Apache-2.0
#include "generator/plan/plan.h"

#include <catch2/catch.hpp>

#include "generator/util/powers_of_two.h"

namespace sluice {
namespace {

Config edge() {
  Config config;
  config.name = "edge";
  config.lanes = 4;
  config.columns = 4;
  config.rows = 16;
  config.dot = 4;
  config.precisions = {8, 4, 2};
  config.post = 2;
  config.buffers = {32768, 16384};
  return config;
}

TEST_CASE("IndexBits.CountsFromZeroToOneBelow") {
  CHECK(index_bits(1) == 1);
  CHECK(index_bits(2) == 1);
  CHECK(index_bits(3) == 2);
  CHECK(index_bits(256) == 8);
  CHECK(index_bits(257) == 9);
}

TEST_CASE("NextPowerOfTwo.KeepsPowersAndRoundsUpOthers") {
  CHECK(next_power_of_two(1) == 1);
  CHECK(next_power_of_two(16) == 16);
  CHECK(next_power_of_two(17) == 32);
}

TEST_CASE("Plan.DerivesTheArray") {
  const Plan plan = make_plan(edge());
  CHECK(plan.pe_rows == 4);
  CHECK(plan.partial_sum_bits == 20);
  CHECK(plan.min_step == 4);
  CHECK(plan.precision4);
  CHECK(plan.precision2);
  CHECK(plan.post_groups == 2);
}

TEST_CASE("Plan.StepOfANarrowLaneTakesThreeCycles") {
  Config config = edge();
  config.columns = 1;
  config.post = 1;
  config.precisions = {8};
  CHECK(make_plan(config).min_step == 3);
}

TEST_CASE("Plan.ActivationBanksServeTheWidestAccess") {
  Config config = edge();
  const Plan plan = make_plan(config);
  CHECK(plan.slots == 4);
  CHECK(plan.banks == 4);
  CHECK(plan.bank_depth == 2048);
  CHECK(plan.atom_address_bits == 13);
  CHECK(plan.buffer_words == 2048);

  config.memory.bytes = 64;
  CHECK(make_plan(config).banks == 16);
}

TEST_CASE("Plan.LoadsPutTheirDataAtPlacesOf16BytesOrAnAtomIfThereAreGates") {
  Config config = edge();
  const auto places = [&](int memory_bytes, int atom) {
    config.memory.bytes = memory_bytes;
    config.atom = atom;
    const Plan plan = make_plan(config);
    return std::pair(plan.load_bytes, plan.load_places);
  };
  CHECK(places(128, 4) == std::pair(16, 8));
  CHECK(places(128, 16) == std::pair(16, 8));
  CHECK(places(16, 4) == std::pair(16, 1));
  CHECK(places(8, 4) == std::pair(8, 1));
  config.gating = false;
  CHECK(places(128, 4) == std::pair(128, 1));
}

TEST_CASE("Plan.BanksRoundUpToPowerOfTwo") {
  Config config = edge();
  config.rows = 20;
  const Plan plan = make_plan(config);
  CHECK(plan.slots == 5);
  CHECK(plan.banks == 8);
  CHECK(plan.bank_depth == 1024);
}

TEST_CASE("Plan.WeightColumnsRoundUpToPowerOfTwo") {
  Config config = edge();
  config.rows = 20;
  const Plan plan = make_plan(config);
  CHECK(plan.column_bytes == 32);
  CHECK(plan.weight_columns == 512);
  CHECK(plan.weight_word_bytes == 32);
  CHECK(plan.weight_depth == 512);
}

TEST_CASE("Plan.GranulesAreTheSmallerOfColumnAndMemoryWord") {
  Config config = edge();
  config.rows = 32;
  const Plan wide_column = make_plan(config);
  CHECK(wide_column.column_granules == 2);
  CHECK(wide_column.word_granules == 1);
  CHECK(wide_column.weight_granule_bits == 10);

  config.rows = 8;
  const Plan wide_word = make_plan(config);
  CHECK(wide_word.column_granules == 1);
  CHECK(wide_word.word_granules == 2);
  CHECK(wide_word.weight_granule_bits == 11);
}

TEST_CASE("Plan.MemoryWordAddressesLeaveOutTheBytes") {
  CHECK(make_plan(edge()).memory_word_address_bits == 28);
}

TEST_CASE("PlanRecords.HaveAPartForTheSequencerAndOneOfParameters") {
  Config config = edge();
  const Plan gated = make_plan(config);
  CHECK(gated.threshold_entries == 2);  // two thresholds each
  CHECK(gated.sequencer_words == 2);    // four entries
  CHECK(gated.parameter_kinds == 2);
  CHECK(gated.parameter_entries == 8);
  CHECK(gated.parameter_words == 4);
  CHECK(gated.header_words == 6);
  config.gating = false;
  const Plan plain = make_plan(config);
  CHECK(plain.threshold_entries == 0);
  CHECK(plain.sequencer_words == 1);
  CHECK(plain.parameter_kinds == 1);
  CHECK(plain.parameter_words == 2);
  CHECK(plain.header_words == 3);
}

TEST_CASE("PlanRecords.ParameterMemoriesAreAsWideAsAMemoryWordFillsThem") {
  Config config = edge();  // memory words of two entries, two channels a cycle
  CHECK(make_plan(config).word_parameters == 1);
  CHECK(make_plan(config).parameter_rows == 4);
  config.memory.bytes = 64;
  CHECK(make_plan(config).word_parameters == 4);
  CHECK(make_plan(config).parameter_rows == 1);
  config.post = 4;
  CHECK(make_plan(config).word_parameters == 2);
  config.memory.bytes = 8;
  CHECK(make_plan(config).word_parameters == 1);
}

Config folding() {
  Config config = edge();
  config.lanes = 1;
  config.rows = 256;
  config.segments = 16;
  config.post = 8;
  return config;
}

TEST_CASE("PlanFolding.SegmentsShareTheRows") {
  const Plan plan = make_plan(folding());
  CHECK(plan.segment_rows == 16);
  CHECK(plan.pe_rows == 4);
  CHECK(plan.fold_bits == 4);
  CHECK(plan.lane_columns == 64);
  CHECK(plan.segment_sum_bits == 20);
  CHECK(plan.partial_sum_bits == 24);
  CHECK(plan.post_groups == 8);
  CHECK(plan.slots == 64);
  CHECK(plan.column_bytes == 256);
}

TEST_CASE("PlanFolding.OneSegmentHasNoLevelOfTheSumTree") {
  const Plan plan = make_plan(edge());
  CHECK(plan.fold_bits == 0);
  CHECK(plan.lane_columns == 4);
  CHECK(plan.segment_rows == 16);
  CHECK(plan.segment_sum_bits == plan.partial_sum_bits);
}

TEST_CASE("PlanFolding.HeadersHoldTheColumnsOfAllSegments") {
  const Plan plan = make_plan(folding());
  CHECK(plan.threshold_entries == 32);
  CHECK(plan.sequencer_words == 17);
  CHECK(plan.parameter_entries == 128);
  CHECK(plan.parameter_words == 64);
  CHECK(plan.word_parameters == 1);
  CHECK(plan.parameter_rows == 16);
}

TEST_CASE("Plan.CommandsFillWholeMemoryWords") {
  Config config = edge();
  CHECK(make_plan(config).command_words == 8);
  CHECK(make_plan(config).command_bytes == 128);
  config.memory.bytes = 256;
  CHECK(make_plan(config).command_words == 1);
  CHECK(make_plan(config).command_bytes == 256);
}

TEST_CASE("Plan.BusWordsTakeWholeBeats") {
  Config config = edge();
  config.memory.bytes = 64;
  config.bus.kind = "axi4";
  config.bus.data_bits = 128;
  const Plan plan = make_plan(config);
  CHECK(plan.bus_bytes == 16);
  CHECK(plan.bus_size == 4);
  CHECK(plan.bus_word_beats == 4);
  CHECK(plan.bus_id_port_bits == 4);
  config.bus.id_bits = 0;
  CHECK(make_plan(config).bus_id_port_bits == 1);
}

/// Rows in `segments` segments of `columns` columns, atoms of four bytes.
Plan taps_plan(int rows, int segments, int columns) {
  Config config = edge();
  config.rows = rows;
  config.segments = segments;
  config.columns = columns;
  return make_plan(config);
}

TEST_CASE("Plan.TapsAreJoinedWhereARowHasRoomForThemInAllSegments") {
  const Plan four = taps_plan(256, 16, 4);
  CHECK(four.taps == 4);
  CHECK(four.tap_levels == 2);
  CHECK(four.tap_slots == 16);
  CHECK(four.tap_atoms == 16);
  CHECK(four.block_atoms == 1);
  CHECK(taps_plan(128, 16, 4).taps == 2);
  CHECK(taps_plan(256, 1, 4).taps == 4);  // no more than four
  const Plan none = taps_plan(64, 16, 4);
  CHECK(none.taps == 1);
  CHECK(none.tap_levels == 0);
  CHECK(none.tap_slots == none.slots);
  CHECK(none.tap_atoms == 0);
  CHECK(taps_plan(48, 1, 4).taps == 1);  // rows that do not halve
}

TEST_CASE("Plan.BlocksOfPartsOfAtomsShareThem") {
  const Plan single = taps_plan(256, 16, 1);
  CHECK(single.taps == 4);
  CHECK(single.tap_atoms == 4);
  CHECK(single.block_atoms == 1);
  const Plan three = taps_plan(128, 4, 3);  // channels 3 to 5 lie in two atoms
  CHECK(three.taps == 4);
  CHECK(three.tap_atoms == 4);
  CHECK(three.block_atoms == 2);
  CHECK(taps_plan(16, 4, 3).taps == 1);  // a segment has no second atom
}

TEST_CASE("Plan.HashChangesWithAnyKey") {
  Config config = edge();
  const std::string hash = make_plan(config).hash;
  CHECK(hash.size() == 8);
  CHECK(make_plan(config).hash == hash);
  config.memory.outstanding = 16;
  CHECK(make_plan(config).hash != hash);
}

}  // namespace
}  // namespace sluice
