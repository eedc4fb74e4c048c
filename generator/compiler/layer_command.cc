// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layer_command.h"

#include "generator/compiler/errors.h"
#include "generator/compiler/math.h"

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
  command.set(Field::kLayerZeroPoint, layer.zero_point);
  command.set(Field::kLayerClampLow, layer.clamp_low);
  command.set(Field::kLayerClampHigh, layer.clamp_high);
}

/// How passes walk over the input.
void set_walk(Command& command, const Mapping& m) {
  // An addition's two groups are its operands.
  const std::int64_t group_pitch = m.adds() ? m.distance : m.bands.group_pitch;
  const int groups = m.adds() ? 2 : m.in.groups;
  const auto put = [&](Field field, const char* what, std::int64_t value) {
    set(command, m, field, what, value);
  };
  put(Field::kLayerGroupPitch, "the group pitch", group_pitch);
  put(Field::kLayerRowPitch, "the row pitch", m.in.row_pitch);
  put(Field::kLayerKernelRow, "the kernel row", m.walk.run);
  put(Field::kLayerAdvanceAtom, "the step's advance in atoms", m.walk.advance_atom);
  put(Field::kLayerAdvanceRow, "the step's advance in rows", m.walk.advance_row);
  put(Field::kLayerBaseGroups, "the number of base groups", m.walk.base_groups);
  put(Field::kLayerConditionalGroups, "the number of conditional groups",
      m.walk.conditional_groups);
  put(Field::kLayerGroups, "the number of groups", groups);
  put(Field::kLayerGroupSteps, "the number of steps of a group", m.walk.group_steps);
  put(Field::kLayerAdvanceOffset, "a step's advance",
      std::int64_t{m.walk.advance_row} * m.in.row_pitch + m.walk.advance_atom);
  put(Field::kLayerWrapOffset, "the gap of a row", std::int64_t{m.in.row_pitch} - m.walk.run);
}

/// Output positions, in the input's atoms and the output's bytes.
void set_positions(Command& command, const Mapping& m) {
  const std::int64_t row_step = std::int64_t{m.layer->stride_h} * m.in.row_pitch;
  const std::int64_t column_step = std::int64_t{m.layer->stride_w} * m.in.atoms_per_position;
  const std::int64_t x_bytes = std::int64_t{m.out.atoms_per_position} * m.out.atom;
  const std::int64_t y_bytes = std::int64_t{m.out.row_pitch} * m.out.atom;
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

/// Sets fields to the blocks of each lane and the number of lanes that have one more.
void set_blocks(Command& command, Field each, Field extra, const Mapping& m, const Plan& plan) {
  const std::int64_t blocks = m.blocks.size();
  set(command, m, each, "the number of blocks of a lane", blocks / plan.config.lanes);
  command.set(extra, blocks % plan.config.lanes);
}

}  // namespace

Command layer_command(const Mapping& mapping, const Plan& plan) {
  Command command(Opcode::kLayer, {});
  set_flags(command, mapping);
  set_walk(command, mapping);
  set_positions(command, mapping);
  set_blocks(command, Field::kLayerBlocksEach, Field::kLayerBlocksExtra, mapping, plan);
  return command;
}

Command fetch_command(const Mapping& mapping, int band, const Plan& plan) {
  Command command(Opcode::kFetch, {});
  command.set(Field::kFetchAddress, static_cast<std::int64_t>(mapping.stream_address));
  command.set(Field::kFetchPitch, static_cast<std::uint32_t>(mapping.stream_bytes));
  command.set(Field::kFetchWords, mapping.record_words);
  command.set(Field::kFetchRepeats, mapping.keep ? 1 : mapping.tiles(band));
  set_blocks(command, Field::kFetchRecordsEach, Field::kFetchRecordsExtra, mapping, plan);
  return command;
}

Command run_command(const Mapping& mapping, int band, std::uint32_t first_tap, const Waits& waits) {
  Command command(Opcode::kRun, waits);
  const std::uint64_t output = mapping.out.byte_address(band * mapping.bands.rows, 0, 0);
  command.set(Field::kRunInput, first_tap);
  command.set(Field::kRunOutput, static_cast<std::int64_t>(output));
  set(command, mapping, Field::kRunRows, "the number of rows", mapping.band_rows(band));
  set(command, mapping, Field::kRunColumns, "the number of columns", mapping.out_columns);
  return command;
}

}  // namespace sluice::compiler
