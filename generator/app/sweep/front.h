// The Pareto front of a sweep: points that no other beats in both area and speed.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace sluice::sweep {

/// Indices of the results on the front, smallest cost first; those that failed or lack one of the
/// figures are left out. `cost` is to be small, `gain` to be large.
std::vector<std::size_t> pareto_front(const std::vector<nlohmann::ordered_json>& results,
                                      const std::string& cost, const std::string& gain);

/// What an area is compared by: cell area if it was measured, else multiply-accumulates a cycle.
std::string cost_of(const std::vector<nlohmann::ordered_json>& results);

}  // namespace sluice::sweep
