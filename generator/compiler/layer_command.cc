// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layer_command.h"

#include <bit>

#include "generator/compiler/errors.h"
#include "generator/compiler/folding.h"
#include "generator/compiler/math.h"
#include "generator/compiler/position_windows.h"

namespace sluice::compiler {
namespace {

/// Sets a field to a number that depends on the network; `what` names it for who reads the error.
void set(Command& command, const Mapping& m, Field field, const char* what, std::int64_t value) {
  if (commands::info(field).bits == 32) {
    if (value != static_cast<std::int32_t>(value)) {
      fail(*m.layer, "{} is {}, but the command holds 32 bits", what, value);
    }
  } else if (!commands::fits(field, value)) {
    fail(*m.layer, "{} is {}, but the command holds at most {}", what, value,
         (std::int64_t{1} << commands::info(field).bits) - 1);
  }
  command.set(field, value);
}

void set_flags(Command& command, const Mapping& m) {
  const auto& layer = *m.layer;
  command.set(Field::kLayerTakeMax, layer.traits().joined == net::Joined::kMax);
  command.set(Field::kLayerGated, m.gated);
  command.set(Field::kLayerPerOutput, m.gated && layer.gate->block == 1);
  command.set(Field::kLayerKeep, m.keep);
  command.set(Field::kLayerMode, width_code(m.mode));
  command.set(Field::kLayerOutputWidth, width_code(m.out.bits));
  command.set(Field::kLayerLocal, m.out.local);
  command.set(Field::kLayerAdd, m.addition.has_value());
  command.set(Field::kLayerLookUp, !layer.table.empty());
  command.set(Field::kLayerCirculant, std::countr_zero(static_cast<unsigned>(m.circulant)));
  command.set(Field::kLayerRoundsTwice, layer.rounds_twice);
  command.set(Field::kLayerHadamard, std::countr_zero(static_cast<unsigned>(layer.hadamard)));
  command.set(Field::kLayerPlanes, m.out.planes);
  command.set(Field::kLayerPlaneShift, m.in.planes ? m.in.bits / 2 : 0);
  command.set(Field::kLayerZeroPoint, layer.zero_point);
  command.set(Field::kLayerClampLow, layer.clamp_low);
  command.set(Field::kLayerClampHigh, layer.clamp_high);
}

/// Atoms from a kernel row that a step begins in to the next such row.
std::int64_t row_pitch(const Mapping& m) {
  return std::int64_t{m.walk.row_gap} * m.bands.row_pitch;
}

/// Atoms from a step to the next, but for the carries of its digits.
std::int64_t advance_offset(const Mapping& m, const Steps& steps) {
  return std::int64_t{steps.advance_group} * m.bands.group_pitch +
         steps.advance_row * row_pitch(m) + steps.advance_atom;
}

/// How passes walk over the input.
void set_walk(Command& command, const Mapping& m) {
  const auto put = [&](Field field, const char* what, std::int64_t value) {
    set(command, m, field, what, value);
  };
  put(Field::kLayerGroupPitch, "the group pitch", m.bands.group_pitch);
  put(Field::kLayerRowPitch, "the row pitch", row_pitch(m));
  put(Field::kLayerKernelRow, "the kernel row", m.walk.run);
  put(Field::kLayerAdvanceAtom, "the step's advance in atoms", m.walk.base.advance_atom);
  put(Field::kLayerAdvanceRow, "the step's advance in rows", m.walk.base.advance_row);
  put(Field::kLayerBaseGroups, "the number of base groups", m.walk.base_groups);
  put(Field::kLayerConditionalWalks, "the number of conditional walks", m.walk.conditional_walks);
  put(Field::kLayerGroups, "the number of groups", m.stored_groups());
  put(Field::kLayerGroupSteps, "the number of steps of a group", m.walk.base.count);
  put(Field::kLayerAdvanceOffset, "a step's advance", advance_offset(m, m.walk.base));
  put(Field::kLayerWrapOffset, "the gap of a row", row_pitch(m) - m.walk.run);
}

/// How blocks share the rows.
void set_folding(Command& command, const Mapping& m) {
  const Folding& folding = m.folding;
  command.set(Field::kLayerFold, std::countr_zero(static_cast<unsigned>(folding.fold)));
  command.set(Field::kLayerWindows, std::countr_zero(static_cast<unsigned>(folding.windows)));
  command.set(Field::kLayerTaps, folding.joins() ? folding.taps.count : 0);
  command.set(Field::kLayerRecordBlocks, folding.record_blocks);
  command.set(Field::kLayerUnitBlocks, folding.unit_blocks);
  set(command, m, Field::kLayerWindowStep, "the distance of windows",
      window_atoms(m) > 0 ? window_atoms(m) : m.bands.group_pitch);
  command.set(Field::kLayerStepSlots, m.walk.base.slots);
  command.set(Field::kLayerLastSlots, m.walk.base.last_slots);
  set(command, m, Field::kLayerOutUnitStep, "the distance of units", out_unit_step(m));
}

/// The steps of the conditional pass; all zero in a layer without gates.
void set_condition(Command& command, const Mapping& m) {
  if (!m.gated) return;
  const Steps& steps = m.walk.conditional;
  const auto put = [&](Field field, const char* what, std::int64_t value) {
    set(command, m, field, what, value);
  };
  put(Field::kLayerConditionalSteps, "the number of conditional steps of a walk", steps.count);
  put(Field::kLayerConditionalLastSlots, "a conditional step's atoms", steps.last_slots);
  put(Field::kLayerConditionalAdvanceAtom, "the conditional advance in atoms", steps.advance_atom);
  put(Field::kLayerConditionalAdvanceRow, "the conditional advance in rows", steps.advance_row);
  put(Field::kLayerConditionalAdvanceGroup, "the conditional advance in groups",
      steps.advance_group);
  put(Field::kLayerConditionalAdvanceOffset, "a conditional step's advance",
      advance_offset(m, steps));
  const std::int64_t pitch = m.bands.group_pitch;
  put(Field::kLayerWalkGroups, "the number of groups of a walk", m.walk.walk_groups);
  put(Field::kLayerKernelRows, "the number of kernel rows", m.layer->kernel_h);
  put(Field::kLayerGroupWrap, "the gap of a group",
      pitch - std::int64_t{m.layer->kernel_h} * m.bands.row_pitch);
  put(Field::kLayerWalkSpan, "the span of a walk", pitch * m.walk.walk_groups);
}

/// What a pass goes back by when it wraps behind the last group: those of gated layers do, and
/// those of two rounds.
void set_groups_span(Command& command, const Mapping& m) {
  if (!m.gated && m.layer->rounds() == 1) return;
  set(command, m, Field::kLayerGroupsSpan, "the span of all groups",
      std::int64_t{m.bands.group_pitch} * m.stored_groups());
}

/// Positions of a RUN, in the input's atoms and the output's bytes.
void set_positions(Command& command, const Mapping& m) {
  const PositionWindows& windows = m.folding.positions;
  const std::int64_t rows = windows.rows ? windows.step : 1;
  const std::int64_t columns = windows.rows ? 1 : windows.step;
  const std::int64_t row_step = rows * m.layer->stride_h * m.bands.row_pitch;
  const std::int64_t column_step = columns * m.layer->stride_w * m.slice.position_atoms;
  const std::int64_t x_bytes = columns * m.out.column_atoms() * m.out.atom;
  const std::int64_t y_bytes = rows * m.out.row_atoms() * m.out.atom;
  const auto put = [&](Field field, const char* what, std::int64_t value) {
    set(command, m, field, what, value);
  };
  put(Field::kLayerRowStep, "the row step", row_step);
  put(Field::kLayerColumnStep, "the column step", column_step);
  put(Field::kLayerTileRows, "the rows of a tile", m.tile.rows);
  put(Field::kLayerTileColumns, "the columns of a tile", m.tile.columns);
  put(Field::kLayerTileRowStep, "a tile's row step", row_step * m.tile.rows);
  put(Field::kLayerTileColumnStep, "a tile's column step", column_step * m.tile.columns);
  put(Field::kLayerOutColumnStep, "an output position", x_bytes);
  put(Field::kLayerOutRowStep, "an output row", y_bytes);
  put(Field::kLayerOutTileRowStep, "a tile's output rows", y_bytes * m.tile.rows);
  put(Field::kLayerOutTileColumnStep, "a tile's output columns", x_bytes * m.tile.columns);
}

/// Sets fields to the records of each lane and the number of lanes that have one more.
void set_records(Command& command, Field each, Field extra, const Mapping& m, const Plan& plan) {
  set(command, m, each, "the number of records of a lane", m.records() / plan.config.lanes);
  command.set(extra, m.records() % plan.config.lanes);
}

/// Each factor takes a part of the product.
void set_product(Command& command, const Addition& addition) {
  const auto& requant = addition.layer->requant;
  const int factor = requant.empty() ? 1 : requant.front().multiplier;
  command.set(Field::kAdditionMultiply, 1);
  command.set(Field::kAdditionZero, addition.zero);
  command.set(Field::kAdditionAddendZero, addition.addend_zero);
  command.set(Field::kAdditionFactor, factor);
  command.set(Field::kAdditionAddendFactor, factor);
}

}  // namespace

Command addition_command(const Mapping& mapping, const Waits& waits, const Plan& plan) {
  const Addition& addition = *mapping.addition;
  const net::Layer& layer = *addition.layer;
  const std::uint64_t addresses = ~std::uint64_t{0} >> (64 - plan.config.memory.address_bits);
  const std::uint64_t from = addition.vector ? 0 : mapping.out.address;
  const std::uint64_t distance = (mapping.addend_address - from) & addresses;
  Command command(Opcode::kAddition, waits);
  command.set(Field::kAdditionDistance, static_cast<std::int64_t>(distance));
  command.set(Field::kAdditionVector, addition.vector);
  command.set(Field::kAdditionSameUnits, addition.vector && mapping.folding.positions.windows > 1);
  if (addition.multiplies()) {
    set_product(command, addition);
  } else {
    command.set(Field::kAdditionFactor, addition.factor);
    command.set(Field::kAdditionAddendFactor, addition.addend_factor);
  }
  if (!layer.requant.empty()) {
    command.set(Field::kAdditionBias, layer.requant.front().bias);
    command.set(Field::kAdditionShift, layer.requant.front().shift);
  }
  command.set(Field::kAdditionZeroPoint, layer.zero_point);
  command.set(Field::kAdditionClampLow, layer.clamp_low);
  command.set(Field::kAdditionClampHigh, layer.clamp_high);
  return command;
}

Command layer_command(const Mapping& mapping, const Plan& plan) {
  Command command(Opcode::kLayer, {});
  set_flags(command, mapping);
  set_walk(command, mapping);
  set_folding(command, mapping);
  set_groups_span(command, mapping);
  set_condition(command, mapping);
  set_positions(command, mapping);
  set_records(command, Field::kLayerRecordsEach, Field::kLayerRecordsExtra, mapping, plan);
  return command;
}

Command fetch_command(const Mapping& mapping, int band, const Plan& plan) {
  Command command(Opcode::kFetch, {});
  command.set(Field::kFetchAddress, static_cast<std::int64_t>(mapping.stream_address));
  command.set(Field::kFetchPitch, static_cast<std::uint32_t>(mapping.stream_bytes));
  command.set(Field::kFetchWords, mapping.record_words);
  command.set(Field::kFetchRepeats, mapping.keep ? 1 : mapping.tiles(band));
  set_records(command, Field::kFetchRecordsEach, Field::kFetchRecordsExtra, mapping, plan);
  return command;
}

Command run_command(const Mapping& mapping, int band, std::uint32_t first_tap, const Waits& waits) {
  Command command(Opcode::kRun, waits);
  const std::uint64_t output =
      mapping.out.byte_address(mapping.band_row(band), mapping.band_column(band), 0);
  command.set(Field::kRunInput, first_tap);
  command.set(Field::kRunOutput, static_cast<std::int64_t>(output));
  set(command, mapping, Field::kRunRows, "the number of rows",
      mapping.run_rows(mapping.band_rows(band)));
  set(command, mapping, Field::kRunColumns, "the number of columns",
      mapping.run_columns(mapping.band_columns(band)));
  return command;
}

}  // namespace sluice::compiler
