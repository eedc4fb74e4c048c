// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::cycles {
namespace {

/// Words 0 to 31 of one command.
class Words {
 public:
  Words(const Image& image, std::uint64_t address) : image_(image), address_(address) {}
  std::uint32_t operator[](int index) const { return image_.word(address_ + 4 * index); }
  std::uint16_t low(int index) const { return static_cast<std::uint16_t>((*this)[index]); }
  std::uint16_t high(int index) const { return static_cast<std::uint16_t>((*this)[index] >> 16); }
  std::uint64_t address(int index) const {
    return (*this)[index] | std::uint64_t{(*this)[index + 1]} << 32;
  }

 private:
  const Image& image_;
  std::uint64_t address_;
};

/// Width in bits for the code of a LAYER command; a design without narrow operands ignores it.
int width_of(const TimingParameters& design, std::uint32_t code) {
  if (code == 1 && design.precision4) return 4;
  if (code == 2 && design.precision2) return 2;
  return 8;
}

void decode_folding(const Words& words, LayerRegisters& layer) {
  const std::uint32_t folding = words[21];
  layer.fold = folding & 15;
  layer.windows = folding >> 4 & 15;
  layer.record_blocks = folding >> 8 & 0xff;
  layer.unit_blocks = folding >> 16 & 0xff;
  layer.step_slots = words.low(23);
  layer.last_slots = words.high(23);
  layer.conditional_last_slots = words.high(24);
}

void check(const TimingParameters& design, const LayerRegisters& layer) {
  const auto fail = [&layer](const char* what) {
    throw PredictionError(fmt::format("layer {} {}", layer.number, what));
  };
  if (layer.fold > design.fold_bits) fail("folds rows into more parts than there are segments");
  if (layer.windows > layer.fold) fail("reads more windows than it has parts");
  if (layer.taps > design.taps) fail("joins more taps than a read has room for");
  if (design.columns % (1 << layer.circulant) != 0) {
    fail("has columns of weights for more columns than a block has");
  }
  if (layer.record_blocks < 1 || layer.record_blocks > 1 << layer.fold) {
    fail("has records without blocks, or with more than parts");
  }
  if (layer.unit_blocks < 1) fail("has units without blocks");
  if (layer.add && layer.local) fail("adds a map to outputs that do not go to memory");
  if (layer.gated && layer.block_steps() == 0) fail("is gated, but no step is conditional");
}

// Sums of a block pass the tree's levels that join its segments: all of them where it has all rows
void derive(const TimingParameters& design, LayerRegisters& layer) {
  layer.decision_cycles = design.datapath(design.fold_bits - layer.fold);
  layer.end_cycles = layer.gated ? design.datapath(design.fold_bits) : layer.decision_cycles;
  // The next base pass must not overtake the conditional one in the tree
  layer.tile_gap = layer.gated ? std::max(1, layer.fold) : 1;
  layer.threshold_entries = layer.gated ? (layer.record_blocks * design.columns + 1) / 2 : 0;
}

}  // namespace

LayerRegisters decode_layer(const TimingParameters& design, const Image& image,
                            std::uint64_t address, int number) {
  const Words words(image, address);
  const std::uint32_t flags = words[1];
  LayerRegisters layer;
  layer.number = number;
  layer.gated = design.gating && (flags >> 1 & 1);
  layer.keep = flags >> 3 & 1;
  layer.local = flags >> 8 & 1;
  layer.add = design.additions && (flags >> 9 & 1);
  layer.look_up = design.tables && (flags >> 13 & 1);
  layer.taps = design.taps > 1 ? flags >> 10 & 7 : 0;
  layer.circulant = design.circulant ? flags >> 24 & 7 : 0;
  layer.hadamard = design.transforms ? flags >> 27 & 7 : 0;
  layer.per_output = flags >> 2 & 1;
  layer.width = width_of(design, flags >> 4 & 3);
  layer.out_width = width_of(design, flags >> 6 & 3);
  layer.base_groups = words.low(7);
  layer.conditional_walks = words.high(7);
  layer.group_steps = words.high(8);
  layer.conditional_steps = words.low(24);
  layer.tile_rows = words.low(11);
  layer.tile_columns = words.high(11);
  layer.out_column_step = words[14];
  layer.out_row_step = words[15];
  layer.out_tile_row_step = words[16];
  layer.out_tile_column_step = words[17];
  layer.out_unit_step = words[27];
  layer.records = words.low(18);
  layer.extra_lanes = words.high(18);
  decode_folding(words, layer);
  check(design, layer);
  derive(design, layer);
  return layer;
}

std::uint64_t group_reads(const Image& image, std::uint64_t address, const LayerRegisters& layer) {
  const int places = layer.taps > 0 ? layer.taps : 1 << layer.windows;
  if (places == 1) {
    return std::uint64_t(layer.group_steps - 1) * layer.step_slots + layer.last_slots;
  }
  const Words words(image, address);
  const std::int64_t pitch = words[4], run = words[5], window_step = words[22];
  std::uint64_t reads = 0;
  std::int64_t row = 0, atom = 0;
  for (int step = 0; step < layer.group_steps; ++step) {
    const int slots = step + 1 < layer.group_steps ? layer.step_slots : layer.last_slots;
    std::set<std::int64_t> atoms;
    std::int64_t slot_row = row, slot_atom = atom;
    for (int slot = 0; slot < slots; ++slot) {
      for (int place = 0; place < places; ++place) {
        atoms.insert(slot_row * pitch + slot_atom + place * window_step);
      }
      if (++slot_atom == run) {
        slot_atom = 0;
        ++slot_row;
      }
    }
    reads += atoms.size();
    row += words.high(6);
    atom += words.low(6);
    if (atom >= run) {
      atom -= run;
      ++row;
    }
  }
  return reads;
}

AdditionCommand decode_addition(const Image& image, std::uint64_t address) {
  const std::uint32_t other = Words(image, address)[4];
  return {(other >> 28 & 1) != 0, (other >> 29 & 1) != 0};
}

LoadCommand decode_load(const Image& image, std::uint64_t address) {
  const Words words(image, address);
  return {(words[0] & 15) == static_cast<std::uint32_t>(Opcode::kFill), words[4]};
}

FetchCommand decode_fetch(const TimingParameters& design, const Image& image,
                          std::uint64_t address) {
  const Words words(image, address);
  FetchCommand fetch;
  fetch.address = words.address(1) & design.address_mask;
  fetch.pitch = words[3];
  fetch.words = words[4];
  fetch.repeats = words.low(5);
  fetch.records = words.low(6);
  fetch.extra_lanes = words.high(6);
  return fetch;
}

RunCommand decode_run(const TimingParameters& design, const Image& image, std::uint64_t address) {
  const Words words(image, address);
  RunCommand run;
  run.out = words.address(2) & design.address_mask;
  run.rows = words.low(4);
  run.columns = words.high(4);
  return run;
}

}  // namespace sluice::cycles
