// SPDX-License-Identifier: Apache-2.0
// Commands and entries of random values, encoded by the tables: the interpreter's decoder and the
// cycle model's, which were written by hand, find the same values.
#include "verif/interpreter/decode.h"

#include <algorithm>
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
constexpr int kFoldBits = 2;  ///< log2 of the segments

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
    return values_[field.id] = possible(field.id, value);
  }

  /// A value like this one that decoders do not refuse, with those drawn before.
  std::int64_t possible(Field field, std::int64_t value) const {
    switch (field) {
      case Field::kLayerMode:
      case Field::kLayerOutputWidth:
        return value % 3;
      case Field::kLayerFold:
        return value % (kFoldBits + 1);
      case Field::kLayerWindows:
        return value % (values_.at(Field::kLayerFold) + 1);
      case Field::kLayerRecordBlocks:
        return 1 + value % (1 << values_.at(Field::kLayerFold));
      case Field::kLayerAdd:  // to outputs in memory only
        return values_.at(Field::kLayerLocal) != 0 ? 0 : value;
      case Field::kLayerCirculant:  // of columns that are whole groups
        return value % 3;
      case Field::kLayerHadamard:  // of four columns, without gates and maxima
        return values_.at(Field::kLayerGated) + values_.at(Field::kLayerTakeMax) > 0
                   ? 0
                   : value % 2 * 2;
      case Field::kLayerUnitBlocks:
        return std::max<std::int64_t>(value, 1);
      default:
        return value;
    }
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
  config.circulant = true;
  config.hadamard = 4;
  config.precisions = {8, 4, 2};
  config.dot = 4;
  config.segments = 1 << kFoldBits;
  config.post = 2;
  return make_plan(config);
}

int width(std::int64_t code) { return 8 >> code; }

TEST_CASE("CommandViews.InterpreterReadsLayersAsTheTableWritesThem") {
  const Plan plan = full_plan();
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
    CHECK(layer.groups == drawn[Field::kLayerGroups]);
    CHECK(layer.base.groups == drawn[Field::kLayerBaseGroups]);
    CHECK(layer.base.steps == drawn[Field::kLayerGroupSteps]);
    CHECK(layer.base.advance_atom == drawn[Field::kLayerAdvanceAtom]);
    CHECK(layer.base.advance_row == drawn[Field::kLayerAdvanceRow]);
    CHECK(layer.base.step_slots == drawn[Field::kLayerStepSlots]);
    CHECK(layer.base.last_slots == drawn[Field::kLayerLastSlots]);
    CHECK(layer.conditional.walks == drawn[Field::kLayerConditionalWalks]);
    CHECK(layer.conditional.groups == drawn[Field::kLayerWalkGroups]);
    CHECK(layer.conditional.kernel_rows == drawn[Field::kLayerKernelRows]);
    CHECK(layer.conditional.steps == drawn[Field::kLayerConditionalSteps]);
    CHECK(layer.conditional.advance_atom == drawn[Field::kLayerConditionalAdvanceAtom]);
    CHECK(layer.conditional.advance_row == drawn[Field::kLayerConditionalAdvanceRow]);
    CHECK(layer.conditional.advance_group == drawn[Field::kLayerConditionalAdvanceGroup]);
    CHECK(layer.conditional.last_slots == drawn[Field::kLayerConditionalLastSlots]);
    CHECK(layer.row_step == drawn[Field::kLayerRowStep]);
    CHECK(layer.column_step == drawn[Field::kLayerColumnStep]);
    CHECK(layer.tile_rows == drawn[Field::kLayerTileRows]);
    CHECK(layer.tile_columns == drawn[Field::kLayerTileColumns]);
    CHECK(layer.x_bytes == drawn[Field::kLayerOutColumnStep]);
    CHECK(layer.y_bytes == drawn[Field::kLayerOutRowStep]);
    CHECK(layer.records == drawn[Field::kLayerRecordsEach]);
    CHECK(layer.more_records == drawn[Field::kLayerRecordsExtra]);
    CHECK(layer.fold == 1 << drawn[Field::kLayerFold]);
    CHECK(layer.windows == 1 << drawn[Field::kLayerWindows]);
    CHECK(layer.window_step == drawn[Field::kLayerWindowStep]);
    CHECK(layer.record_blocks == drawn[Field::kLayerRecordBlocks]);
    CHECK(layer.unit_blocks == drawn[Field::kLayerUnitBlocks]);
    CHECK(layer.unit_bytes == drawn[Field::kLayerOutUnitStep]);
    CHECK(layer.add == drawn[Field::kLayerAdd]);
    CHECK(layer.look_up == drawn[Field::kLayerLookUp]);
    CHECK(layer.circulant == drawn[Field::kLayerCirculant]);
    CHECK(layer.hadamard == drawn[Field::kLayerHadamard]);
    CHECK(layer.planes == drawn[Field::kLayerPlanes]);
    CHECK(layer.plane_shift == 2 * drawn[Field::kLayerPlaneShift]);
  }
}

TEST_CASE("CommandViews.InterpreterReadsTablesAsTheTableWritesThem") {
  const Field rows[] = {Field::kTableEntries0, Field::kTableEntries1, Field::kTableEntries2,
                        Field::kTableEntries3, Field::kTableEntries4, Field::kTableEntries5,
                        Field::kTableEntries6, Field::kTableEntries7};
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn drawn(seed);
    const TablePart part = decode_table(drawn.command(format("TABLE")));
    INFO("seed " << seed);
    CHECK(part.first == 64 * drawn[Field::kTablePart]);
    for (int i = 0; i < 64; ++i) {
      CHECK(part.entries[i] == static_cast<std::int8_t>(drawn[rows[i / 8]] >> i % 8 * 8));
    }
  }
}

TEST_CASE("CommandViews.InterpreterReadsAdditionsAsTheTableWritesThem") {
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn drawn(seed);
    const AdditionState addition = decode_addition(drawn.command(format("ADDITION")));
    INFO("seed " << seed);
    CHECK(addition.distance == static_cast<std::uint64_t>(drawn[Field::kAdditionDistance]));
    CHECK(addition.factor == drawn[Field::kAdditionFactor]);
    CHECK(addition.addend_factor == drawn[Field::kAdditionAddendFactor]);
    CHECK(addition.multiply == drawn[Field::kAdditionMultiply]);
    CHECK(addition.vector == drawn[Field::kAdditionVector]);
    CHECK(addition.same_units == drawn[Field::kAdditionSameUnits]);
    CHECK(addition.zero == drawn[Field::kAdditionZero]);
    CHECK(addition.addend_zero == drawn[Field::kAdditionAddendZero]);
    CHECK(addition.bias == drawn[Field::kAdditionBias]);
    CHECK(addition.shift == drawn[Field::kAdditionShift]);
    CHECK(addition.zero_point == drawn[Field::kAdditionZeroPoint]);
    CHECK(addition.low == drawn[Field::kAdditionClampLow]);
    CHECK(addition.high == drawn[Field::kAdditionClampHigh]);
  }
}

TEST_CASE("CommandViews.CycleModelReadsLayersAsTheTableWritesThem") {
  const cycles::TimingParameters design(full_plan());
  REQUIRE((design.gating && design.precision4 && design.precision2));
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn drawn(seed);
    const MemoryImage bytes = image_of(drawn.command(format("LAYER")));
    const auto layer = cycles::decode_layer(design, cycles::Image(bytes), 0, 7);
    INFO("seed " << seed);
    CHECK(layer.number == 7);
    CHECK(layer.gated == drawn[Field::kLayerGated]);
    CHECK(layer.keep == drawn[Field::kLayerKeep]);
    CHECK(layer.circulant == drawn[Field::kLayerCirculant]);
    CHECK(layer.hadamard == drawn[Field::kLayerHadamard]);
    CHECK(layer.local == drawn[Field::kLayerLocal]);
    CHECK(layer.add == drawn[Field::kLayerAdd]);
    CHECK(layer.out_width == width(drawn[Field::kLayerOutputWidth]));
    CHECK(layer.base_groups == drawn[Field::kLayerBaseGroups]);
    CHECK(layer.conditional_walks == drawn[Field::kLayerConditionalWalks]);
    CHECK(layer.group_steps == drawn[Field::kLayerGroupSteps]);
    CHECK(layer.tile_rows == drawn[Field::kLayerTileRows]);
    CHECK(layer.tile_columns == drawn[Field::kLayerTileColumns]);
    CHECK(layer.out_column_step == drawn[Field::kLayerOutColumnStep]);
    CHECK(layer.out_row_step == drawn[Field::kLayerOutRowStep]);
    CHECK(layer.out_tile_row_step == drawn[Field::kLayerOutTileRowStep]);
    CHECK(layer.out_tile_column_step == drawn[Field::kLayerOutTileColumnStep]);
    CHECK(layer.records == drawn[Field::kLayerRecordsEach]);
    CHECK(layer.extra_lanes == drawn[Field::kLayerRecordsExtra]);
    CHECK(layer.conditional_steps == drawn[Field::kLayerConditionalSteps]);
    CHECK(layer.fold == drawn[Field::kLayerFold]);
    CHECK(layer.windows == drawn[Field::kLayerWindows]);
    CHECK(layer.record_blocks == drawn[Field::kLayerRecordBlocks]);
    CHECK(layer.unit_blocks == drawn[Field::kLayerUnitBlocks]);
    CHECK(layer.step_slots == drawn[Field::kLayerStepSlots]);
    CHECK(layer.last_slots == drawn[Field::kLayerLastSlots]);
    CHECK(layer.conditional_last_slots == drawn[Field::kLayerConditionalLastSlots]);
    CHECK(layer.out_unit_step == drawn[Field::kLayerOutUnitStep]);
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

/// Where the requantisation of a column lies in a header, in entries.
int parameter_entry(const Plan& plan, int column, bool closed) {
  const int post = plan.config.post;
  return plan.sequencer_words * plan.config.memory.bytes / 8 + (column / post * 2 + closed) * post +
         column % post;
}

TEST_CASE("CommandViews.InterpreterReadsHeadersAsTheTableWritesThem") {
  const Plan plan = full_plan();
  const auto& entries = commands::entries();
  REQUIRE(entries.size() == 4);
  for (unsigned seed = 0; seed < kTrials; ++seed) {
    Drawn open(seed), closed(seed + kTrials), rest(seed);
    const int column = static_cast<int>(seed) % plan.lane_columns;
    std::vector<std::uint8_t> record(plan.header_words * plan.config.memory.bytes);
    put64(&record[0], rest.entry(entries[0]));
    const std::int64_t output = rest[Field::kEntryOffset];
    put64(&record[8], rest.entry(entries[1]));
    put64(&record[8 * (2 + column / 2)], rest.entry(entries[2]));
    put64(&record[8 * parameter_entry(plan, column, false)], open.entry(entries[3]));
    put64(&record[8 * parameter_entry(plan, column, true)], closed.entry(entries[3]));
    const Header header = decode_header(record.data(), plan);
    INFO("seed " << seed);
    CHECK(header.output_offset == output);
    CHECK(header.valid == rest[Field::kEntryColumns]);
    CHECK(header.units == rest[Field::kEntryUnits]);
    CHECK(header.first_atom == rest[Field::kEntryGroupOffset]);
    CHECK(header.first_group == static_cast<int>(rest[Field::kEntryGroup]));
    const Field threshold = column % 2 == 0 ? Field::kEntryThreshold : Field::kEntryNextThreshold;
    CHECK(header.tau[column] == rest[threshold]);
    CHECK(header.open[column].bias == open[Field::kEntryBias]);
    CHECK(header.open[column].multiplier == open[Field::kEntryMultiplier]);
    CHECK(header.open[column].shift == open[Field::kEntryShift]);
    CHECK(header.closed[column].bias == closed[Field::kEntryBias]);
  }
}

}  // namespace
}  // namespace sluice::compiler
