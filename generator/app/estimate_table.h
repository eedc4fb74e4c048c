// The results of `sluice estimate`, as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "estimate/estimate.h"

namespace sluice::app {

/// `megahertz`: the clock that frames a second are computed for.
std::string estimate_text(const estimate::Estimate& result, const Plan& plan, double megahertz);
nlohmann::ordered_json estimate_json(const estimate::Estimate& result, const Plan& plan,
                                     double megahertz);

}  // namespace sluice::app
