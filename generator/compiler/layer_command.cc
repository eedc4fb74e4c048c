// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layer_command.h"

#include "generator/compiler/errors.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

/// A number that must fit 16 bits.
std::uint32_t half(const Mapping& m, const char* what, std::int64_t value) {
  if (value < 0 || value > 0xffff) {
    fail(*m.layer, "{} is {}, but the command holds at most 65535", what, value);
  }
  return static_cast<std::uint32_t>(value);
}

/// A signed number that must fit 32 bits.
std::uint32_t word(const Mapping& m, const char* what, std::int64_t value) {
  if (value != static_cast<std::int32_t>(value)) {
    fail(*m.layer, "{} is {}, but the command holds 32 bits", what, value);
  }
  return static_cast<std::uint32_t>(value);
}

std::uint32_t flags(const Mapping& m) {
  const auto& layer = *m.layer;
  std::uint32_t word = 0;
  if (layer.traits().joined == net::Joined::kMax) word |= 1u << 0;
  if (m.gated) word |= 1u << 1;
  if (m.gated && layer.gate->block == 1) word |= 1u << 2;
  if (m.keep) word |= 1u << 3;
  word |= width_code(m.mode) << 4;
  word |= width_code(m.out.bits) << 6;
  if (m.out.local) word |= 1u << 8;
  return word | (static_cast<std::uint32_t>(layer.zero_point) & 0xff) << 16;
}

/// Words 3 to 8: how passes walk over the input.
void set_walk(Command& command, const Mapping& m) {
  // An addition's two groups are its operands.
  const std::int64_t group_pitch = m.adds() ? m.distance : m.bands.group_pitch;
  const int groups = m.adds() ? 2 : m.in.groups;
  command.words[3] = word(m, "the group pitch", group_pitch);
  command.words[4] = word(m, "the row pitch", m.in.row_pitch);
  command.words[5] = word(m, "the kernel row", m.walk.run);
  command.set_halves(6, half(m, "the step's advance in atoms", m.walk.advance_atom),
                     half(m, "the step's advance in rows", m.walk.advance_row));
  command.set_halves(7, half(m, "the number of base groups", m.walk.base_groups),
                     half(m, "the number of conditional groups", m.walk.conditional_groups));
  command.set_halves(8, half(m, "the number of groups", groups),
                     half(m, "the number of steps of a group", m.walk.group_steps));
  command.words[19] = word(m, "a step's advance",
                           std::int64_t{m.walk.advance_row} * m.in.row_pitch + m.walk.advance_atom);
  command.words[20] = word(m, "the gap of a row", std::int64_t{m.in.row_pitch} - m.walk.run);
}

/// Words 9 to 17: output positions, in the input's atoms and the output's bytes.
void set_positions(Command& command, const Mapping& m) {
  const std::int64_t row_step = std::int64_t{m.layer->stride_h} * m.in.row_pitch;
  const std::int64_t column_step = std::int64_t{m.layer->stride_w} * m.in.atoms_per_position;
  const std::int64_t x_bytes = std::int64_t{m.out.atoms_per_position} * m.out.atom;
  const std::int64_t y_bytes = std::int64_t{m.out.row_pitch} * m.out.atom;
  command.words[9] = word(m, "the row step", row_step);
  command.words[10] = word(m, "the column step", column_step);
  command.set_halves(11, half(m, "the rows of a tile", m.tile.rows),
                     half(m, "the columns of a tile", m.tile.columns));
  command.words[12] = word(m, "a tile's row step", row_step * m.tile.rows);
  command.words[13] = word(m, "a tile's column step", column_step * m.tile.columns);
  command.words[14] = word(m, "an output position", x_bytes);
  command.words[15] = word(m, "an output row", y_bytes);
  command.words[16] = word(m, "a tile's output rows", y_bytes * m.tile.rows);
  command.words[17] = word(m, "a tile's output columns", x_bytes * m.tile.columns);
}

/// Sets a word to the blocks of each lane and the number of lanes that have one more.
void set_blocks(Command& command, int at, const Mapping& m, const Plan& plan) {
  const std::int64_t blocks = m.blocks.size();
  command.set_halves(at, half(m, "the number of blocks of a lane", blocks / plan.config.lanes),
                     static_cast<std::uint32_t>(blocks % plan.config.lanes));
}

}  // namespace

Command layer_command(const Mapping& mapping, const Plan& plan) {
  Command command(Opcode::kLayer, {});
  const auto& layer = *mapping.layer;
  command.words[1] = flags(mapping);
  command.words[2] = (static_cast<std::uint32_t>(layer.clamp_low) & 0xff) |
                     (static_cast<std::uint32_t>(layer.clamp_high) & 0xff) << 8;
  set_walk(command, mapping);
  set_positions(command, mapping);
  set_blocks(command, 18, mapping, plan);
  return command;
}

Command fetch_command(const Mapping& mapping, int band, const Plan& plan) {
  Command command(Opcode::kFetch, {});
  command.set_address(1, mapping.stream_address);
  command.words[3] = static_cast<std::uint32_t>(mapping.stream_bytes);
  command.words[4] = mapping.record_words;
  command.words[5] = static_cast<std::uint32_t>(mapping.keep ? 1 : mapping.tiles(band));
  set_blocks(command, 6, mapping, plan);
  return command;
}

Command run_command(const Mapping& mapping, int band, std::uint32_t first_tap, const Waits& waits) {
  Command command(Opcode::kRun, waits);
  command.words[1] = first_tap;
  command.set_address(2, mapping.out.byte_address(band * mapping.bands.rows, 0, 0));
  command.set_halves(4, half(mapping, "the number of rows", mapping.band_rows(band)),
                     half(mapping, "the number of columns", mapping.out_columns));
  return command;
}

}  // namespace sluice::compiler
