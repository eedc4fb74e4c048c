// SPDX-License-Identifier: Apache-2.0
#include "generator/app/quantise_search.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/estimate/estimate.h"
#include "generator/network/import_network.h"
#include "generator/util/scratch.h"
#include "generator/util/user_error.h"
#include "generator/util/write_file.h"
#include "verif/golden/accuracy.h"

namespace sluice::app {
namespace {

constexpr int kNoiseImages = 16;      // that order the changes; the steps are measured on all
constexpr double kLeastLoss = 0.001;  // dB

/// A change, and what it does alone.
struct Candidate {
  std::string layer;
  quantise::Width width;
  double saved = 0, lost_db = 0;
  double worth() const { return saved / std::max(lost_db, kLeastLoss); }
};

/// A network with given bits.
struct Trial {
  net::Network network;
  std::uint64_t cycles = 0;
  double decibels = 0;
};

class Search {
 public:
  Search(const quantise::Quantiser& quantiser, const quantise::Options& method,
         const FloatImages& images, const Plan& plan, Progress& progress)
      : quantiser_(quantiser),
        method_(method),
        images_(images),
        plan_(plan),
        progress_(progress),
        folder_(Scratch::folder()) {}

  SearchResult run(int least_correct) {
    SearchResult result;
    result.images = images_.test.count;
    result.least_correct = least_correct;
    const Trial first = trial(method_.widths, true);
    result.first_cycles = result.cycles = first.cycles;
    result.first_correct = result.correct = correct(first.network);
    result.widths = method_.widths;
    for (const Candidate& candidate : candidates(first)) try_step(candidate, result);
    return result;
  }

 private:
  Trial trial(const quantise::Widths& widths, bool with_noise) const {
    quantise::Options options = method_;
    options.widths = widths;
    const quantise::QdqNetwork quantised = quantiser_.quantised(options);
    const std::string path = (folder_.path() / "net.onnx").string();
    write_file(path, quantise::onnx_file(quantised.network));
    Trial trial;
    trial.network = net::import_network(path);
    trial.cycles = cycles_of(trial.network);
    if (with_noise) {
      const auto calibration = float_images(quantiser_.network(), images_.calibration,
                                            std::min<int>(images_.count, kNoiseImages));
      trial.decibels = quantiser_.report(options, quantised, calibration).back().noise.decibels();
    }
    return trial;
  }

  std::uint64_t cycles_of(const net::Network& network) const {
    estimate::Options how;
    how.gates = how.compare = false;
    const std::vector<estimate::GateMap> none(network.layers.size());
    const estimate::Estimate found = estimate::estimate(plan_, {&network, 1}, none, {}, how);
    for (const estimate::LayerEstimate& layer : found.layers)
      if (!layer.on_accelerator)
        throw UserError(fmt::format("'{}' does not run the network: layer '{}': {}",
                                    plan_.config.name, layer.name, layer.note));
    return found.cycles;
  }

  int correct(const net::Network& network) const {
    return golden::measure(network, images_.test, images_.test.count, true).correct;
  }

  std::vector<Candidate> candidates(const Trial& first) const {
    std::vector<Candidate> all;
    const auto layers = quantiser_.layers();
    for (std::size_t k = 0; k < layers.size(); ++k)
      for (const int input : {8, 4}) {
        progress_.show(fmt::format("search: layer {} of {} alone", k + 1, layers.size()));
        const quantise::Width before = method_.widths.of(layers[k]), width{4, input};
        if (before == width || before.input < input) continue;
        quantise::Widths widths = method_.widths;
        widths.set(layers[k], width);
        const Trial alone = trial(widths, true);
        if (alone.cycles >= first.cycles) continue;
        all.push_back({layers[k], width, double(first.cycles - alone.cycles),
                       first.decibels - alone.decibels});
      }
    std::stable_sort(all.begin(), all.end(),
                     [](const Candidate& a, const Candidate& b) { return a.worth() > b.worth(); });
    return all;
  }

  void try_step(const Candidate& candidate, SearchResult& result) const {
    progress_.show(
        fmt::format("search: step {}, {} cycles", result.steps.size() + 1, result.cycles));
    const quantise::Width now = result.widths.of(candidate.layer);
    if (now.weights <= candidate.width.weights && now.input <= candidate.width.input) return;
    quantise::Widths widths = result.widths;
    widths.set(candidate.layer, candidate.width);
    const Trial with = trial(widths, false);
    SearchStep step{candidate.layer, candidate.width, with.cycles, candidate.lost_db, 0, false};
    if (with.cycles >= result.cycles) return;
    step.correct = correct(with.network);
    step.kept = step.correct >= result.least_correct;
    result.steps.push_back(step);
    if (!step.kept) return;
    result.widths = widths;
    result.cycles = step.cycles;
    result.correct = step.correct;
  }

  const quantise::Quantiser& quantiser_;
  const quantise::Options& method_;
  const FloatImages& images_;
  const Plan& plan_;
  Progress& progress_;
  Scratch folder_;
};

}  // namespace

SearchResult search_widths(const quantise::Quantiser& quantiser, const quantise::Options& method,
                           const FloatImages& images, const Plan& plan, int least_correct,
                           Progress& progress) {
  return Search(quantiser, method, images, plan, progress).run(least_correct);
}

}  // namespace sluice::app
