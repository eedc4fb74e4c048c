// SPDX-License-Identifier: Apache-2.0
// Computes single points of a sweep.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generator/estimate/estimate.h"
#include "generator/plan/plan.h"
#include "generator/results/area_result.h"
#include "generator/results/sweep_result.h"
#include "generator/sweep/points.h"
#include "generator/sweep/spec.h"

namespace sluice::sweep {

/// What a sweep has measured for it. Both may be called by several threads at once; what they throw
/// is kept as the point's error: UserError, compiler::CompileError or a std::exception.
struct Measures {
  /// What network number `network` of the sweep costs on a design.
  std::function<estimate::Estimate(const Plan& plan, std::size_t network)> estimate;
  /// The area of a design, logic and memories; empty: no areas are measured.
  std::function<results::AreaResult(const Plan& plan)> area;
  /// How areas are measured, with all that the sweep file does not say: another text when that
  /// gives other numbers.
  std::string area_method;
  results::MemorySource memories;  ///< of the areas
};

class PointEstimator {
 public:
  /// Throws UserError if a network's file cannot be read.
  PointEstimator(const Spec& spec, Measures measures);

  /// A config made ready, or why it is none.
  struct Prepared {
    std::optional<Plan> plan;
    std::string hash;   ///< of the config, or of the text that is none
    std::string error;  ///< of a config that is none
  };
  Prepared prepare(const ConfigPoint& point) const;

  /// Names a result: config, network, and everything else that it depends on.
  std::string key_of(const Prepared& design, std::size_t network) const;

  /// Where the areas of memories are from.
  const results::MemorySource& memories() const { return measures_.memories; }

  /// The figures that a result has.
  const results::SweepColumns& columns() const { return columns_; }

  /// The result as it is kept; a failure gives one that is not ok and has an error. So does a
  /// network that the design does not run whole, which has figures of the design, but none of
  /// speed.
  results::Point run(const ConfigPoint& point, const Prepared& design, std::size_t network) const;

 private:
  void measure(const Plan& plan, std::size_t network, results::Point& result) const;

  const Spec& spec_;
  Measures measures_;
  results::SweepColumns columns_;
  std::vector<std::string> option_hashes_;  ///< one for each network
};

/// The values of a point, by key.
std::vector<results::Setting> settings_of(const std::vector<std::string>& keys,
                                          const ConfigPoint& point);

/// The figures of a sweep's results, in the order of tables.
results::SweepColumns columns_of(const Spec& spec);

}  // namespace sluice::sweep
