// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/front.h"

#include <algorithm>

namespace sluice::sweep {

Outcome outcome_of(const nlohmann::ordered_json& result) {
  const auto off = result.find("layers_off_accelerator");
  if (off != result.end() && *off != 0) return Outcome::kNotWhole;
  const auto ok = result.find("ok");
  return ok != result.end() && *ok == true ? Outcome::kGood : Outcome::kFailed;
}

std::vector<std::size_t> pareto_front(const std::vector<nlohmann::ordered_json>& results,
                                      const std::string& cost, const std::string& gain) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < results.size(); k++) {
    if (outcome_of(results[k]) != Outcome::kGood) continue;
    if (results[k].contains(cost) && results[k].contains(gain)) order.push_back(k);
  }
  const auto value = [&results](std::size_t k, const std::string& name) {
    return results[k].at(name).get<double>();
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (value(a, cost) != value(b, cost)) return value(a, cost) < value(b, cost);
    return value(a, gain) > value(b, gain);
  });
  std::vector<std::size_t> front;
  for (const std::size_t k : order) {
    if (front.empty() || value(k, gain) > value(front.back(), gain)) front.push_back(k);
  }
  return front;
}

std::string cost_of(const std::vector<nlohmann::ordered_json>& results) {
  for (const nlohmann::ordered_json& result : results) {
    if (result.contains("area_nand2")) return "area_nand2";
  }
  return "macs_per_cycle_8";
}

}  // namespace sluice::sweep
