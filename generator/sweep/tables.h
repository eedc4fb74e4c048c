// SPDX-License-Identifier: Apache-2.0
// The results of a sweep as CSV, JSON and text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/sweep/spec.h"

namespace sluice::sweep {

/// One line for each result, in their order; the same bytes however they were computed.
std::string results_csv(const Spec& spec, const std::vector<nlohmann::ordered_json>& results);

/// The sweep's keys and networks, and all results.
nlohmann::ordered_json results_json(const Spec& spec,
                                    const std::vector<nlohmann::ordered_json>& results);

/// Networks that do not run whole and failures, by message; and for each network the front of cost
/// and frames a second.
std::string results_text(const Spec& spec, const std::vector<nlohmann::ordered_json>& results);

}  // namespace sluice::sweep
