// SPDX-License-Identifier: Apache-2.0
// The results of `sluice estimate`, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "generator/app/energy.h"
#include "generator/estimate/estimate.h"

namespace sluice::app {

/// "27 of 31 layers NOT RUN; the first: conv1: an input row of ..": what stands in place of figures
/// of a network that a design does not run whole. Empty if it does.
std::string not_run_text(const estimate::Estimate& result);

/// `megahertz`: the clock that frames a second are computed for; `energy`: what the design draws,
/// if that is known.
/// Frames a second, cycles, speed-ups and energy of the network are there only if it runs whole;
/// else JSON has "ok": false, "error", null for the first two, and sums in "layers_that_run".
std::string estimate_text(const estimate::Estimate& result, const Plan& plan, double megahertz,
                          const std::optional<EnergyModel>& energy = {});
nlohmann::ordered_json estimate_json(const estimate::Estimate& result, const Plan& plan,
                                     double megahertz,
                                     const std::optional<EnergyModel>& energy = {});

}  // namespace sluice::app
