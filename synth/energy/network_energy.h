// SPDX-License-Identifier: Apache-2.0
// Energy of a network on a design: accesses and bytes, which the cycle model counts exactly, times
// what each takes.
#pragma once

#include "generator/estimate/estimate.h"
#include "generator/results/energy.h"
#include "synth/energy/dram.h"
#include "synth/energy/logic.h"
#include "synth/energy/memory_rates.h"

namespace sluice::synth {

/// What each event takes.
struct EnergyRates {
  MemoryRates memories;
  std::string table;  ///< that `memories` is of: "cacti65 (65 nm)"
  Dram dram;
  LogicModel logic;
  std::optional<double>
      logic_scale;       ///< that energies of the logic are taken with; none: as they are
  double clock_mhz = 0;  ///< more than 0: memories leak for 1 / clock_mhz us in each cycle
};

/// Of one layer, with its gates or without. `logic`: in the memories' node.
results::Energy layer_energy(const EnergyRates& rates, const LogicRates& logic,
                             const estimate::LayerCost& cost);

/// Of all layers on the accelerator, and of the commands.
results::EnergyResult network_energy(const EnergyRates& rates, const estimate::Estimate& estimate);

}  // namespace sluice::synth
