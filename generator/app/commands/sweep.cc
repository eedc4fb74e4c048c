// SPDX-License-Identifier: Apache-2.0
// sluice sweep SWEEP.yaml -o DIR: many configs with many networks, estimated; resumes what was cut.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/app/remarks.h"
#include "generator/app/sweep_measures.h"
#include "generator/diag/render.h"
#include "generator/sweep/runner.h"
#include "generator/sweep/slurm.h"
#include "generator/sweep/tables.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "generator/util/write_file.h"
#include "synth/memories/table.h"

namespace sluice::app {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

struct SweepOptions {
  std::string file, folder, shard, executor = "local";
  std::vector<std::string> sbatch;
  int jobs = 0, tasks = 4;
  bool retry_failed = false, json = false;
};

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

sweep::Shard shard_of(const std::string& text) {
  if (text.empty()) return {};
  const std::vector<std::string> parts = split(text, '/');
  return {std::stoi(parts[0]), std::stoi(parts[1])};
}

/// Shows how far the sweep is, a few times a second.
class SweepProgress {
 public:
  void show(std::size_t done, std::size_t all, std::size_t bad) {
    const Clock::time_point now = Clock::now();
    if (done < all && now - shown_ < std::chrono::milliseconds(200)) return;
    shown_ = now;
    const double spent = std::chrono::duration<double>(now - start_).count();
    const auto left = static_cast<long>(spent * static_cast<double>(all - done) /
                                        static_cast<double>(std::max<std::size_t>(done, 1)));
    progress_.show(fmt::format("{} of {} points, {} of them not good, {}:{:02}:{:02} left", done,
                               all, bad, left / 3600, left / 60 % 60, left % 60));
  }
  void clear() { progress_.clear(); }

 private:
  Progress progress_;
  Clock::time_point start_ = Clock::now(), shown_;
};

/// The results of all rows, in the order of the sweep, as its own points.
results::SweepResult collect(const sweep::Spec& spec, const std::vector<sweep::Row>& rows,
                             const std::vector<sweep::ConfigPoint>& points,
                             const results::MemorySource& memories,
                             const sweep::ResultFolder& folder) {
  const std::vector<std::string> keys = spec.keys();
  std::vector<results::Point> results;
  for (const sweep::Row& row : rows) {
    results::Point result = *folder.find(row.key, {});
    // The result may have been kept by a sweep with other keys
    result.settings = sweep::settings_of(keys, points[row.config]);
    results.push_back(std::move(result));
  }
  return sweep::result_of(spec, memories, std::move(results));
}

int print(const SweepOptions& options, const sweep::RunCounts& counts,
          const results::SweepResult& result) {
  const bool whole = options.shard.empty();
  const std::size_t good_points = counts.points - counts.failed - counts.not_whole;
  const bool good = good_points > 0 || counts.points == 0;
  if (options.json) {
    Json json = {{"ok", good},
                 {"points", counts.points},
                 {"good", good_points},
                 {"not_whole", counts.not_whole},
                 {"failed", counts.failed},
                 {"there_before", counts.there}};
    if (whole) json["results"] = options.folder + "/results.json";
    fmt::print("{}\n", json_text(json));
  } else {
    const std::string not_whole =
        counts.not_whole == 0 ? "" : fmt::format(" {} not run whole,", counts.not_whole);
    fmt::print("{}: {}, {} good,{} {} failed; {} there before\n", options.file,
               count_of(static_cast<long>(counts.points), "point"), good_points, not_whole,
               counts.failed, counts.there);
    if (whole) {
      fmt::print("{}  written: {}/results.csv and results.json\n", sweep::results_text(result),
                 options.folder);
    }
  }
  return good ? kExitOk : kExitUserError;
}

int run_points(const SweepOptions& options, const sweep::Spec& spec) {
  sweep::RunOptions how;
  how.shard = shard_of(options.shard);
  how.jobs = options.jobs > 0 ? options.jobs
                              : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  how.retry_failed = options.retry_failed;
  how.collect_only = options.executor == "slurm";
  SweepProgress progress;
  how.progress = [&progress](std::size_t done, std::size_t all, std::size_t bad) {
    progress.show(done, all, bad);
  };
  Remarks remarks;
  const auto tell = [&remarks](const std::string& text) { remarks.add(text); };
  sweep::ResultFolder folder(options.folder, how.shard, tell);
  const sweep::PointEstimator estimator(spec,
                                        sweep_measures(spec, folder.path() / "area_cache", tell));
  const std::vector<sweep::ConfigPoint> points = sweep::points_of(spec);
  std::vector<sweep::Row> rows;
  const sweep::RunCounts counts =
      sweep::run(points, spec.networks.size(), estimator, folder, how, rows);
  progress.clear();
  remarks.print();
  if (!how.shard.whole()) return print(options, counts, {});
  if (counts.missing > 0) {
    throw UserError(fmt::format(
        "{} of {} points were not computed by the job; see {}/slurm-*.log. The same command goes "
        "on from there, and without --executor it does so on this machine",
        counts.missing, counts.points, options.folder));
  }
  const results::SweepResult result = collect(spec, rows, points, estimator.memories(), folder);
  write_file(folder.path() / "results.csv", sweep::results_csv(result));
  write_file(folder.path() / "results.json", json_text(results::json_of(result), 1) + "\n");
  return print(options, counts, result);
}

/// Has Slurm compute the parts.
void run_job(const SweepOptions& options) {
  sweep::require_slurm();
  // Makes the folder, and sees that nobody writes into it
  {
    const sweep::ResultFolder folder(options.folder, {}, [](const std::string&) {});
  }
  Progress progress;
  sweep::run_slurm({options.file, options.folder, options.tasks, std::max(options.jobs, 1),
                    options.retry_failed, options.sbatch},
                   [&progress](const std::string& job, std::size_t left) {
                     progress.show(fmt::format("job {}: {} left", job,
                                               count_of(static_cast<long>(left), "task")));
                   });
  progress.clear();
}

int run_sweep(const SweepOptions& options) {
  Diagnostics diagnostics;
  const std::optional<sweep::Spec> spec =
      sweep::read_spec(options.file, synth::memory_tables(), diagnostics);
  if (!spec) return report(diagnostics, options.json, "nothing was run");
  return guarded(options.json, [&]() -> int {
    if (options.executor == "slurm") run_job(options);
    return run_points(options, *spec);
  });
}

}  // namespace

void add_sweep(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* command = program.add_subcommand(
      "sweep", "Estimate many configs with many networks, with areas if asked");
  command->add_option("SWEEP", options->file, "YAML file that describes the sweep")
      ->required()
      ->check(not_empty);
  command
      ->add_option("-o,--output", options->folder,
                   "Folder of the results; the same command goes on with one that was cut off")
      ->required()
      ->check(not_empty);
  command->add_option("--jobs", options->jobs, "Points computed at once (one for each core)")
      ->check(CLI::Range(1, 1024));
  CLI::Option* executor =
      command
          ->add_option("--executor", options->executor,
                       "local, or slurm: the parts as an array job of --tasks tasks (local)")
          ->check(CLI::IsMember({"local", "slurm"}));
  command->add_option("--tasks", options->tasks, "With slurm: parts, each a task (4)")
      ->check(CLI::Range(1, 10000));
  command
      ->add_option("--sbatch", options->sbatch,
                   "With slurm: one more option of sbatch, as --sbatch=--partition=long; may be "
                   "repeated")
      ->expected(1)
      ->take_all();
  command
      ->add_option("--shard", options->shard,
                   "Compute only part I of N, beside other parts; without the option the parts are "
                   "then put together")
      ->type_name("I/N")
      ->check(shard_problem)
      ->excludes(executor);
  command->add_flag("--retry-failed", options->retry_failed, "Compute failed points again");
  command->add_flag("--json", options->json, "Print the summary and errors as JSON");
  command->footer("Example:\n  sluice sweep configs/sweeps/small.yaml -o sweep_out");
  command->callback([options, &exit_code] { exit_code = run_sweep(*options); });
}

}  // namespace sluice::app
