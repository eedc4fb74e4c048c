// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/decode.h"

#include "generator/compiler/bytes.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

std::int64_t signed_word(std::uint32_t word) { return static_cast<std::int32_t>(word); }
int signed_byte(std::uint32_t word) { return static_cast<std::int8_t>(word & 0xff); }

Requantisation decode_requant(const std::uint8_t* entry) {
  const std::uint32_t upper = get32(entry + 4);
  return {signed_word(get32(entry)), upper & 0xfffff, static_cast<int>(upper >> 20)};
}

}  // namespace

AdditionState decode_addition(const Words& w) {
  return {.distance = address_at(w, 1),
          .multiply = (w[3] >> 28 & 1) != 0,
          .vector = (w[4] >> 28 & 1) != 0,
          .same_units = (w[4] >> 29 & 1) != 0,
          .zero = signed_byte(w[3] >> 20),
          .addend_zero = signed_byte(w[4] >> 20),
          .factor = w[3] & 0xfffff,
          .addend_factor = w[4] & 0xfffff,
          .bias = signed_word(w[5]),
          .shift = static_cast<int>(w[6] & 63),
          .zero_point = signed_byte(w[6] >> 8),
          .low = signed_byte(w[6] >> 16),
          .high = signed_byte(w[6] >> 24)};
}

TablePart decode_table(const Words& w) {
  TablePart part;
  part.first = static_cast<int>(w[1] & 3) * 64;
  for (int i = 0; i < 64; ++i)
    part.entries[i] = static_cast<std::int8_t>(w[2 + i / 4] >> i % 4 * 8);
  return part;
}

LayerState decode_layer(const Words& w) {
  LayerState s;
  s.take_max = w[1] & 1;
  s.gated = w[1] >> 1 & 1;
  s.per_output = w[1] >> 2 & 1;
  s.keep = w[1] >> 3 & 1;
  s.mode = coded_width(w[1] >> 4 & 3);
  s.out_bits = coded_width(w[1] >> 6 & 3);
  s.local = w[1] >> 8 & 1;
  s.add = w[1] >> 9 & 1;
  s.look_up = w[1] >> 13 & 1;
  s.rounds_twice = w[1] >> 14 & 1;
  s.taps = static_cast<int>(w[1] >> 10 & 7);
  s.circulant = static_cast<int>(w[1] >> 24 & 7);
  s.hadamard = static_cast<int>(w[1] >> 27 & 7);
  s.planes = w[1] >> 15 & 1;
  s.plane_shift = static_cast<int>(w[1] >> 30 & 3) * 2;
  s.zero_point = signed_byte(w[1] >> 16);
  s.low = signed_byte(w[2]);
  s.high = signed_byte(w[2] >> 8);
  s.group_pitch = w[3];
  s.row_pitch = w[4];
  s.run = w[5];
  s.groups = low_half(w[8]);
  s.base = {low_half(w[7]),  high_half(w[8]), low_half(w[6]),
            high_half(w[6]), low_half(w[23]), high_half(w[23])};
  const auto byte = [&](int at, int low) { return static_cast<int>(w[at] >> low & 255); };
  s.conditional = {.walks = high_half(w[7]),
                   .groups = byte(28, 0),
                   .kernel_rows = byte(28, 8),
                   .steps = low_half(w[24]),
                   .advance_atom = low_half(w[25]),
                   .advance_row = high_half(w[25]),
                   .advance_group = byte(28, 16),
                   .last_slots = high_half(w[24])};
  s.row_step = w[9];
  s.column_step = w[10];
  s.tile_rows = low_half(w[11]);
  s.tile_columns = high_half(w[11]);
  s.x_bytes = w[14];
  s.y_bytes = w[15];
  s.records = low_half(w[18]);
  s.more_records = high_half(w[18]);
  s.fold = 1 << (w[21] & 15);
  s.windows = 1 << (w[21] >> 4 & 15);
  s.record_blocks = w[21] >> 8 & 255;
  s.unit_blocks = w[21] >> 16 & 255;
  s.window_step = w[22];
  s.unit_bytes = w[27];
  return s;
}

Header decode_header(const std::uint8_t* at, const Plan& plan) {
  Header header;
  header.output_offset = get32(at);
  header.valid = get16(at + 4);
  header.units = at[6];
  header.first_atom = get32(at + 8);
  header.first_group = static_cast<int>(get32(at + 12));
  const int columns = plan.config.segments * plan.config.columns;
  const int post = plan.config.post;
  const int kinds = plan.config.gating ? 2 : 1;
  const std::uint8_t* parameters = at + plan.sequencer_words * plan.config.memory.bytes;
  for (int c = 0; c < columns; ++c) {
    const std::uint8_t* open = parameters + 8 * (c / post * kinds * post + c % post);
    header.open.push_back(decode_requant(open));
    if (!plan.config.gating) continue;
    header.closed.push_back(decode_requant(open + 8 * post));
    header.tau.push_back(signed_word(get32(at + 16 + 4 * c)));
  }
  return header;
}

StepWeights decode_weights(const std::uint8_t* at, int mode, int circulant, const Plan& plan) {
  const int columns = plan.config.columns;
  const int values = plan.config.rows * 8 / mode;
  const int fields = 8 / mode;
  StepWeights weights;
  weights.values.resize(std::size_t{1} * columns * values);
  weights.used_bytes.resize(plan.config.rows, false);
  weights.used_slots.resize(plan.slots, false);
  // Of 2^circulant columns the first is there; in each one more the values of so many places move
  // on
  const int turn = 1 << circulant;
  for (int c = 0; c < columns; ++c) {
    const std::uint8_t* column = at + c / turn * plan.column_bytes;
    for (int i = 0; i < values; ++i) {
      const int from = i / turn * turn + (i % turn + turn - c % turn) % turn;
      const int value = field_of(column[from / fields], fields - 1 - from % fields, mode);
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

namespace {

/// Registers that are products of others, for hardware that does not multiply.
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
  check(19, s.base.advance_row * s.row_pitch + s.base.advance_atom);
  check(20, s.row_pitch - s.run);
  if (s.base.groups > s.groups) check(30, s.groups * s.group_pitch);
}

/// The same for the conditional pass.
void check_conditional_products(const LayerState& s, const Words& w) {
  const ConditionalWalk& walk = s.conditional;
  const auto check = [&](int at, std::int64_t wanted) {
    if (signed_word(w[at]) != wanted) {
      stop("LAYER word {} is {}, but its factors give {}", at, signed_word(w[at]), wanted);
    }
  };
  check(26,
        walk.advance_group * s.group_pitch + walk.advance_row * s.row_pitch + walk.advance_atom);
  check(29, s.group_pitch - walk.kernel_rows * s.row_pitch);
  check(30, s.groups * s.group_pitch);
  check(31, walk.groups * s.group_pitch);
}

void check_folding(const LayerState& s, const Plan& plan) {
  if (s.fold > plan.config.segments) {
    stop("rows fold into {} parts, but have {} segments", s.fold, plan.config.segments);
  }
  if (s.windows > s.fold) stop("{} windows for {} blocks", s.windows, s.fold);
  if (s.record_blocks < 1 || s.record_blocks > s.fold || s.unit_blocks < 1 ||
      s.unit_blocks > s.record_blocks) {
    stop("records of {} blocks, units of {}, for a fold of {}", s.record_blocks, s.unit_blocks,
         s.fold);
  }
  const int part = s.taps > 0 ? plan.tap_slots : plan.slots / s.fold;
  if (s.base.step_slots > part || s.base.last_slots > part) {
    stop("steps of {} and {} atoms for each block, whose rows take {}", s.base.step_slots,
         s.base.last_slots, part);
  }
}

/// Joined taps are bytes, none of a kernel row is left out between steps, and blocks are where the
/// segments take them from.
void check_taps(const LayerState& s, const Plan& plan) {
  if (s.taps < 2 || s.taps > plan.taps) {
    stop("{} taps are joined, of at most {}", s.taps, plan.taps);
  }
  if (s.gated || s.mode != 8) stop("joins taps of what has gates, or is no bytes");
  if (!s.take_max && !plan.sums_taps) stop("joins taps of sums, which segments have no room for");
  if (s.windows > 1 || s.fold != plan.config.segments || s.base.groups != 1) {
    stop("joins taps in {} windows, {} groups and {} parts of the rows", s.windows, s.base.groups,
         s.fold);
  }
  const auto follows = [&](std::int64_t advance) {
    return s.window_step > 0 && advance % s.window_step == 0 && advance <= s.taps * s.window_step;
  };
  // From step to step along a kernel row, or from row to row
  if (!follows(s.base.advance_atom) && !follows(s.row_pitch)) {
    stop("a step joins {} taps {} atoms apart, and advances by {} and {}", s.taps, s.window_step,
         s.base.advance_atom, s.row_pitch);
  }
}

/// The columns of a step are whole groups of 2^n, whose weights lie in whole bytes that no part of
/// the rows shares with another.
void check_circulant(const LayerState& s, const Plan& plan) {
  const int columns = 1 << s.circulant, bytes = columns * s.mode / 8;
  if (!plan.config.circulant) stop("a layer of circulant weights on a design that has none");
  if (plan.config.columns % columns != 0 || bytes == 0 ||
      plan.config.rows / plan.config.segments % bytes != 0) {
    stop("one column of weights for {} of {}, in groups of {} bytes", columns, plan.config.columns,
         bytes);
  }
}

/// Sums are transformed over neighbouring columns.
void check_hadamard(const LayerState& s, const Plan& plan) {
  const int columns = 1 << s.hadamard;
  if (columns < 4 || columns > plan.config.hadamard) {
    stop("a Hadamard transform of {} columns on a design with {} at most", columns,
         plan.config.hadamard);
  }
  if (s.gated || s.take_max) stop("a Hadamard transform of sums with gates, or of maxima");
}

/// Halves of outputs are narrow values; sums move up by half the bits of what is summed.
void check_planes(const LayerState& s, const Plan& plan) {
  if (!plan.config.precision_gating) stop("planes on a design without precision gating");
  if (s.planes && s.out_bits == 8) stop("planes of 8 bits");
  if (s.planes && s.add) stop("planes of sums with another map");
  if (s.plane_shift > 0 && (!s.gated || s.plane_shift != s.mode)) {
    stop("sums move up by {} bits in a layer of {} bits, gates {}", s.plane_shift, s.mode, s.gated);
  }
}

/// Both passes of a gated layer take all atoms of their groups; its windows are groups.
void check_passes(const LayerState& s, const Plan& plan) {
  const int part = plan.slots / s.fold;
  if (s.base.step_slots != part || s.base.advance_row * s.run + s.base.advance_atom != part) {
    stop("a step reads {} atoms and advances by {}, but takes {}", s.base.step_slots,
         s.base.advance_row * s.run + s.base.advance_atom, part);
  }
  const ConditionalWalk& walk = s.conditional;
  const std::int64_t group_atoms = walk.kernel_rows * s.run;
  const std::int64_t advance =
      walk.advance_group * group_atoms + walk.advance_row * s.run + walk.advance_atom;
  const bool advances = walk.steps > 1;  // else it is not used
  if (advances && (advance != plan.slots || walk.advance_atom >= s.run ||
                   walk.advance_row >= walk.kernel_rows)) {
    stop("a conditional step advances by {} groups, {} rows and {} atoms, but takes {} atoms",
         walk.advance_group, walk.advance_row, walk.advance_atom, plan.slots);
  }
  const std::int64_t base_atoms = (s.base.steps - 1) * part + s.base.last_slots;
  const std::int64_t walk_atoms = std::int64_t{walk.steps - 1} * plan.slots + walk.last_slots;
  if (walk.walks == 0 || base_atoms != group_atoms || walk_atoms != walk.groups * group_atoms) {
    stop("groups of {} atoms in the base pass, {} walks of {} atoms over {} groups of {}",
         base_atoms, walk.walks, walk_atoms, walk.groups, group_atoms);
  }
  if (walk.last_slots > plan.slots || s.base.groups + walk.walks * walk.groups > s.groups) {
    stop("{} walks of {} groups behind {}, of {} groups", walk.walks, walk.groups, s.base.groups,
         s.groups);
  }
  if (s.windows > 1 && (s.window_step != s.group_pitch || s.base.groups != 1)) {
    stop("{} base groups in windows {} atoms apart, groups are {} apart", s.base.groups,
         s.window_step, s.group_pitch);
  }
}

}  // namespace

void check_addition(const AdditionState& addition, const Plan& plan) {
  if (addition.distance % plan.config.memory.bytes != 0) {
    stop("addends {} bytes from the outputs, in memory words of {}", addition.distance,
         plan.config.memory.bytes);
  }
  constexpr std::int64_t kBias = std::int64_t{1} << 28;
  if (addition.bias < -kBias || addition.bias >= kBias) stop("a sum's bias of {}", addition.bias);
  if (addition.multiply && (addition.factor != addition.addend_factor || addition.bias != 0)) {
    stop("a product with the factors {} and {} and the bias {}", addition.factor,
         addition.addend_factor, addition.bias);
  }
  if (addition.shift > 47) stop("a sum is shifted by {}", addition.shift);
}

void check_layer(const LayerState& s, const Words& w, const Plan& plan) {
  check_products(s, w);
  check_folding(s, plan);
  if (s.taps > 0) check_taps(s, plan);
  if (s.gated && !plan.config.gating) stop("a gated layer on a design without gating");
  if (s.add && !plan.config.additions) stop("a layer that adds on a design without additions");
  if (s.look_up && !plan.config.activation_table) {
    stop("a layer with a table on a design without tables");
  }
  if (s.circulant > 0) check_circulant(s, plan);
  if (s.hadamard > 0) check_hadamard(s, plan);
  if (s.planes || s.plane_shift > 0) check_planes(s, plan);
  if (s.add && s.local) stop("a layer that adds, with outputs in the activation buffer");
  if (s.gated) check_conditional_products(s, w);
  if (s.gated) check_passes(s, plan);
  if (s.tile_rows * s.tile_columns > plan.config.accumulator.positions) {
    stop("tiles of {} x {} positions exceed the accumulators", s.tile_rows, s.tile_columns);
  }
}

}  // namespace sluice::compiler
