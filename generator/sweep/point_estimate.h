// SPDX-License-Identifier: Apache-2.0
// Computes single points of a sweep.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/app/network_estimate.h"
#include "generator/sweep/area_cache.h"
#include "generator/sweep/points.h"
#include "generator/sweep/spec.h"

namespace sluice::sweep {

class PointEstimator {
 public:
  /// Reads the networks. Throws what reading them throws. `cache`: null without area.
  PointEstimator(const Spec& spec, AreaCache* cache);

  /// A config made ready, or why it is none.
  struct Design {
    std::optional<Plan> plan;
    std::string hash;   ///< of the config, or of the text that is none
    std::string error;  ///< of a config that is none
  };
  Design design_of(const ConfigPoint& point) const;

  /// Names a result: config, network, and everything else that it depends on.
  std::string key_of(const Design& design, std::size_t network) const;

  /// The figures that a result has.
  const std::vector<std::string>& figures() const { return figures_; }

  /// The result as it is kept; a failure gives one with "ok": false and "error". So does a network
  /// that the design does not run whole, which has "runs_whole": false and figures of the design,
  /// but none of speed.
  nlohmann::ordered_json run(const ConfigPoint& point, const Design& design,
                             std::size_t network) const;

 private:
  nlohmann::ordered_json figures_of(const Plan& plan, std::size_t network) const;

  const Spec& spec_;
  AreaCache* cache_;
  std::vector<std::unique_ptr<app::NetworkEstimator>> networks_;
  std::vector<std::string> figures_;
  std::vector<std::string> option_hashes_;  ///< one for each network
};

/// The values of a point, by key.
nlohmann::ordered_json settings_json(const std::vector<std::string>& keys,
                                     const ConfigPoint& point);

/// The figures of a result, in the order of tables.
std::vector<std::string> figure_names(const Spec& spec);

}  // namespace sluice::sweep
