// SPDX-License-Identifier: Apache-2.0
#include "generator/app/study_measures.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/app/energy_options.h"
#include "generator/app/host_note.h"
#include "generator/app/image_options.h"
#include "generator/config/canonical.h"
#include "generator/estimate/estimate.h"
#include "generator/results/estimate_result.h"
#include "generator/util/failure.h"
#include "generator/util/input_file.h"
#include "generator/util/sha256.h"
#include "generator/util/user_error.h"
#include "generator/util/version.h"
#include "verif/golden/accuracy.h"
#include "verif/golden/images.h"
#include "verif/run/measured_gates.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;
using json::Json;
using study::Figures;
using study::NetworkPoint;
using study::Row;

/// Of how results are kept; another number when old ones no longer mean what new ones do.
constexpr int kMethod = 1;
constexpr std::size_t kHashDigits = 20;

std::string key_text(const char* what, const std::string& text) {
  return fmt::format("{}-{}", what, sha256(text).substr(0, kHashDigits));
}

}  // namespace

std::string ContentHashes::of(const std::string& path) {
  {
    const std::lock_guard guard(mutex_);
    if (const auto found = known_.find(path); found != known_.end()) return found->second;
  }
  std::string text = path;
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) {
    text = read_input(path, input::kImages, "give a smaller one");
  } else if (fs::is_directory(path, ignored)) {
    std::vector<std::string> lines;
    for (const auto& entry : fs::recursive_directory_iterator(path, ignored)) {
      if (entry.is_regular_file(ignored))
        lines.push_back(fmt::format("{} {}", fs::relative(entry.path(), path).string(),
                                    entry.file_size(ignored)));
    }
    std::sort(lines.begin(), lines.end());
    text = fmt::format("{}", fmt::join(lines, "\n"));
  }
  const std::lock_guard guard(mutex_);
  return known_[path] = sha256(text);
}

/// A network that is read when something is measured of it.
class StudyMeasures::Loaded {
 public:
  Loaded(const study::Spec& spec, const StudyNetwork& network) : spec_(spec), network_(network) {}

  const StudyNetwork& network() const { return network_; }

  std::span<const net::Network> chain() {
    if (chain_.empty()) chain_ = load_chain(network_.file, false);
    return chain_;
  }

  const data::ImageSet& images() {
    if (!images_) images_ = load_images(chain(), network_.file, image_options(), spec_.count, 1);
    return *images_;
  }

  /// The gates of an image, of each layer; empty ones of a design without gates.
  const std::vector<estimate::GateMap>& gates(int image, bool gating) {
    if (none_.empty()) none_.resize(net::layers_of(chain()));
    if (!gating || !net::has_gates(chain())) return none_;
    while (static_cast<int>(gates_.size()) <= image) {
      const int next = static_cast<int>(gates_.size());
      gates_.push_back(
          run::measured_gates(chain(), golden::input_tensor(chain().front(), images(), next)));
    }
    return gates_[static_cast<std::size_t>(image)];
  }

  /// By which blocks are dealt to lanes, as `sluice run` and `estimate` have it.
  const std::vector<std::vector<double>>& density(bool gating) {
    static const std::vector<std::vector<double>> none;
    if (!gating || !net::has_gates(chain()) || !image_options().fashion_mnist()) return none;
    if (density_.empty())
      density_ = training_density(chain(), network_.file, defaults::kCalibrationImages);
    return density_;
  }

  /// Images whose cycles differ.
  int frames(bool gating) {
    if (!gating || !net::has_gates(chain())) return 1;
    return std::min(spec_.images, images().count);
  }

 private:
  ImageOptions image_options() const {
    ImageOptions options;
    options.file = "";  // a study has no such option
    options.images = network_.images;
    options.labels = network_.labels;
    return options;
  }

  const study::Spec& spec_;
  const StudyNetwork& network_;
  std::vector<net::Network> chain_;
  std::optional<data::ImageSet> images_;
  std::vector<std::vector<estimate::GateMap>> gates_;
  std::vector<estimate::GateMap> none_;
  std::vector<std::vector<double>> density_;
};

StudyMeasures::StudyMeasures(const study::Spec& spec, const fs::path& folder,
                             const std::function<void(const std::string&)>& tell)
    : spec_(spec), folder_(folder), kept_(folder / "results", tell) {
  if (spec.area.measure) area_.emplace(folder / "area_cache", spec.area, tell);
  EnergyOptions energy;
  energy.memories = spec.memories;
  energy.dram = spec.dram;
  for (const study::ConfigSpec& config : spec.configs) {
    designs_.push_back({sha256(canonical_yaml(config.plan->config)),
                        energy_rates(energy, *config.plan, spec.clock)});
  }
}

std::string StudyMeasures::accuracy_key(const StudyNetwork& network) {
  return key_text("accuracy", fmt::format("{}\n{}\n{}\n{}\n{}\n{}", kMethod, version(),
                                          contents_.of(network.file), contents_.of(network.images),
                                          contents_.of(network.labels), spec_.count));
}

std::string StudyMeasures::cost_key(const StudyNetwork& network, std::size_t config) {
  return key_text("cost", fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", kMethod, version(),
                                      contents_.of(network.file), contents_.of(network.images),
                                      designs_[config].hash, spec_.images, spec_.clock,
                                      spec_.latency, contents_.of(spec_.memories), spec_.dram));
}

Json StudyMeasures::accuracy_of(Loaded& loaded) const {
  const data::ImageSet& images = loaded.images();
  if (images.labels.empty())
    throw UserError(fmt::format("{}: its images have no labels", loaded.network().file));
  const golden::AccuracyReport report = golden::measure(loaded.chain(), images, spec_.count, true);
  Figures figures;
  figures.accuracy = report.accuracy();
  if (!report.gated_layers.empty()) figures.mac_reduction = report.mac_reduction();
  Json kept = {{"images", report.images}, {"correct", report.correct}};
  study::write_figures(figures, kept);
  return kept;
}

Json StudyMeasures::cost_of(Loaded& loaded, std::size_t config) const {
  const Plan& plan = *spec_.configs[config].plan;
  const bool gating = plan.config.gating;
  estimate::Options how;
  how.compare = false;
  how.gates = gating;
  how.memory = {spec_.latency, 1, spec_.latency, 1};
  Figures sum;
  double energy = 0, cycles = 0, done = 0;
  const int frames = loaded.frames(gating);
  for (int frame = 0; frame < frames; frame++) {
    const estimate::Estimate one = estimate::estimate(
        plan, loaded.chain(), loaded.gates(frame, gating), loaded.density(gating), how);
    if (!one.whole()) throw UserError(results::not_run_text(one));
    const auto own = static_cast<double>(one.cycles);
    cycles += own;
    sum.cycles_least = std::min(own, sum.cycles_least.value_or(own));
    sum.cycles_most = std::max(own, sum.cycles_most.value_or(own));
    sum.macs = static_cast<double>(one.macs);
    done += static_cast<double>(one.macs_done);
    if (designs_[config].rates)
      energy += synth::network_energy(*designs_[config].rates, one).with.total();
  }
  sum.cycles = cycles / frames;
  sum.macs_done = done / frames;
  sum.frames_per_second = spec_.clock * 1e6 / *sum.cycles;
  if (designs_[config].rates) sum.energy_uj = energy / frames;
  Json kept = {{"frames", frames}};
  study::write_figures(sum, kept);
  return kept;
}

void StudyMeasures::measure_row(Loaded& loaded, std::size_t config, Row& row, bool& there) {
  const auto take = [&](const std::string& key, study::Figure Figures::*needed,
                        const std::function<Json()>& make) {
    const Json kept = kept_.get(
        key,
        [&] {
          there = false;
          return make();
        },
        [needed](const json::Value& value) {
          Figures figures;
          study::read_figures(value, figures);
          if (!(figures.*needed)) value.fail("a whole result");
        });
    study::read_figures(json::Document(kept.dump(), {key, ""}).root(), row.figures);
  };
  row.error = failure_of([&] {
    take(accuracy_key(loaded.network()), &Figures::accuracy, [&] { return accuracy_of(loaded); });
    take(cost_key(loaded.network(), config), &Figures::cycles,
         [&] { return cost_of(loaded, config); });
  });
}

std::vector<Row> StudyMeasures::rows_of(const NetworkPoint& point, const StudyNetwork& network,
                                        std::size_t& there_before) {
  std::vector<Row> rows;
  Loaded loaded(spec_, network);
  there_before = 0;
  for (std::size_t config = 0; config < spec_.configs.size(); config++) {
    Row row;
    row.network = point.network;
    row.config = spec_.configs[config].name;
    row.key = point.key;
    row.settings = point.settings;
    row.error = network.error;
    row.figures.float_accuracy = network.float_accuracy;
    row.figures.trained_accuracy = network.trained_accuracy;
    bool there = network.there_before;
    if (row.ok()) measure_row(loaded, config, row, there);
    there_before += there;
    row.commands = commands_of(network, config);
    rows.push_back(std::move(row));
  }
  return rows;
}

void StudyMeasures::measure_area(std::size_t config) {
  if (area_) failure_of([&] { area_->area_of(*spec_.configs[config].plan); });
}

void StudyMeasures::add_area(std::size_t config, Row& row) {
  if (!area_ || !row.ok()) return;
  row.error = failure_of([&] {
    const results::AreaResult area = area_->area_of(*spec_.configs[config].plan);
    row.figures.area_nand2 = area.total.nand2;
    row.figures.memory_nand2 = area.figures.memory_nand2;
    row.figures.total_nand2 = area.figures.total_nand2;
    row.figures.total_mm2 = area.figures.total_mm2;
  });
}

std::string StudyMeasures::energy_note() const {
  if (designs_.empty() || !designs_.front().rates) return "";
  const results::EnergyBasis basis = synth::network_energy(*designs_.front().rates, {}).basis;
  return fmt::format("Memories of {}, {}; logic: {}", basis.memories, basis.dram, basis.logic);
}

std::string StudyMeasures::area_note() const {
  if (!area_) return "";
  const results::MemorySource memories = area_->memories();
  return fmt::format("NAND2 of logic and memories: macros of {}, {}, in NAND2 of that node",
                     memories.table, memories.node);
}

std::vector<std::string> StudyMeasures::commands_of(const StudyNetwork& network,
                                                    std::size_t config) const {
  const study::ConfigSpec& design = spec_.configs[config];
  const std::string file = relative_to(folder_, network.file);
  const auto add = [](std::vector<std::string>& words, const std::string& option,
                      const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  std::vector<std::string> accuracy = {"sluice", "accuracy", file};
  add(accuracy, "--images", relative_to(folder_, network.images));
  add(accuracy, "--labels", relative_to(folder_, network.labels));
  add(accuracy, "--count", fmt::format("{}", spec_.count));
  std::vector<std::string> estimate = {"sluice", "estimate", design.path, file}, area;
  area = {"sluice", "area", design.path};
  for (const std::string& one : design.overrides) {
    add(estimate, "--set", one);
    add(area, "--set", one);
  }
  add(estimate, "--images", relative_to(folder_, network.images));
  add(estimate, "--clock", fmt::format("{}", spec_.clock));
  add(estimate, "--latency", fmt::format("{}", spec_.latency));
  add(estimate, "--memories", spec_.memories);
  add(estimate, "--dram", spec_.dram);
  estimate.push_back("--gated-only");
  add(area, "--liberty", spec_.area.liberty);
  add(area, "--memories", spec_.area.memories);
  add(area, "--recipe", spec_.area.recipe);
  std::vector<std::string> all = {shell_text(accuracy),
                                  spec_.images > 1 && design.plan->config.gating
                                      ? fmt::format("for k in $(seq 0 {}); do {} --image $k; done",
                                                    spec_.images - 1, shell_text(estimate))
                                      : shell_text(estimate)};
  if (spec_.area.measure) all.push_back(shell_text(area));
  return all;
}

}  // namespace sluice::app
