// SPDX-License-Identifier: Apache-2.0
#include "generator/app/parts_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "generator/sweep/slurm.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::app {
namespace {

/// "I/N".
std::string shard_problem(const std::string& text) {
  const std::vector<std::string> parts = split(text, '/');
  int numbers[2] = {0, 0};
  for (std::size_t k = 0; k < 2 && parts.size() == 2; k++) {
    if (parts[k].empty() || parts[k].size() > 5 ||
        parts[k].find_first_not_of("0123456789") != std::string::npos) {
      return fmt::format("'{}' is not I/N, such as 1/4", text);
    }
    numbers[k] = std::stoi(parts[k]);
  }
  if (numbers[0] < 1 || numbers[0] > numbers[1]) {
    return fmt::format("'{}' is not I/N with I from 1 to N, such as 1/4", text);
  }
  return "";
}

}  // namespace

sweep::Shard PartsOptions::part() const {
  if (shard.empty()) return {};
  const std::vector<std::string> parts = split(shard, '/');
  return {std::stoi(parts[0]), std::stoi(parts[1])};
}

int PartsOptions::threads() const {
  return jobs > 0 ? jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void add_parts_options(CLI::App& command, PartsOptions& options) {
  command
      .add_option("-o,--output", options.folder,
                  "Folder of the results; the same command goes on with one that was cut off")
      ->required()
      ->check(not_empty);
  command.add_option("--jobs", options.jobs, "Points computed at once (one for each core)")
      ->check(CLI::Range(1, 1024));
  CLI::Option* executor =
      command
          .add_option("--executor", options.executor,
                      "local, or slurm: the parts as an array job of --tasks tasks (local)")
          ->check(CLI::IsMember({"local", "slurm"}));
  command.add_option("--tasks", options.tasks, "With slurm: parts, each a task (4)")
      ->check(CLI::Range(1, 10000));
  command
      .add_option("--sbatch", options.sbatch,
                  "With slurm: one more option of sbatch, as --sbatch=--partition=long; may be "
                  "repeated")
      ->expected(1)
      ->take_all();
  command
      .add_option("--shard", options.shard,
                  "Compute only part I of N, beside other parts; without the option the parts are "
                  "then put together")
      ->type_name("I/N")
      ->check(shard_problem)
      ->excludes(executor);
  command.add_flag("--retry-failed", options.retry_failed, "Compute failed points again");
}

void run_slurm_job(const std::string& command, const std::string& kind,
                   const PartsOptions& options) {
  sweep::require_slurm();
  // Makes the folder, and sees that nobody writes into it
  { const sweep::WorkFolder folder(options.folder, kind, {}); }
  Progress progress;
  sweep::run_slurm({command, options.file, options.folder, options.tasks, std::max(options.jobs, 1),
                    options.retry_failed, options.sbatch},
                   [&progress](const std::string& job, std::size_t left) {
                     progress.show(fmt::format("job {}: {} left", job,
                                               count_of(static_cast<long>(left), "task")));
                   });
  progress.clear();
}

void require_all_points(std::size_t missing, std::size_t points, const PartsOptions& options) {
  if (missing == 0) return;
  throw UserError(fmt::format(
      "{} of {} points were not computed by the job; see {}/slurm-*.log. The same command goes "
      "on from there, and without --executor it does so on this machine",
      missing, points, options.folder));
}

void PointsProgress::note(const std::string& text) {
  const Clock::time_point now = Clock::now();
  if (now - noted_ < std::chrono::milliseconds(200)) return;
  noted_ = now;
  progress_.show(text);
}

void PointsProgress::show(std::size_t done, std::size_t all, std::size_t bad) {
  const Clock::time_point now = Clock::now();
  if (done < all && now - shown_ < std::chrono::milliseconds(200)) return;
  shown_ = now;
  const double spent = std::chrono::duration<double>(now - start_).count();
  const auto left = static_cast<long>(spent * static_cast<double>(all - done) /
                                      static_cast<double>(std::max<std::size_t>(done, 1)));
  progress_.show(fmt::format("{} of {} points, {} of them not good, {}:{:02}:{:02} left", done, all,
                             bad, left / 3600, left / 60 % 60, left % 60));
}

}  // namespace sluice::app
