// SPDX-License-Identifier: Apache-2.0
// sluice codesign SPEC.yaml -o DIR: networks with knobs, trained, on configs; resumes what was cut.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/parts_options.h"
#include "generator/app/remarks.h"
#include "generator/app/study_measures.h"
#include "generator/report/charts.h"
#include "generator/report/page.h"
#include "generator/sweep/parallel.h"
#include "generator/util/text.h"
#include "generator/util/write_file.h"
#include "synth/memories/table.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using study::NetworkPoint;
using study::Row;

struct CodesignOptions {
  PartsOptions parts;
  bool json = false;
};

/// A study on its way: its points, and what became of those of this part.
class Work {
 public:
  Work(const CodesignOptions& options, const study::Spec& spec, const fs::path& folder,
       Remarks& remarks)
      : options_(options),
        spec_(spec),
        points_(study::network_points(spec)),
        rows_(points_.size()),
        networks_(spec, folder, [&remarks](const std::string& text) { remarks.add(text); }),
        measures_(spec, folder, [&remarks](const std::string& text) { remarks.add(text); }) {
    for (std::size_t k = 0; k < points_.size(); k++) {
      if (options.parts.part().has(k)) own_.push_back(k);
    }
  }

  void run() {
    // What networks of one name share is made with the first of them
    std::vector<std::size_t> first, others;
    std::set<std::string> seen;
    for (const std::size_t k : own_) {
      (seen.insert(points_[k].network).second ? first : others).push_back(k);
    }
    const int jobs = options_.parts.threads();
    for (const std::vector<std::size_t>* some : {&first, &others}) {
      sweep::in_parallel(jobs, some->size(), [&](std::size_t k) { one((*some)[k]); });
    }
    const std::size_t configs = spec_.configs.size();
    sweep::in_parallel(jobs, configs, [&](std::size_t k) {
      if (options_.parts.part().has(k)) measures_.measure_area(k);
    });
    // A part leaves other parts' areas to them
    if (!options_.parts.part().whole()) return;
    for (const std::size_t k : own_) {
      for (std::size_t config = 0; config < rows_[k].size(); config++) {
        measures_.add_area(config, rows_[k][config]);
      }
    }
  }

  study::StudyResult result() const {
    study::StudyResult study;
    study.title = fs::path(options_.parts.file).stem().string();
    study.clock_mhz = spec_.clock;
    study.count = spec_.count;
    study.images = spec_.images;
    study.area = spec_.area.measure;
    study.energy_note = measures_.energy_note();
    study.area_note = measures_.area_note();
    for (const std::vector<Row>& rows : rows_) {
      study.rows.insert(study.rows.end(), rows.begin(), rows.end());
    }
    for (const std::string& knob : study::knob_keys()) {
      const bool there = std::any_of(points_.begin(), points_.end(), [&](const NetworkPoint& one) {
        return !one.text_of(knob).empty();
      });
      if (there) study.knobs.push_back(knob);
    }
    return study;
  }

  std::size_t all() const { return own_.size() * spec_.configs.size(); }
  std::size_t there() const { return there_; }
  std::size_t missing() const { return missing_; }
  bool networks_failed() const { return networks_failed_; }
  void clear() { progress_.clear(); }

 private:
  void one(std::size_t k) {
    const NetworkPoint& point = points_[k];
    StudyNetworks::How how;
    how.retry_failed = options_.parts.retry_failed;
    how.only_kept = options_.parts.slurm();
    how.progress = [&](const std::string& line) {
      const std::lock_guard guard(mutex_);
      progress_.note(fmt::format("{}: {}", point.key, line));
    };
    const StudyNetwork network = networks_.get(point, how);
    std::size_t there = 0;
    std::vector<Row> rows = measures_.rows_of(point, network, there);
    const std::lock_guard guard(mutex_);
    for (Row& row : rows) {
      if (point.trained() || point.quantised())
        row.commands.insert(row.commands.begin(), networks_.command_of(point));
      bad_ += !row.ok();
    }
    done_ += rows.size();
    there_ += there;
    if (network.error == StudyNetworks::kMissing) missing_ += rows.size();
    networks_failed_ = networks_failed_ || !network.error.empty();
    rows_[k] = std::move(rows);
    progress_.show(done_, all(), bad_);
  }

  const CodesignOptions& options_;
  const study::Spec& spec_;
  std::vector<NetworkPoint> points_;
  std::vector<std::vector<Row>> rows_;  ///< of each point, one for each config
  StudyNetworks networks_;
  StudyMeasures measures_;
  std::vector<std::size_t> own_;  ///< points of this part
  std::mutex mutex_;
  PointsProgress progress_;
  std::size_t done_ = 0, bad_ = 0, there_ = 0, missing_ = 0;
  bool networks_failed_ = false;
};

int print(const CodesignOptions& options, const Work& work, const study::StudyResult& study) {
  const bool whole = options.parts.shard.empty();
  std::size_t good = 0;
  for (const Row& row : study.rows) good += row.ok();
  const bool ok = good > 0 || work.all() == 0;
  const std::string& folder = options.parts.folder;
  if (options.json) {
    Json json = {{"ok", ok},
                 {"points", work.all()},
                 {"good", good},
                 {"failed", work.all() - good},
                 {"there_before", work.there()}};
    if (whole) {
      json["results"] = folder + "/points.json";
      json["report"] = folder + "/report.html";
    }
    fmt::print("{}\n", json_text(json));
    return ok ? kExitOk : kExitUserError;
  }
  fmt::print("{}: {}, {} good, {} failed; {} there before\n{}", options.parts.file,
             count_of(static_cast<long>(work.all()), "point"), good, work.all() - good,
             work.there(), whole ? study::results_text(study) : "");
  if (work.networks_failed()) fmt::print("  --retry-failed makes failed networks again\n");
  if (whole) fmt::print("  written: {}/points.csv, points.json and report.html\n", folder);
  return ok ? kExitOk : kExitUserError;
}

int run_study(const CodesignOptions& options, const study::Spec& spec) {
  const sweep::WorkFolder folder(options.parts.folder, "study", options.parts.part());
  Remarks remarks;
  const fs::path path = fs::absolute(folder.path()).lexically_normal();
  Work work(options, spec, path.has_filename() ? path : path.parent_path(), remarks);
  work.run();
  work.clear();
  remarks.print();
  const study::StudyResult study = work.result();
  if (!options.parts.part().whole()) return print(options, work, study);
  require_all_points(work.missing(), work.all(), options.parts);
  write_file(folder.path() / "points.csv", study::results_csv(study));
  write_file(folder.path() / "points.json", json_text(study::json_of(study), 1) + "\n");
  write_file(folder.path() / "report.html",
             report::page("Sluice: study " + study.title, report::study_sections(study)));
  return print(options, work, study);
}

int run_codesign(const CodesignOptions& options) {
  Diagnostics diagnostics;
  const std::optional<study::Spec> spec =
      study::read_spec(options.parts.file, synth::memory_tables(), diagnostics);
  if (!spec) return report(diagnostics, options.json, "nothing was run");
  return guarded(options.json, [&]() -> int {
    if (options.parts.slurm()) run_slurm_job("codesign", "study", options.parts);
    return run_study(options, *spec);
  });
}

}  // namespace

void add_codesign(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<CodesignOptions>();
  CLI::App* command = program.add_subcommand(
      "codesign", "Train networks with many knobs, and hold accuracies against costs on configs");
  command->add_option("SPEC", options->parts.file, "YAML file that describes the study")
      ->required()
      ->check(not_empty);
  add_parts_options(*command, options->parts);
  command->add_flag("--json", options->json, "Print the summary and errors as JSON");
  command->footer("Example:\n  sluice codesign configs/studies/fashion.yaml -o study_out");
  command->callback([options, &exit_code] { exit_code = run_codesign(*options); });
}

}  // namespace sluice::app
