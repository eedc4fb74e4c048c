// SPDX-License-Identifier: Apache-2.0
#include "generator/plan/plan.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "generator/config/canonical.h"
#include "generator/util/powers_of_two.h"
#include "generator/util/sha256.h"

namespace sluice {
namespace {

constexpr int kEntryBytes = 8;      // one entry of a block record
constexpr int kCommandBytes = 128;  // one command, before rounding to memory words
constexpr int kHashDigits = 8;

bool has_precision(const Config& config, int bits) {
  const auto& list = config.precisions;
  return std::find(list.begin(), list.end(), bits) != list.end();
}

int divide_up(int value, int by) { return (value + by - 1) / by; }

void plan_array(Plan& plan) {
  const Config& config = plan.config;
  plan.segment_rows = config.rows / config.segments;
  plan.pe_rows = plan.segment_rows / config.dot;
  plan.fold_bits = std::bit_width(static_cast<unsigned>(config.segments)) - 1;
  plan.lane_columns = config.segments * config.columns;
  plan.partial_sum_bits = 16 + index_bits(config.rows);
  plan.segment_sum_bits = 16 + index_bits(plan.segment_rows);
  plan.min_step = std::max(config.columns, 3);
}

void plan_activation_buffer(Plan& plan) {
  const Config& config = plan.config;
  plan.slots = config.rows / config.atom;
  const int widest = std::max(config.rows, config.memory.bytes);
  plan.banks = std::max(2, static_cast<int>(next_power_of_two(divide_up(widest, config.atom))));
  plan.bank_depth = config.buffers.activation / (plan.banks * config.atom);
  plan.atom_address_bits = index_bits(std::int64_t{plan.banks} * plan.bank_depth);
  plan.buffer_words = config.buffers.activation / config.memory.bytes;
  plan.word_address_bits = index_bits(plan.buffer_words);
  // Only gated layers need groups of a map twice, some way behind the first time
  constexpr int kFinest = 16;
  const int finest = std::max(config.atom, std::min(kFinest, config.memory.bytes));
  plan.load_bytes = config.gating ? finest : config.memory.bytes;
  plan.load_places = config.memory.bytes / plan.load_bytes;
  assert(plan.bank_depth >= 2);
}

/// Taps are joined where the slots hold several of all channels of a fold into all segments, in
/// sums if a segment's slots hold as many of its own. More than four would be more than most
/// kernels have in a row.
void plan_taps(Plan& plan) {
  constexpr int kMostTaps = 4;
  const Config& config = plan.config;
  const auto bytes_skipped = [&](int segment) {
    return segment * config.columns % config.atom;  // of the first atom
  };
  int block_atoms = 0;
  for (int segment = 0; segment < config.segments; ++segment) {
    const int bytes = bytes_skipped(segment) + config.columns;
    block_atoms = std::max(block_atoms, divide_up(bytes, config.atom));
  }
  const int tap_atoms = (config.segments - 1) * config.columns / config.atom + block_atoms;
  int taps = kMostTaps;
  while (taps > 1 && plan.slots / taps < tap_atoms) taps /= 2;
  const int segment_slots = plan.slots / config.segments;
  const bool halves = std::has_single_bit(static_cast<unsigned>(plan.slots));
  const bool joins = taps > 1 && block_atoms <= segment_slots && halves;
  plan.taps = joins ? taps : 1;
  plan.tap_levels = joins ? index_bits(taps) : 0;
  plan.tap_slots = plan.slots / plan.taps;
  plan.tap_atoms = joins ? tap_atoms : 0;
  plan.block_atoms = joins ? block_atoms : 0;
  plan.sums_taps = joins && taps * block_atoms <= segment_slots;
}

void plan_weight_buffer(Plan& plan) {
  const Config& config = plan.config;
  plan.column_bytes = static_cast<int>(next_power_of_two(config.rows));
  plan.weight_columns = config.buffers.weight / plan.column_bytes;
  plan.weight_word_bytes = std::max(plan.column_bytes, config.memory.bytes);
  plan.weight_depth = config.buffers.weight / plan.weight_word_bytes;
  const int granule = std::min(plan.column_bytes, config.memory.bytes);
  plan.column_granules = plan.column_bytes / granule;
  plan.word_granules = config.memory.bytes / granule;
  plan.weight_granule_bits = index_bits(config.buffers.weight / granule);
  if (!config.circulant) return;
  // A power of two that divides the columns of a block, and the rows of any of its parts
  const int both = config.columns | plan.segment_rows;
  plan.circulant_bytes = both & -both;
  plan.circulant_levels = index_bits(plan.circulant_bytes);
}

void plan_records(Plan& plan) {
  const Config& config = plan.config;
  const int word_entries = config.memory.bytes / kEntryBytes;
  plan.threshold_entries = config.gating ? divide_up(plan.lane_columns, 2) : 0;
  plan.sequencer_words = divide_up(plan.threshold_entry + plan.threshold_entries, word_entries);
  plan.parameter_kinds = config.gating ? 2 : 1;
  plan.parameter_entries = plan.lane_columns * plan.parameter_kinds;
  plan.parameter_words = divide_up(plan.parameter_entries, word_entries);
  plan.header_words = plan.sequencer_words + plan.parameter_words;
  plan.word_parameters = std::max(1, word_entries / config.post);
  plan.parameter_rows = divide_up(plan.parameter_entries, config.post * plan.word_parameters);
  // Records of lanes that fold are long and their headers wide: more than two gain next to nothing
  plan.param_slots = config.segments > 1 ? 2 : 4;
  plan.param_slot_bits = index_bits(plan.param_slots);
  plan.command_words = std::max(1, kCommandBytes / config.memory.bytes);
  plan.command_bytes = plan.command_words * config.memory.bytes;
  plan.memory_word_address_bits = config.memory.address_bits - index_bits(config.memory.bytes);
}

/// Memory words that post-processing uses in some 64 cycles, which hides the memory's latency; no
/// more than two bursts.
int addend_depth(const Config& config) {
  constexpr int kCycles = 64;
  const auto words = next_power_of_two(divide_up(kCycles * config.post, config.memory.bytes));
  return std::min(std::max(static_cast<int>(words), 4), 2 * config.memory.burst);
}

void plan_bus(Plan& plan) {
  const Config& config = plan.config;
  plan.bus_bytes = config.bus.data_bits / 8;
  plan.bus_word_beats = std::max(1, config.memory.bytes / plan.bus_bytes);
  plan.bus_size = index_bits(plan.bus_bytes);
  plan.bus_id_port_bits = std::max(1, config.bus.id_bits);
  // Twice what AXI can have in flight: an address is never read while another takes its place
  plan.write_depth = config.bus.axi() ? 2 * config.bus.writes : 32;
}

}  // namespace

Plan make_plan(const Config& config) {
  Plan plan;
  plan.config = config;
  plan.hash = sha256(canonical_yaml(config)).substr(0, kHashDigits);
  plan.precision4 = has_precision(config, 4);
  plan.precision2 = has_precision(config, 2);
  plan_array(plan);
  plan_activation_buffer(plan);
  plan_taps(plan);
  plan_weight_buffer(plan);
  plan_records(plan);
  plan_bus(plan);
  plan.position_bits = index_bits(config.accumulator.positions);
  plan.post_groups = plan.lane_columns / config.post;
  plan.addend_depth = config.additions ? addend_depth(config) : 0;
  return plan;
}

}  // namespace sluice
