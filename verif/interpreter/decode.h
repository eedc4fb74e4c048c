// SPDX-License-Identifier: Apache-2.0
// Commands and records as the interpreter reads them, decoded straight from
// docs/03_design/commands_and_layout.md.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "generator/plan/plan.h"
#include "verif/interpreter/interpreter.h"

namespace sluice::compiler {

/// Ends the interpretation: the program breaks a rule.
template <typename... Args>
[[noreturn]] void stop(fmt::format_string<Args...> text, Args&&... args) {
  throw InterpretError{fmt::format(text, std::forward<Args>(args)...)};
}

using Words = std::array<std::uint32_t, 32>;

inline int low_half(std::uint32_t word) { return static_cast<int>(word & 0xffff); }
inline int high_half(std::uint32_t word) { return static_cast<int>(word >> 16); }
inline std::uint64_t address_at(const Words& words, int at) {
  return words[at] | std::uint64_t{words[at + 1]} << 32;
}

/// How a pass walks over its input groups.
struct Walk {
  int groups = 0;
  int steps = 0;                          ///< of each group
  int advance_atom = 0, advance_row = 0;  ///< from one step to the next
  int step_slots = 0;                     ///< atoms that each block reads in a step
  int last_slots = 0;                     ///< in a group's last step
  int all_steps() const { return groups * steps; }
};

/// How the conditional pass of a block goes on from group to group.
struct ConditionalWalk {
  int walks = 0;  ///< each of `groups` groups
  int groups = 0;
  int kernel_rows = 0;
  int steps = 0;                                             ///< of each walk
  int advance_atom = 0, advance_row = 0, advance_group = 0;  ///< from one step to the next
  int last_slots = 0;                                        ///< atoms of a walk's last step
  int all_steps() const { return walks * steps; }
};

/// What an ADDITION command sets.
struct AdditionState {
  std::uint64_t distance = 0;  ///< from an output to the value that is added, modulo the address
  bool multiply = false;       ///< what is left of both values beyond their zeros
  bool vector = false;         ///< the other map has one position, at `distance`
  bool same_units = false;     ///< which all units of a record read
  int zero = 0, addend_zero = 0;
  std::int64_t factor = 0, addend_factor = 0, bias = 0;
  int shift = 0, zero_point = 0, low = 0, high = 0;
};

AdditionState decode_addition(const Words& words);

/// Throws InterpretError if a register has a value that it must not have.
void check_addition(const AdditionState& addition, const Plan& plan);

/// The registers a LAYER command sets.
struct LayerState {
  bool take_max = false, gated = false, per_output = false, keep = false, local = false;
  int mode = 8, out_bits = 8, zero_point = 0, low = 0, high = 0;
  std::int64_t group_pitch = 0, row_pitch = 0, run = 0;
  int groups = 0;  ///< of the input map
  Walk base;
  ConditionalWalk conditional;  ///< of one block
  std::int64_t row_step = 0, column_step = 0;
  int tile_rows = 0, tile_columns = 0;
  std::int64_t x_bytes = 0, y_bytes = 0;
  int records = 0, more_records = 0;  ///< of each lane; lanes that have one more
  int fold = 1;                       ///< parts of the rows in the base pass, one for each block
  int windows = 1;                    ///< places that the parts read
  std::int64_t window_step = 0;       ///< atoms from one to the next
  int taps = 0;                       ///< joined in a step, so far apart; 0: none
  int record_blocks = 0, unit_blocks = 0;
  std::int64_t unit_bytes = 0;  ///< from a unit's outputs to the next unit's
  int circulant = 0;            ///< log2 of the columns that one of weights is stored for
  bool rounds_twice = false;    ///< requantisation, as TFLite
  bool planes = false;          ///< outputs are written as upper and lower halves, in two units
  int plane_shift = 0;          ///< bits by which sums of the base pass move up
  int hadamard = 0;             ///< log2 of the columns over which sums are transformed; 0: none
  bool look_up = false;         ///< outputs in the activation table
  bool add = false;             ///< another map, as the ADDITION command says

  /// The window that the part of block `block` of a record reads.
  int window(int block) const { return block * windows / fold; }
};

LayerState decode_layer(const Words& words);

/// Throws InterpretError if a register that follows from others does not agree with them, or if
/// the design cannot fold like that.
void check_layer(const LayerState& layer, const Words& words, const Plan& plan);

using ActivationTable = std::array<std::int8_t, 256>;  ///< by output value + 128

/// A quarter of the activation table, from entry `first` on.
struct TablePart {
  int first = 0;
  std::array<std::int8_t, 64> entries{};
};

TablePart decode_table(const Words& words);

struct Requantisation {
  std::int64_t bias = 0, multiplier = 0;
  int shift = 0;
};

/// A block record's header. Columns are those of the lane: block j has the j-th `columns` of them.
struct Header {
  std::vector<Requantisation> open, closed;  ///< by column
  std::vector<std::int64_t> tau;             ///< by column
  std::int64_t output_offset = 0;
  int valid = 0;  ///< columns of a unit
  int units = 0;
  std::int64_t first_atom = 0;
  int first_group = 0;
};

Header decode_header(const std::uint8_t* at, const Plan& plan);

/// Weights of one step: [column][field] in the order of the activations, and which atoms matter.
struct StepWeights {
  std::vector<std::int8_t> values;
  std::vector<bool> used_bytes;
  std::vector<bool> used_slots;
};

/// Weights at `at`, in the format that activations of `mode` bits have, one column for
/// 2^`circulant`.
StepWeights decode_weights(const std::uint8_t* at, int mode, int circulant, const Plan& plan);

/// Field `field` of a byte of fields of `bits` bits, signed.
int field_of(std::uint8_t byte, int field, int bits);

}  // namespace sluice::compiler
