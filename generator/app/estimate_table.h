// The results of `sluice estimate`, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/energy.h"
#include "estimate/estimate.h"

namespace sluice::app {

/// `megahertz`: the clock that frames a second are computed for; `energy`: what the design draws,
/// if that is known.
std::string estimate_text(const estimate::Estimate& result, const Plan& plan, double megahertz,
                          const std::optional<EnergyModel>& energy = {});
nlohmann::ordered_json estimate_json(const estimate::Estimate& result, const Plan& plan,
                                     double megahertz,
                                     const std::optional<EnergyModel>& energy = {});

}  // namespace sluice::app
