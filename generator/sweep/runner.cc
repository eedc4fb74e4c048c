// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/runner.h"

#include <mutex>
#include <set>

#include "generator/sweep/parallel.h"

namespace sluice::sweep {
namespace {

using results::Outcome;

class Run {
 public:
  Run(const std::vector<ConfigPoint>& points, std::size_t networks, const PointEstimator& estimator,
      ResultFolder& folder, const RunOptions& options, std::vector<Row>& rows)
      : points_(points),
        networks_(networks),
        estimator_(estimator),
        folder_(folder),
        options_(options),
        rows_(rows) {}

  RunCounts all() {
    rows_.resize(points_.size() * networks_);
    for (std::size_t k = 0; k < rows_.size(); k++) {
      rows_[k] = {k / networks_, k % networks_, ""};
      if (options_.shard.has(k)) counts_.points++;
    }
    in_parallel(options_.jobs, rows_.size(), [this](std::size_t k) {
      if (options_.shard.has(k)) one(rows_[k]);
    });
    count_outcomes();
    return counts_;
  }

 private:
  void one(Row& row) {
    const PointEstimator::Prepared design = estimator_.prepare(points_[row.config]);
    row.key = estimator_.key_of(design, row.network);
    const results::Point* there = folder_.find(row.key, estimator_.columns());
    const bool again = options_.retry_failed && !options_.collect_only;
    if (there && (there->outcome() != Outcome::kFailed || !again)) {
      done(there->outcome() != Outcome::kGood, true);
      return;
    }
    if (options_.collect_only) {
      const std::lock_guard guard(mutex_);
      counts_.missing++;
      return;
    }
    // Two points of a grid may come to the same config
    if (!claim(row.key)) return done(false, true);
    const results::Point result = estimator_.run(points_[row.config], design, row.network);
    folder_.append(result);
    done(result.outcome() != Outcome::kGood, false);
  }

  bool claim(const std::string& key) {
    const std::lock_guard guard(mutex_);
    return claimed_.insert(key).second;
  }

  void done(bool bad, bool there) {
    const std::lock_guard guard(mutex_);
    done_++;
    bad_ += bad;
    counts_.there += there;
    if (options_.progress) options_.progress(done_, counts_.points, bad_);
  }

  /// When all is there: points that come to the same config have one result, but count each.
  void count_outcomes() {
    for (std::size_t k = 0; k < rows_.size(); k++) {
      const results::Point* result =
          options_.shard.has(k) ? folder_.find(rows_[k].key, estimator_.columns()) : nullptr;
      if (!result) continue;
      counts_.failed += result->outcome() == Outcome::kFailed;
      counts_.not_whole += result->outcome() == Outcome::kNotWhole;
    }
  }

  const std::vector<ConfigPoint>& points_;
  const std::size_t networks_;
  const PointEstimator& estimator_;
  ResultFolder& folder_;
  const RunOptions& options_;
  std::vector<Row>& rows_;
  std::mutex mutex_;
  std::set<std::string> claimed_;
  std::size_t done_ = 0, bad_ = 0;
  RunCounts counts_;
};

}  // namespace

RunCounts run(const std::vector<ConfigPoint>& points, std::size_t networks,
              const PointEstimator& estimator, ResultFolder& folder, const RunOptions& options,
              std::vector<Row>& rows) {
  return Run(points, networks, estimator, folder, options, rows).all();
}

}  // namespace sluice::sweep
