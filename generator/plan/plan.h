// SPDX-License-Identifier: Apache-2.0
// Every number derived from a Config: widths, depths, structure. Templates and the compiler read
// it and compute nothing of it themselves.
#pragma once

#include <cstdint>
#include <string>

#include "generator/config/config.h"

namespace sluice {

struct Plan {
  Config config;
  std::string hash;  ///< first 8 hex digits of the SHA-256 of the resolved config
  bool precision4 = false, precision2 = false;

  // Array
  int pe_rows = 0;           ///< of a segment: rows / segments / dot
  int segment_rows = 0;      ///< rows / segments
  int fold_bits = 0;         ///< log2(segments): levels of the sum tree
  int lane_columns = 0;      ///< columns of sums that a lane accumulates: segments * columns
  int partial_sum_bits = 0;  ///< bits of one column's sum over all rows: 16 + ceil(log2(rows))
  int segment_sum_bits = 0;  ///< the same over the rows of a segment
  int min_step = 0;          ///< fewest cycles between two steps: max(columns, 3)

  // Activation buffer
  int slots = 0;              ///< atoms read each cycle: rows / atom
  int banks = 0;              ///< power of two >= max(rows, memory bytes) / atom
  int bank_depth = 0;         ///< atoms in each bank
  int atom_address_bits = 0;  ///< bits of an atom address: log2(banks * bank_depth)
  int buffer_words = 0;       ///< activation buffer in memory words
  int word_address_bits = 0;
  int load_bytes = 0;   ///< LOADs put their data at multiples of this: a memory word, or less
  int load_places = 0;  ///< such places in a memory word; 1: data are not shifted

  // Poolings and depthwise layers: taps side by side in one read, which are joined before the array
  int taps = 1;            ///< 2 or 4; 1: none are joined
  int tap_levels = 0;      ///< log2(taps)
  int tap_slots = 0;       ///< of each tap: slots / taps
  int tap_atoms = 0;       ///< of each tap: those with the channels of a fold into all segments
  int block_atoms = 0;     ///< that a segment takes of them, in its first slots
  bool sums_taps = false;  ///< a segment has slots for those of all taps: sums may join them, too

  // Weight buffer
  int column_bytes = 0;         ///< next_power_of_two(rows): one column of weights
  int weight_columns = 0;       ///< columns in the weight buffer
  int weight_word_bytes = 0;    ///< max(column_bytes, memory bytes): one word of the weight RAM
  int weight_depth = 0;         ///< weight RAM words
  int column_granules = 0;      ///< a column in units of min(column, memory word)
  int word_granules = 0;        ///< a memory word in the same units
  int weight_granule_bits = 0;  ///< bits that address a granule of the weight buffer
  int circulant_bytes = 0;      ///< most bytes that a column is rotated in; 0: it is not
  int circulant_levels = 0;     ///< log2 of them

  // Block records: a part of the header for the sequencer, then parameters of post-processing
  int threshold_entry = 2;  ///< first entry with thresholds, two in each (gating only)
  int threshold_entries = 0;
  int sequencer_words = 0;    ///< memory words of the sequencer's part
  int parameter_kinds = 0;    ///< requantisations of a column: 2 with gating (open, closed), else 1
  int parameter_entries = 0;  ///< lane_columns * parameter_kinds
  int parameter_words = 0;    ///< memory words of the parameters
  int header_words = 0;       ///< memory words of a record's header
  int word_parameters = 0;    ///< entries in a parameter memory's word: max(1, bytes / 8 / post)
  int parameter_rows = 0;     ///< words of each parameter memory that a header takes
  int param_slots = 0;        ///< headers a lane holds, a power of two
  int param_slot_bits = 0;

  int memory_word_address_bits = 0;  ///< bits of a memory word's number in memory

  // Accumulators and post-processing
  int position_bits = 0;  ///< bits of an accumulator index
  int post_groups = 0;    ///< lane_columns / post
  int addend_depth = 0;   ///< memory words of a lane's addend buffer (additions only)
  int command_words = 0;  ///< memory words of one command slot: max(1, 128 / memory bytes)
  int command_bytes = 0;  ///< command_words * memory bytes

  // Bus
  int write_depth = 0;       ///< writes in flight whose addresses are known after an error
  int bus_bytes = 0;         ///< of a beat
  int bus_word_beats = 0;    ///< beats of a memory word
  int bus_size = 0;          ///< AxSIZE: log2(bus_bytes)
  int bus_id_port_bits = 0;  ///< width of the ID ports: at least 1
};

/// Derives a plan from a checked config.
Plan make_plan(const Config& config);

}  // namespace sluice
