// SPDX-License-Identifier: Apache-2.0
// Energy of a network on a design, from what `sluice power` found for another network on it.
#pragma once

#include <string>

#include "generator/estimate/estimate.h"
#include "generator/plan/plan.h"

namespace sluice::app {

/// What a design draws, of two kinds: in each cycle, whatever it does (clock pins, leakage), and
/// for each multiply-accumulate that is done (changing data, memories).
struct EnergyRates {
  double cycle_pj = 0;   ///< cells
  double mac_pj = 0;     ///< cells
  double memory_pj = 0;  ///< memories, for each multiply-accumulate: assumed, see `sluice power`
};

struct Energy {
  double cells_uj = 0, memories_uj = 0;
};

/// Rates with gates and without; those of the other way where `sluice power` ran only one.
struct EnergyModel {
  std::string network;  ///< that the rates were found with
  EnergyRates with, without;
};

/// Reads what `sluice power CONFIG NETWORK --json` printed for this design. Throws
/// UserError, also if the file is of another design.
EnergyModel read_energy(const std::string& file, const Plan& plan);

Energy energy_of(const EnergyRates& rates, double cycles, double macs);

}  // namespace sluice::app
