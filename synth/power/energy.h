// SPDX-License-Identifier: Apache-2.0
// Energy of a network on a design, from what `sluice power` found for another network on it.
#pragma once

#include <string>

#include "generator/plan/plan.h"
#include "generator/results/estimate_result.h"

namespace sluice::synth {

/// What a design draws, of two kinds: in each cycle, whatever it does (clock pins, leakage), and
/// for each multiply-accumulate that is done (changing data, memories).
struct EnergyRates {
  double cycle_pj = 0;   ///< cells
  double mac_pj = 0;     ///< cells
  double memory_pj = 0;  ///< memories, for each multiply-accumulate: assumed, see `sluice power`
};

/// Rates with gates and without; those of the other way where `sluice power` ran only one.
struct EnergyModel {
  std::string network;  ///< that the rates were found with
  EnergyRates with, without;
};

/// Reads what `sluice power CONFIG NETWORK --json` printed for this design. Throws UserError, also
/// if the file is of another design.
EnergyModel read_energy(const std::string& file, const Plan& plan);

/// Of so many cycles and multiply-accumulates that are done.
results::Energy energy_of(const EnergyRates& rates, double cycles, double macs);

/// Of the layers of an estimate that are on the accelerator: with gates and, if all of them were
/// estimated without, so, too.
results::EnergyResult energy_of(const EnergyModel& model, const results::EstimateResult& estimate);

}  // namespace sluice::synth
