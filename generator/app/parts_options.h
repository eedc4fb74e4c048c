// SPDX-License-Identifier: Apache-2.0
// The options of commands whose points are computed side by side, in parts, and as a job of Slurm.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "generator/app/command.h"
#include "generator/app/progress.h"
#include "generator/sweep/work_folder.h"

namespace sluice::app {

struct PartsOptions {
  std::string file, folder, shard, executor = "local";
  std::vector<std::string> sbatch;
  int jobs = 0, tasks = 4;
  bool retry_failed = false;

  bool slurm() const { return executor == "slurm"; }
  /// The part that --shard names.
  sweep::Shard part() const;
  /// Threads: --jobs, or one for each core.
  int threads() const;
};

/// Adds -o, --jobs, --executor, --tasks, --sbatch, --shard and --retry-failed.
void add_parts_options(CLI::App& command, PartsOptions& options);

/// Has Slurm run the parts of this command, in the folder that is made here as one of `kind`.
/// Throws UserError.
void run_slurm_job(const std::string& command, const std::string& kind,
                   const PartsOptions& options);

/// Throws UserError if the job left points out.
void require_all_points(std::size_t missing, std::size_t points, const PartsOptions& options);

/// Shows how far a number of points is, a few times a second.
class PointsProgress {
 public:
  void show(std::size_t done, std::size_t all, std::size_t bad);
  /// Something else to show, in its place.
  void note(const std::string& text);
  void clear() { progress_.clear(); }

 private:
  using Clock = std::chrono::steady_clock;
  Progress progress_;
  Clock::time_point start_ = Clock::now(), shown_, noted_;
};

}  // namespace sluice::app
