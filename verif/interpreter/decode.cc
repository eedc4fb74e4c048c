// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/decode.h"

#include "generator/compiler/bytes.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

std::int64_t signed_word(std::uint32_t word) { return static_cast<std::int32_t>(word); }
int signed_byte(std::uint32_t word) { return static_cast<std::int8_t>(word & 0xff); }

Requantisation decode_requant(const std::uint8_t* entry) {
  return {signed_word(get32(entry)), get16(entry + 4), entry[6]};
}

}  // namespace

LayerState decode_layer(const Words& w) {
  LayerState s;
  s.take_max = w[1] & 1;
  s.gated = w[1] >> 1 & 1;
  s.per_output = w[1] >> 2 & 1;
  s.keep = w[1] >> 3 & 1;
  s.mode = coded_width(w[1] >> 4 & 3);
  s.out_bits = coded_width(w[1] >> 6 & 3);
  s.local = w[1] >> 8 & 1;
  s.zero_point = signed_byte(w[1] >> 16);
  s.low = signed_byte(w[2]);
  s.high = signed_byte(w[2] >> 8);
  s.group_pitch = w[3];
  s.row_pitch = w[4];
  s.run = w[5];
  s.advance_atom = low_half(w[6]);
  s.advance_row = high_half(w[6]);
  s.base_groups = low_half(w[7]);
  s.conditional_groups = high_half(w[7]);
  s.groups = low_half(w[8]);
  s.group_steps = high_half(w[8]);
  s.row_step = w[9];
  s.column_step = w[10];
  s.tile_rows = low_half(w[11]);
  s.tile_columns = high_half(w[11]);
  s.x_bytes = w[14];
  s.y_bytes = w[15];
  s.blocks = low_half(w[18]);
  s.more_blocks = high_half(w[18]);
  return s;
}

Header decode_header(const std::uint8_t* at, const Plan& plan) {
  Header header;
  const int columns = plan.config.columns;
  for (int c = 0; c < columns; ++c) {
    header.open.push_back(decode_requant(at + 8 * c));
    if (!plan.config.gating) continue;
    header.closed.push_back(decode_requant(at + 8 * (columns + c)));
    header.tau.push_back(signed_word(get32(at + 8 * (2 * columns + c))));
  }
  const std::uint8_t* rest = at + 8 * columns * (plan.config.gating ? 3 : 1);
  header.output_offset = get32(rest);
  header.valid = rest[4];
  header.first_atom = get32(rest + 8);
  header.first_group = static_cast<int>(get32(rest + 12));
  return header;
}

StepWeights decode_weights(const std::uint8_t* at, int mode, const Plan& plan) {
  const int columns = plan.config.columns;
  const int values = plan.config.rows * 8 / mode;
  const int fields = 8 / mode;
  StepWeights weights;
  weights.values.resize(std::size_t{1} * columns * values);
  weights.used_bytes.resize(plan.config.rows, false);
  weights.used_slots.resize(plan.slots, false);
  for (int c = 0; c < columns; ++c, at += plan.column_bytes) {
    for (int i = 0; i < values; ++i) {
      const int value = field_of(at[i / fields], fields - 1 - i % fields, mode);
      weights.values[c * values + i] = static_cast<std::int8_t>(value);
      if (value == 0) continue;
      weights.used_bytes[i / fields] = true;
      weights.used_slots[i / fields / plan.config.atom] = true;
    }
  }
  return weights;
}

int field_of(std::uint8_t byte, int field, int bits) {
  const int value = byte >> field * bits & ((1 << bits) - 1);
  return value >= 1 << (bits - 1) ? value - (1 << bits) : value;
}

void check_products(const LayerState& s, const Words& w) {
  const auto check = [&](int at, std::int64_t wanted) {
    if (signed_word(w[at]) != wanted) {
      stop("LAYER word {} is {}, but its factors give {}", at, signed_word(w[at]), wanted);
    }
  };
  check(12, s.row_step * s.tile_rows);
  check(13, s.column_step * s.tile_columns);
  check(16, s.y_bytes * s.tile_rows);
  check(17, s.x_bytes * s.tile_columns);
  check(19, s.advance_row * s.row_pitch + s.advance_atom);
  check(20, s.row_pitch - s.run);
}

}  // namespace sluice::compiler
