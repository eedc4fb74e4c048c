// SPDX-License-Identifier: Apache-2.0
// Runs the parts of a sweep or a study as an array job of Slurm.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sluice::sweep {

struct SlurmOptions {
  std::string command;       ///< of this program, such as "sweep"
  std::string file, folder;  ///< that it takes
  int tasks = 4;             ///< parts, each a task of the array
  int jobs = 1;              ///< points at once in a task, and CPUs asked for
  bool retry_failed = false;
  std::vector<std::string> extra;  ///< more options of sbatch, such as --partition=long
};

/// Throws UserError if Slurm's programs are not there.
void require_slurm();

/// Submits the job and waits until its last task has ended, well or not. `progress` gets the job's
/// number and the tasks that are left. Throws UserError if Slurm refuses the job.
void run_slurm(const SlurmOptions& options,
               const std::function<void(const std::string& job, std::size_t left)>& progress);

}  // namespace sluice::sweep
