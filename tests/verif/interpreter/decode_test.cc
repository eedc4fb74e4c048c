// SPDX-License-Identifier: Apache-2.0
// Commands and entries of random values, encoded by the tables: the interpreter's decoder and the
// cycle model's, which were written by hand, find the same values.
#include "verif/interpreter/decode.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "generator/commands/encode.h"
#include "generator/compiler/bytes.h"
#include "generator/cycle_model/commands.h"
#include "tests/support/designs.h"

namespace sluice::compiler {
namespace {

using commands::Field;

constexpr int kTrials = 100;

/// Draws a value for each field and remembers it.
class Drawn {
 public:
  explicit Drawn(unsigned seed) : engine_(seed) {}

  commands::Words command(const commands::Format& format) {
    commands::Words words{};
    commands::set(words, Field::kOpcode, format.opcode);
    for (const commands::Word& word : format.words) {
      for (const commands::FieldInfo& field : word.fields) {
        commands::set(words, field.id, draw(field));
      }
    }
    return words;
  }

  std::uint64_t entry(const commands::Format& format) {
    std::uint64_t bits = 0;
    for (const commands::FieldInfo& field : format.words.front().fields) {
      commands::set(bits, field.id, draw(field));
    }
    return bits;
  }

  std::int64_t operator[](Field field) const { return values_.at(field); }

 private:
  std::int64_t draw(const commands::FieldInfo& field) {
    std::int64_t value = static_cast<std::int64_t>(engine_());
    if (field.bits < 64) {
      const std::int64_t range = std::int64_t{1} << field.bits;
      value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) % range);
      if (field.sign == commands::Sign::kSigned) value -= range / 2;
    }
    // Two codes of three are widths
    if (field.id == Field::kLayerMode || field.id == Field::kLayerOutputWidth) value %= 3;
    return values_[field.id] = value;
  }

  std::mt19937_64 engine_;
  std::map<Field, std::int64_t> values_;
};

const commands::Format& format(const std::string& name) {
  for (const commands::Format& one : commands::commands()) {
    if (one.name == name) return one;
  }
  FAIL("no command " << name);
  return commands::commands().front();
}

/// The commands as an image for the cycle model, which refers to it.
MemoryImage image_of(const commands::Words& words) {
  std::vector<std::uint8_t> bytes(4 * words.size());
  for (std::size_t w = 0; w < words.size(); ++w) put32(&bytes[4 * w], words[w]);
  return MemoryImage(std::move(bytes));
}

/// A design with all that a command can ask for.
Plan full_plan() {
  Config config = sluice::test::design("t_three_lanes").config;
  config.gating = true;
  config.precisions = {8, 4, 2};
  return make_plan(config);
}

int width(std::int64_t code) { return 8 >> code; }

TEST_CASE("CommandViews.InterpreterReadsLayersAsTheTableWritesThem") {
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn drawn(seed);
    const LayerState layer = decode_layer(drawn.command(format("LAYER")));
    INFO("seed " << seed);
    CHECK(layer.take_max == drawn[Field::kLayerTakeMax]);
    CHECK(layer.gated == drawn[Field::kLayerGated]);
    CHECK(layer.per_output == drawn[Field::kLayerPerOutput]);
    CHECK(layer.keep == drawn[Field::kLayerKeep]);
    CHECK(layer.local == drawn[Field::kLayerLocal]);
    CHECK(layer.mode == width(drawn[Field::kLayerMode]));
    CHECK(layer.out_bits == width(drawn[Field::kLayerOutputWidth]));
    CHECK(layer.zero_point == drawn[Field::kLayerZeroPoint]);
    CHECK(layer.low == drawn[Field::kLayerClampLow]);
    CHECK(layer.high == drawn[Field::kLayerClampHigh]);
    CHECK(layer.group_pitch == drawn[Field::kLayerGroupPitch]);
    CHECK(layer.row_pitch == drawn[Field::kLayerRowPitch]);
    CHECK(layer.run == drawn[Field::kLayerKernelRow]);
    CHECK(layer.advance_atom == drawn[Field::kLayerAdvanceAtom]);
    CHECK(layer.advance_row == drawn[Field::kLayerAdvanceRow]);
    CHECK(layer.base_groups == drawn[Field::kLayerBaseGroups]);
    CHECK(layer.conditional_groups == drawn[Field::kLayerConditionalGroups]);
    CHECK(layer.groups == drawn[Field::kLayerGroups]);
    CHECK(layer.group_steps == drawn[Field::kLayerGroupSteps]);
    CHECK(layer.row_step == drawn[Field::kLayerRowStep]);
    CHECK(layer.column_step == drawn[Field::kLayerColumnStep]);
    CHECK(layer.tile_rows == drawn[Field::kLayerTileRows]);
    CHECK(layer.tile_columns == drawn[Field::kLayerTileColumns]);
    CHECK(layer.x_bytes == drawn[Field::kLayerOutColumnStep]);
    CHECK(layer.y_bytes == drawn[Field::kLayerOutRowStep]);
    CHECK(layer.blocks == drawn[Field::kLayerBlocksEach]);
    CHECK(layer.more_blocks == drawn[Field::kLayerBlocksExtra]);
  }
}

TEST_CASE("CommandViews.CycleModelReadsLayersAsTheTableWritesThem") {
  const cycles::TimingParameters design(full_plan());
  REQUIRE((design.gating && design.precision4 && design.precision2));
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn drawn(seed);
    const MemoryImage bytes = image_of(drawn.command(format("LAYER")));
    const auto layer = cycles::decode_layer(design, cycles::Image(bytes), 0);
    INFO("seed " << seed);
    CHECK(layer.gated == drawn[Field::kLayerGated]);
    CHECK(layer.keep == drawn[Field::kLayerKeep]);
    CHECK(layer.local == drawn[Field::kLayerLocal]);
    CHECK(layer.out_width == width(drawn[Field::kLayerOutputWidth]));
    CHECK(layer.base_groups == drawn[Field::kLayerBaseGroups]);
    CHECK(layer.conditional_groups == drawn[Field::kLayerConditionalGroups]);
    CHECK(layer.group_steps == drawn[Field::kLayerGroupSteps]);
    CHECK(layer.tile_rows == drawn[Field::kLayerTileRows]);
    CHECK(layer.tile_columns == drawn[Field::kLayerTileColumns]);
    CHECK(layer.out_column_step == drawn[Field::kLayerOutColumnStep]);
    CHECK(layer.out_row_step == drawn[Field::kLayerOutRowStep]);
    CHECK(layer.out_tile_row_step == drawn[Field::kLayerOutTileRowStep]);
    CHECK(layer.out_tile_column_step == drawn[Field::kLayerOutTileColumnStep]);
    CHECK(layer.blocks == drawn[Field::kLayerBlocksEach]);
    CHECK(layer.extra_lanes == drawn[Field::kLayerBlocksExtra]);
  }
}

TEST_CASE("CommandViews.CycleModelReadsTheOtherCommandsAsTheTableWritesThem") {
  const cycles::TimingParameters design(full_plan());
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn drawn(seed);
    const MemoryImage loads = image_of(drawn.command(format("LOAD"))),
                      fills = image_of(drawn.command(format("FILL"))),
                      fetches = image_of(drawn.command(format("FETCH"))),
                      runs = image_of(drawn.command(format("RUN")));
    const auto load = cycles::decode_load(cycles::Image(loads), 0);
    const auto fill = cycles::decode_load(cycles::Image(fills), 0);
    const auto fetch = cycles::decode_fetch(design, cycles::Image(fetches), 0);
    const auto run = cycles::decode_run(design, cycles::Image(runs), 0);
    INFO("seed " << seed);
    CHECK_FALSE(load.fill);
    CHECK(load.count == drawn[Field::kLoadCount]);
    CHECK(fill.fill);
    CHECK(fill.count == drawn[Field::kFillCount]);
    CHECK(fetch.address == (drawn[Field::kFetchAddress] & design.address_mask));
    CHECK(fetch.pitch == static_cast<std::uint64_t>(drawn[Field::kFetchPitch]));
    CHECK(fetch.words == drawn[Field::kFetchWords]);
    CHECK(fetch.repeats == (drawn[Field::kFetchRepeats] & 0xffff));  // the rest does not count
    CHECK(fetch.records == drawn[Field::kFetchRecordsEach]);
    CHECK(fetch.extra_lanes == drawn[Field::kFetchRecordsExtra]);
    CHECK(run.out == (drawn[Field::kRunOutput] & design.address_mask));
    CHECK(run.rows == drawn[Field::kRunRows]);
    CHECK(run.columns == drawn[Field::kRunColumns]);
  }
}

TEST_CASE("CommandViews.InterpreterReadsHeadersAsTheTableWritesThem") {
  const Plan plan = full_plan();
  const auto& entries = commands::entries();
  REQUIRE(entries.size() == 4);
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn open(seed), closed(seed + kTrials), rest(seed);
    std::vector<std::uint8_t> record(8 * plan.record_entries);
    put64(&record[0], open.entry(entries[0]));
    put64(&record[8 * plan.config.columns], closed.entry(entries[0]));
    put64(&record[8 * plan.threshold_entry], rest.entry(entries[1]));
    put64(&record[8 * plan.info_entry], rest.entry(entries[2]));
    put64(&record[8 * plan.info_entry + 8], rest.entry(entries[3]));
    const Header header = decode_header(record.data(), plan);
    INFO("seed " << seed);
    CHECK(header.open[0].bias == open[Field::kEntryBias]);
    CHECK(header.open[0].multiplier == open[Field::kEntryMultiplier]);
    CHECK(header.open[0].shift == open[Field::kEntryShift]);
    CHECK(header.closed[0].bias == closed[Field::kEntryBias]);
    CHECK(header.tau[0] == rest[Field::kEntryThreshold]);
    CHECK(header.output_offset == rest[Field::kEntryOffset]);
    CHECK(header.valid == rest[Field::kEntryColumns]);
    CHECK(header.first_atom == rest[Field::kEntryGroupOffset]);
    CHECK(header.first_group == static_cast<int>(rest[Field::kEntryGroup]));
  }
}

}  // namespace
}  // namespace sluice::compiler
