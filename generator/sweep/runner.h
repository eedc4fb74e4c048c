// SPDX-License-Identifier: Apache-2.0
// Runs the points of a sweep that are not there yet.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "generator/sweep/folder.h"
#include "generator/sweep/point_estimate.h"

namespace sluice::sweep {

struct RunOptions {
  int jobs = 1;
  Shard shard;
  bool retry_failed = false;
  bool collect_only = false;  ///< compute nothing; points that are not there are counted
  /// Called after each point: how many are done of how many, and how many of them gave no
  /// speed, as they failed or do not run whole.
  std::function<void(std::size_t done, std::size_t all, std::size_t bad)> progress;
};

struct RunCounts {
  std::size_t points = 0;     ///< of this part
  std::size_t there = 0;      ///< of them there before
  std::size_t failed = 0;     ///< of all of them
  std::size_t not_whole = 0;  ///< of all of them: the design does not run the whole network
  std::size_t missing = 0;    ///< with collect_only
};

/// One row of the results: a config with a network.
struct Row {
  std::size_t config = 0, network = 0;
  std::string key;
};

/// Computes what is missing. `rows` gets all points in the order of the sweep. Throws UserError.
RunCounts run(const std::vector<ConfigPoint>& points, std::size_t networks,
              const PointEstimator& estimator, ResultFolder& folder, const RunOptions& options,
              std::vector<Row>& rows);

}  // namespace sluice::sweep
