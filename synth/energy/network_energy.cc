// SPDX-License-Identifier: Apache-2.0
#include "synth/energy/network_energy.h"

namespace sluice::synth {
namespace {

using results::Energy;
using results::EnergyPart;

constexpr double kUjOfPj = 1e-6;

/// Accesses of kinds that make up a part.
struct PartOfKind {
  MemoryKind kind;
  EnergyPart part;
};

constexpr PartOfKind kPartOfKind[] = {
    {MemoryKind::kActivation, EnergyPart::activation_buffer},
    {MemoryKind::kWeight, EnergyPart::weight_buffer},
    {MemoryKind::kAccumulator, EnergyPart::accumulators},
    {MemoryKind::kOpenPositions, EnergyPart::gate_memories},
    {MemoryKind::kGateMask, EnergyPart::gate_memories},
    {MemoryKind::kHeader, EnergyPart::record_headers},
    {MemoryKind::kParameter, EnergyPart::record_headers},
    {MemoryKind::kAddend, EnergyPart::addend_buffer},
    {MemoryKind::kTable, EnergyPart::other_memories},
    {MemoryKind::kCommand, EnergyPart::other_memories},
    {MemoryKind::kReadAddress, EnergyPart::other_memories},
    {MemoryKind::kWriteAddress, EnergyPart::other_memories},
    {MemoryKind::kReorder, EnergyPart::other_memories},
};
static_assert(std::size(kPartOfKind) == kMemoryKinds);

void add_accesses(const MemoryRates& rates, const cycles::Accesses& accesses, Energy& energy) {
  for (const auto& [kind, part] : kPartOfKind) {
    energy[part] += kUjOfPj * rates.energy(accesses, kind);
  }
}

double dram_uj(const Dram& dram, std::uint64_t bytes) {
  return kUjOfPj * dram.pj_per_bit * 8 * static_cast<double>(bytes);
}

/// The commands, which belong to no layer.
Energy command_energy(const EnergyRates& rates, std::uint64_t bytes,
                      const cycles::Accesses& accesses) {
  Energy energy;
  energy[EnergyPart::dram_commands] = dram_uj(rates.dram, bytes);
  add_accesses(rates.memories, accesses, energy);
  return energy;
}

LogicRates scaled(const LogicRates& rates, std::optional<double> scale) {
  return {rates.cycle_pj * scale.value_or(1), rates.product_pj * scale.value_or(1)};
}

results::EnergyBasis basis_of(const EnergyRates& rates) {
  results::EnergyBasis basis;
  basis.memories = rates.table;
  basis.memories_of_fit = rates.memories.from_fit;
  basis.dram = rates.dram.name;
  basis.dram_pj_per_bit = rates.dram.pj_per_bit;
  basis.logic = rates.logic.network + " on " + rates.logic.design;
  basis.logic_measured = rates.logic.measured;
  basis.logic_library = rates.logic.library;
  basis.logic_scale = rates.logic_scale;
  basis.clock_mhz = rates.clock_mhz;
  return basis;
}

}  // namespace

Energy layer_energy(const EnergyRates& rates, const LogicRates& logic,
                    const estimate::LayerCost& cost) {
  Energy energy;
  energy[EnergyPart::dram_weights] = dram_uj(rates.dram, cost.weight_read_bytes);
  energy[EnergyPart::dram_maps_read] = dram_uj(rates.dram, cost.map_read_bytes);
  energy[EnergyPart::dram_maps_written] = dram_uj(rates.dram, cost.write_bytes);
  add_accesses(rates.memories, cost.accesses, energy);
  const auto cycles = static_cast<double>(cost.cycles);
  energy[EnergyPart::memory_leakage] =
      kUjOfPj * rates.memories.leakage_uw * cycles / rates.clock_mhz;  // uW x us is pJ
  energy[EnergyPart::logic_clock] = kUjOfPj * logic.cycle_pj * cycles;
  energy[EnergyPart::logic_data] = kUjOfPj * logic.product_pj * products_of_8_bits(cost.work);
  return energy;
}

results::EnergyResult network_energy(const EnergyRates& rates, const estimate::Estimate& estimate) {
  results::EnergyResult result;
  result.basis = basis_of(rates);
  const LogicRates logic = scaled(rates.logic.with, rates.logic_scale);
  const LogicRates logic_without = scaled(rates.logic.without, rates.logic_scale);
  result.with = command_energy(rates, estimate.command_bytes, estimate.command_accesses);
  Energy without = result.with;
  for (const estimate::LayerEstimate& layer : estimate.layers) {
    result.layers.emplace_back();
    if (!layer.on_accelerator) continue;
    result.layers.back() = layer_energy(rates, logic, layer.with);
    result.with += result.layers.back();
    without += layer_energy(rates, logic_without, layer.without);
  }
  if (estimate.compared && estimate.off_without == 0) result.without = without;
  return result;
}

}  // namespace sluice::synth
