// SPDX-License-Identifier: Apache-2.0
// Options for the energy of a network: what accesses, bytes and products take.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "synth/energy/network_energy.h"

namespace sluice::app {

struct EnergyOptions {
  std::string memories;  ///< a table; empty: the default; "none": no energy
  std::string dram = "lpddr4";
  std::string power;      ///< a file of `sluice power --json`; may be empty
  bool by_layer = false;  ///< a row for each layer
};

/// Adds --memories, --dram, --power and --energy.
void add_energy_options(CLI::App& command, EnergyOptions& options);

/// What events take on this design; none if energy is not wanted. Throws UserError.
std::optional<synth::EnergyRates> energy_rates(const EnergyOptions& options, const Plan& plan,
                                               double clock_mhz);

}  // namespace sluice::app
