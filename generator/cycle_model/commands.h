// SPDX-License-Identifier: Apache-2.0
// Commands as the units take them. Formats: docs/03_design/commands_and_layout.md.
#pragma once

#include <cstdint>

#include "generator/cycle_model/image.h"
#include "generator/cycle_model/timing_parameters.h"

namespace sluice::cycles {

enum class Opcode {
  kLoad = 1,
  kFill = 2,
  kLayer = 3,
  kFetch = 4,
  kRun = 5,
  kEnd = 6,
  kAddition = 7,
  kTable = 8
};

/// What a LAYER command sets, as far as it decides timing and what is counted.
struct LayerRegisters {
  int number = -1;  ///< LAYER commands before this one
  bool gated = false, per_output = false, keep = false, local = false;
  bool look_up = false;          ///< outputs in the activation table
  bool vector = false;           ///< of one position, which is the same for all outputs
  bool same_units = false;       ///< and for all units of a record
  bool add = false;              ///< another map to the outputs
  int width = 0, out_width = 0;  ///< of operands and outputs, bits: 8, 4 or 2
  std::uint16_t base_groups = 0, conditional_walks = 0;
  std::uint16_t group_steps = 0, conditional_steps = 0;  ///< of a group, and of a walk
  std::uint16_t tile_rows = 0, tile_columns = 0;
  std::uint32_t out_column_step = 0, out_row_step = 0;
  std::uint32_t out_tile_row_step = 0, out_tile_column_step = 0, out_unit_step = 0;
  std::uint16_t records = 0, extra_lanes = 0;

  // Folding
  int fold = 0, windows = 0;               ///< log2 of the blocks at once, and of their places
  int taps = 0;                            ///< of a max pool that a step joins; 0: none
  int hadamard = 0;                        ///< log2 of the columns of a transform; 0: none
  int circulant = 0;                       ///< log2 of the columns for which one of weights is read
  int record_blocks = 0, unit_blocks = 0;  ///< blocks of a record and of a unit
  int step_slots = 0, last_slots = 0;      ///< atoms of a block in a step, and in a group's last
  int conditional_last_slots = 0;          ///< atoms in a walk's last step

  // What follows from these and the design
  int decision_cycles = 0;        ///< from a position's issue to its gate decisions
  int end_cycles = 0;             ///< from a tile's last cycle to its last sum
  int tile_gap = 0;               ///< from a tile's last cycle to the next tile's start, at least
  int threshold_entries = 0;      ///< entries that hold a record's thresholds
  std::uint64_t group_reads = 0;  ///< atoms that a position reads in a group, see group_reads()

  /// Records of one lane.
  std::uint16_t records_of(int lane) const {
    return static_cast<std::uint16_t>(records + (extra_lanes > lane ? 1 : 0));
  }
  /// Records of all lanes.
  std::uint64_t all_records(int lanes) const {
    return std::uint64_t{records} * lanes + extra_lanes;
  }
  /// Steps of the base pass, or the only pass.
  std::uint64_t base_steps() const { return std::uint64_t{base_groups} * group_steps; }
  /// Steps of one block in the conditional pass.
  std::uint64_t block_steps() const { return std::uint64_t{conditional_walks} * conditional_steps; }
};

/// What an ADDITION command sets, as far as it decides what is read.
struct AdditionCommand {
  bool vector = false, same_units = false;  ///< see LayerRegisters
};

struct LoadCommand {
  bool fill = false;
  std::uint32_t count = 0;  ///< memory words
};

struct FetchCommand {
  std::uint64_t address = 0, pitch = 0;
  std::uint32_t words = 0;
  std::uint16_t repeats = 0, records = 0, extra_lanes = 0;
};

struct RunCommand {
  std::uint64_t out = 0;
  std::uint16_t rows = 0, columns = 0;
  int first_row = 0, first_column = 0;  ///< in the layer's output; from the program's tables
};

/// Decode the command at `address`. Layers that no lane can compute: PredictionError; `number`:
/// LAYER commands before this one.
LayerRegisters decode_layer(const TimingParameters& design, const Image& image,
                            std::uint64_t address, int number);
/// Atoms that a position reads in a group's base steps, by the LAYER command at `address`: what
/// several windows, or joined taps, read in one step is read once.
std::uint64_t group_reads(const Image& image, std::uint64_t address, const LayerRegisters& layer);
AdditionCommand decode_addition(const Image& image, std::uint64_t address);
LoadCommand decode_load(const Image& image, std::uint64_t address);
FetchCommand decode_fetch(const TimingParameters& design, const Image& image,
                          std::uint64_t address);
RunCommand decode_run(const TimingParameters& design, const Image& image, std::uint64_t address);

}  // namespace sluice::cycles
