// SPDX-License-Identifier: Apache-2.0
#include "generator/plan/memories.h"

#include <array>

#include "generator/util/powers_of_two.h"

namespace sluice {
namespace {

struct Name {
  const char* text;
  const char* key;
};

constexpr std::array<Name, kMemoryKinds> kNames = {{
    {"activation buffer", "activation_buffer"},
    {"weight buffer", "weight_buffer"},
    {"accumulators", "accumulators"},
    {"open positions", "open_positions"},
    {"gate masks", "gate_masks"},
    {"record headers", "record_headers"},
    {"parameters", "parameters"},
    {"addends", "addends"},
    {"activation tables", "activation_tables"},
    {"commands", "commands"},
    {"read addresses", "read_addresses"},
    {"write addresses", "write_addresses"},
    {"read reordering", "read_reordering"},
}};

/// A memory whose words are written whole.
Memory whole(MemoryKind kind, int words, int bits, int count) {
  return {kind, words, bits, bits, count};
}

void add_gate_memories(const Plan& plan, std::vector<Memory>& memories) {
  const Config& config = plan.config;
  const int entry = plan.atom_address_bits + plan.lane_columns;
  const int positions = config.accumulator.positions;
  memories.push_back(whole(MemoryKind::kOpenPositions, positions, entry, config.lanes));
  memories.push_back(whole(MemoryKind::kGateMask, 2 * positions, plan.lane_columns, config.lanes));
}

}  // namespace

const char* text_of(MemoryKind kind) { return kNames[static_cast<std::size_t>(kind)].text; }
const char* key_of(MemoryKind kind) { return kNames[static_cast<std::size_t>(kind)].key; }

std::vector<Memory> memories_of(const Plan& plan) {
  const Config& config = plan.config;
  const int lanes = config.lanes, memory_bits = 8 * config.memory.bytes;
  const int address_bits = plan.memory_word_address_bits;
  std::vector<Memory> memories;
  memories.push_back(
      {MemoryKind::kActivation, plan.bank_depth, 8 * config.atom, 8, lanes * plan.banks});
  memories.push_back(
      {MemoryKind::kWeight, plan.weight_depth, 8 * plan.weight_word_bytes, memory_bits, lanes});
  memories.push_back(whole(MemoryKind::kAccumulator, config.accumulator.positions,
                           config.accumulator.bits, 2 * lanes * plan.lane_columns));
  if (config.gating) add_gate_memories(plan, memories);
  memories.push_back(whole(MemoryKind::kHeader,
                           plan.param_slots << index_bits(plan.sequencer_words), memory_bits,
                           lanes));
  memories.push_back(whole(MemoryKind::kParameter,
                           plan.param_slots << index_bits(plan.parameter_rows),
                           64 * plan.word_parameters, lanes * config.post));
  if (config.additions) {
    memories.push_back(whole(MemoryKind::kAddend, plan.addend_depth, memory_bits, lanes));
  }
  if (config.activation_table) {
    memories.push_back(whole(MemoryKind::kTable, 64, 32, lanes * config.post));
  }
  memories.push_back(
      whole(MemoryKind::kCommand, 2 << index_bits(plan.command_words), memory_bits, 1));
  memories.push_back(whole(MemoryKind::kReadAddress, config.memory.outstanding, address_bits, 1));
  memories.push_back(whole(MemoryKind::kWriteAddress, plan.write_depth, address_bits, 1));
  if (config.bus.axi() && config.bus.by_id()) {
    const int words = 1 << (index_bits(config.bus.reads) + index_bits(config.bus.burst_beats));
    memories.push_back(whole(MemoryKind::kReorder, words, config.bus.data_bits + 2, 1));
  }
  return memories;
}

}  // namespace sluice
