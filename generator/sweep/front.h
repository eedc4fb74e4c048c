// SPDX-License-Identifier: Apache-2.0
// The Pareto front of a sweep: points that no other beats in both area and speed.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace sluice::sweep {

/// What became of a design with a network. One that runs some of the layers only has no speed.
enum class Outcome { kGood, kNotWhole, kFailed };
Outcome outcome_of(const nlohmann::ordered_json& result);

/// Indices of the good results on the front, smallest cost first; those that lack one of the
/// figures are left out. `cost` is to be small, `gain` to be large.
std::vector<std::size_t> pareto_front(const std::vector<nlohmann::ordered_json>& results,
                                      const std::string& cost, const std::string& gain);

/// What an area is compared by: cell area if it was measured, else multiply-accumulates a cycle.
std::string cost_of(const std::vector<nlohmann::ordered_json>& results);

}  // namespace sluice::sweep
