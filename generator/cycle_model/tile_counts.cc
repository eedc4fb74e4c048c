// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/tile_counts.h"

#include "generator/cycle_model/drain.h"

namespace sluice::cycles {
namespace {

/// What the gates have left of a tile's conditional pass, over all blocks of its record.
struct Conditional {
  std::uint64_t open = 0;     ///< positions
  std::uint64_t enabled = 0;  ///< columns of them that are summed
  std::uint64_t steps = 0;    ///< whose weights are loaded
};

Conditional conditional_of(const TimingParameters& design, const LayerRegisters& layer,
                           const OpenPositions& open) {
  Conditional result;
  if (!layer.gated) return result;
  for (int block = 0; block < layer.record_blocks; ++block) {
    const int positions = open.counts()[block];
    result.open += positions;
    // The first block's first step begins before it is known that nothing is open
    result.steps += positions != 0 ? layer.block_steps() : block == 0 ? 1 : 0;
  }
  result.enabled = layer.per_output ? open.open_channels() : result.open * design.columns;
  return result;
}

/// Atoms that a position reads in a group or a walk.
std::uint64_t group_atoms(int steps, int step_slots, int last_slots) {
  return std::uint64_t(steps - 1) * step_slots + last_slots;
}

void count_gates(const TimingParameters& design, const LayerRegisters& layer, const Tile& tile,
                 const Conditional& conditional, LaneCounters& counters) {
  const std::uint64_t positions = std::uint64_t(tile.rows) * tile.columns;
  Accesses& accesses = counters.accesses;
  accesses.reads_of(MemoryKind::kActivation) +=
      conditional.open * layer.conditional_walks *
      group_atoms(layer.conditional_steps, design.slots, layer.conditional_last_slots);
  accesses.reads_of(MemoryKind::kOpenPositions) += conditional.open * layer.block_steps();
  accesses.writes_of(MemoryKind::kOpenPositions) += positions;
  accesses.reads_of(MemoryKind::kGateMask) += positions * tile.units;
  accesses.writes_of(MemoryKind::kGateMask) += positions;
  counters.work.gate_decisions += positions * layer.record_blocks * design.columns;
}

void count_outputs(const TimingParameters& design, const LayerRegisters& layer, const Tile& tile,
                   LaneCounters& counters) {
  const std::uint64_t positions = std::uint64_t(tile.rows) * tile.columns;
  const std::uint64_t values = std::uint64_t(Drain::chunks_of(design, tile)) * design.post;
  const std::uint64_t unit_columns = std::uint64_t(layer.unit_blocks) * design.columns;
  // Where transforms go over several units, each of them reads all blocks
  const bool apart = unit_columns % (std::uint64_t{1} << layer.hadamard) != 0;
  const std::uint64_t read =
      apart ? std::uint64_t(design.columns) << design.fold_bits : unit_columns;
  counters.accesses.reads_of(MemoryKind::kAccumulator) += positions * tile.units * read;
  counters.accesses.reads_of(MemoryKind::kParameter) += values;
  counters.work.requantisations += values;
  if (layer.look_up) counters.accesses.reads_of(MemoryKind::kTable) += values;
  if (layer.add) counters.work.additions += values;
}

}  // namespace

void count_tile(const TimingParameters& design, const LayerRegisters& layer, const Tile& tile,
                const OpenPositions& open, LaneCounters& counters) {
  const std::uint64_t columns = design.columns;
  const std::uint64_t positions = std::uint64_t(tile.rows) * tile.columns;
  const std::uint64_t base_columns = positions * layer.record_blocks * columns;
  const Conditional conditional = conditional_of(design, layer, open);
  const std::uint64_t issued =
      positions * layer.base_steps() + conditional.open * layer.block_steps();
  const std::uint64_t sums =
      base_columns * layer.base_steps() + conditional.enabled * layer.block_steps();

  Accesses& accesses = counters.accesses;
  accesses.reads_of(MemoryKind::kActivation) += positions * layer.base_groups * layer.group_reads;
  accesses.reads_of(MemoryKind::kWeight) +=
      (layer.base_steps() + conditional.steps) * (columns >> layer.circulant);
  // Read to be added to, but in the first step, which starts from zero
  accesses.reads_of(MemoryKind::kAccumulator) += sums - base_columns;
  accesses.writes_of(MemoryKind::kAccumulator) += sums;
  counters.work.products_of(layer.width) += issued * columns * design.rows * (8 / layer.width);
  counters.work.accumulations += sums;
  if (layer.gated) count_gates(design, layer, tile, conditional, counters);
  count_outputs(design, layer, tile, counters);
}

}  // namespace sluice::cycles
