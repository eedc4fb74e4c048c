// SPDX-License-Identifier: Apache-2.0
// sluice sweep SWEEP.yaml -o DIR: many configs with many networks, estimated; resumes what was cut.
#include <fmt/format.h>

#include <memory>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/parts_options.h"
#include "generator/app/remarks.h"
#include "generator/app/sweep_measures.h"
#include "generator/diag/render.h"
#include "generator/sweep/runner.h"
#include "generator/sweep/tables.h"
#include "generator/util/text.h"
#include "generator/util/write_file.h"
#include "synth/memories/table.h"

namespace sluice::app {
namespace {

using Json = nlohmann::ordered_json;

struct SweepOptions {
  PartsOptions parts;
  bool json = false;
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
  const bool whole = options.parts.shard.empty();
  const std::size_t good_points = counts.points - counts.failed - counts.not_whole;
  const bool good = good_points > 0 || counts.points == 0;
  if (options.json) {
    Json json = {{"ok", good},
                 {"points", counts.points},
                 {"good", good_points},
                 {"not_whole", counts.not_whole},
                 {"failed", counts.failed},
                 {"there_before", counts.there}};
    if (whole) json["results"] = options.parts.folder + "/results.json";
    fmt::print("{}\n", json_text(json));
  } else {
    const std::string not_whole =
        counts.not_whole == 0 ? "" : fmt::format(" {} not run whole,", counts.not_whole);
    fmt::print("{}: {}, {} good,{} {} failed; {} there before\n", options.parts.file,
               count_of(static_cast<long>(counts.points), "point"), good_points, not_whole,
               counts.failed, counts.there);
    if (whole) {
      fmt::print("{}  written: {}/results.csv and results.json\n", sweep::results_text(result),
                 options.parts.folder);
    }
  }
  return good ? kExitOk : kExitUserError;
}

int run_points(const SweepOptions& options, const sweep::Spec& spec) {
  sweep::RunOptions how;
  how.shard = options.parts.part();
  how.jobs = options.parts.threads();
  how.retry_failed = options.parts.retry_failed;
  how.collect_only = options.parts.slurm();
  PointsProgress progress;
  how.progress = [&progress](std::size_t done, std::size_t all, std::size_t bad) {
    progress.show(done, all, bad);
  };
  Remarks remarks;
  const auto tell = [&remarks](const std::string& text) { remarks.add(text); };
  sweep::ResultFolder folder(options.parts.folder, how.shard, tell);
  const sweep::PointEstimator estimator(spec,
                                        sweep_measures(spec, folder.path() / "area_cache", tell));
  const std::vector<sweep::ConfigPoint> points = sweep::points_of(spec);
  std::vector<sweep::Row> rows;
  const sweep::RunCounts counts =
      sweep::run(points, spec.networks.size(), estimator, folder, how, rows);
  progress.clear();
  remarks.print();
  if (!how.shard.whole()) return print(options, counts, {});
  require_all_points(counts.missing, counts.points, options.parts);
  const results::SweepResult result = collect(spec, rows, points, estimator.memories(), folder);
  write_file(folder.path() / "results.csv", sweep::results_csv(result));
  write_file(folder.path() / "results.json", json_text(results::json_of(result), 1) + "\n");
  return print(options, counts, result);
}

int run_sweep(const SweepOptions& options) {
  Diagnostics diagnostics;
  const std::optional<sweep::Spec> spec =
      sweep::read_spec(options.parts.file, synth::memory_tables(), diagnostics);
  if (!spec) return report(diagnostics, options.json, "nothing was run");
  return guarded(options.json, [&]() -> int {
    if (options.parts.slurm()) run_slurm_job("sweep", "sweep", options.parts);
    return run_points(options, *spec);
  });
}

}  // namespace

void add_sweep(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* command = program.add_subcommand(
      "sweep", "Estimate many configs with many networks, with areas if asked");
  command->add_option("SWEEP", options->parts.file, "YAML file that describes the sweep")
      ->required()
      ->check(not_empty);
  add_parts_options(*command, options->parts);
  command->add_flag("--json", options->json, "Print the summary and errors as JSON");
  command->footer("Example:\n  sluice sweep configs/sweeps/small.yaml -o sweep_out");
  command->callback([options, &exit_code] { exit_code = run_sweep(*options); });
}

}  // namespace sluice::app
