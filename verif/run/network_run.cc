// SPDX-License-Identifier: Apache-2.0
#include "verif/run/network_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/compiler/compile.h"
#include "verif/golden/accuracy.h"
#include "verif/golden/chain.h"
#include "verif/golden/images.h"
#include "verif/golden/results.h"
#include "verif/run/execute.h"

namespace sluice::run {

std::int64_t macs_done(const net::Network& network, const net::Layer& layer,
                       const golden::LayerResult& result) {
  const std::int64_t all = net::macs_of(network, layer);
  if (!layer.gate || result.open.empty()) return all;
  std::int64_t open = 0;
  for (std::uint8_t bit : result.open) open += bit;
  const std::int64_t outputs = static_cast<std::int64_t>(result.open.size());
  const std::int64_t base = all / layer.gate->partitions;
  return base + (all - base) / outputs * open;
}

namespace {

constexpr std::uint64_t kMaxCycles = 200'000'000;

using ResultTaker = decltype(NetworkRunOptions::result);

/// One of the networks, compiled; its layers are from `first_layer` on among those of all.
struct Stage {
  const net::Network* network = nullptr;
  compiler::Program program;
  std::size_t first_layer = 0;
};

/// What the layers of each network give.
using Results = std::vector<std::vector<golden::LayerResult>>;

/// One way of running the networks: compiled once, used for each image.
class Mode {
 public:
  Mode(const Plan& plan, std::span<const net::Network> chain, const NetworkRunOptions& options,
       bool gated)
      : plan_(plan), chain_(chain), options_(options), gated_(gated) {
    compiler::Options compile;
    compile.gated = gated;
    compile.local = options.local;
    for (std::size_t k = 0; k < chain.size(); ++k) {
      if (gated) compile.density = net::of_network(chain, k, options.density);
      stages_.push_back(
          {&chain[k], compiler::compile(chain[k], plan, compile), net::layers_of(chain.first(k))});
    }
  }

  /// Hands the results to `taker`, if there is one.
  void run(sim::Simulator& simulator, const golden::Tensor& input, int label, NetworkReport& report,
           const ResultTaker& taker) {
    Results golden = golden::evaluate(chain_, input, gated_);
    const std::vector<Execution> done = execute_all(simulator, input, options_.timing);
    report.runs++;
    judge(golden, done, report);
    for (std::size_t k = 0; k < done.size(); ++k) {
      add_cycles(stages_[k], done[k], report);
      (gated_ ? report.traffic_gated : report.traffic_ungated) += done[k].traffic;
      if (gated_) add_macs(stages_[k], golden[k], report);
    }
    const std::vector<golden::Tensor> results = last_results(done);
    if (label >= 0 && golden::argmax(results[golden::class_map(chain_.back())]) == label) {
      (gated_ ? report.correct_gated : report.correct_ungated)++;
    }
    if (taker) taker(results, golden::joined(std::move(golden)));
  }

  /// The same with random stalls of this seed: only values count.
  void run_stalled(sim::Simulator& simulator, const golden::Tensor& input, std::uint64_t seed,
                   NetworkReport& report) {
    SluiceMemory timing = options_.timing;
    timing.stall_seed = seed;
    timing.stall_percent = 30;
    const Results golden = golden::evaluate(chain_, input, gated_);
    const std::string problem = problem_of(golden, execute_all(simulator, input, timing));
    report.stalled++;
    report.stalled_exact += problem.empty();
    if (report.first_problem.empty() && !problem.empty()) {
      report.first_problem = fmt::format("random stalls of seed {}: {}", seed, problem);
    }
  }

 private:
  /// Each network on what the host makes of the RTL's result of the one before; up to one that
  /// gives none.
  std::vector<Execution> execute_all(sim::Simulator& simulator, const golden::Tensor& input,
                                     const SluiceMemory& timing) const {
    std::vector<Execution> done;
    golden::Tensor given = input;
    for (std::size_t k = 0; k < stages_.size(); ++k) {
      if (k > 0) {
        const auto numbers = golden::numbers_of(chain_[k - 1], 0, last_results(done));
        given = golden::input_of_numbers(chain_[k], numbers);
      }
      done.push_back(execute(simulator, plan_, stages_[k].program, given, timing, kMaxCycles));
      if (!done.back().problem.empty()) break;
    }
    return done;
  }

  /// Of the network that ran last.
  std::vector<golden::Tensor> last_results(const std::vector<Execution>& done) const {
    const Stage& stage = stages_[done.size() - 1];
    return results_of(done.back(), stage.program, *stage.network);
  }

  std::string problem_of(const Results& golden, const std::vector<Execution>& done) const {
    for (std::size_t k = 0; k < done.size(); ++k) {
      if (!done[k].problem.empty()) return done[k].problem;
      const auto bad = compare(done[k], stages_[k].program, chain_[k], golden[k], plan_);
      if (bad) return text_of(*bad);
    }
    return "";
  }

  void judge(const Results& golden, const std::vector<Execution>& done, NetworkReport& report) {
    std::string problem = problem_of(golden, done);
    if (problem.empty()) report.exact++;
    if (report.port == Port::kNative) {
      const std::string other = problem_of_cycles(golden, done);
      if (other.empty()) report.timed++;
      if (problem.empty()) problem = other;
    }
    if (report.first_problem.empty()) report.first_problem = problem;
  }

  std::string problem_of_cycles(const Results& golden, const std::vector<Execution>& done) const {
    for (std::size_t k = 0; k < done.size(); ++k) {
      const auto prediction = predict(plan_, stages_[k].program, golden[k], options_.timing);
      if (prediction.cycles != done[k].cycles)
        return fmt::format("RTL took {} cycles, the cycle model says {}", done[k].cycles,
                           prediction.cycles);
    }
    return "";
  }

  void add_cycles(const Stage& stage, const Execution& execution, NetworkReport& report) const {
    (gated_ ? report.cycles_gated : report.cycles_ungated) += execution.cycles;
    for (std::size_t k = 0; k < execution.layer_cycles.size(); k++) {
      const bool last = k + 1 == execution.layer_cycles.size();
      const std::uint64_t end = last ? execution.cycles : execution.layer_cycles[k + 1];
      // What comes before the first LAYER command belongs to the first layer
      const std::uint64_t begin = k == 0 ? 0 : execution.layer_cycles[k];
      const compiler::LayerProgram& from = stage.program.layers[k];
      LayerTally& layer = report.layers[stage.first_layer + from.layer];
      if (from.result != from.layer)
        report.layers[stage.first_layer + from.result].computed_with = layer.name;
      (gated_ ? layer.cycles_gated : layer.cycles_ungated) += end - begin;
    }
  }

  static void add_macs(const Stage& stage, const std::vector<golden::LayerResult>& golden,
                       NetworkReport& report) {
    const net::Network& network = *stage.network;
    for (std::size_t k = 0; k < network.layers.size(); k++) {
      LayerTally& layer = report.layers[stage.first_layer + k];
      layer.macs_all += net::macs_of(network, network.layers[k]);
      layer.macs_done += macs_done(network, network.layers[k], golden[k]);
      const std::vector<std::uint8_t>& open = golden[k].open;
      layer.gates += static_cast<std::int64_t>(open.size());
      layer.gates_open += std::count(open.begin(), open.end(), 1);
    }
  }

  const Plan& plan_;
  std::span<const net::Network> chain_;
  const NetworkRunOptions& options_;
  bool gated_;
  std::vector<Stage> stages_;
};

std::vector<LayerTally> tallies_of(std::span<const net::Network> chain) {
  std::vector<LayerTally> tallies;
  for (const net::Network& network : chain)
    for (const net::Layer& layer : network.layers) {
      LayerTally& tally = tallies.emplace_back();
      tally.name = layer.name;
      tally.gated = layer.gate.has_value();
    }
  return tallies;
}

}  // namespace

NetworkReport run_network(sim::Simulator& simulator, const Plan& plan,
                          std::span<const net::Network> chain, const data::ImageSet& images,
                          const NetworkRunOptions& options) {
  golden::check_images(chain.front(), images);
  golden::check_labels(chain.back(), images);
  const bool gated = plan.config.gating || !net::has_gates(chain);
  std::vector<Mode> modes;
  modes.reserve(2);
  if (gated) modes.emplace_back(plan, chain, options, true);
  if (!gated || (options.ungated && net::has_gates(chain)))
    modes.emplace_back(plan, chain, options, false);

  NetworkReport report;
  report.port = simulator.port();
  report.images = std::min(options.images, images.count);
  report.labelled = images.labels.empty() ? 0 : report.images;
  report.layers = tallies_of(chain);
  for (int i = 0; i < report.images; i++) {
    if (options.progress) options.progress(fmt::format("image {} of {}", i + 1, report.images));
    const golden::Tensor input = golden::input_tensor(chain.front(), images, i);
    const int label = images.labels.empty() ? -1 : images.labels[i];
    for (Mode& mode : modes) {
      const bool first = &mode == &modes.front();
      mode.run(simulator, input, label, report, first ? options.result : nullptr);
    }
    if (report.port == Port::kAxi) modes.front().run_stalled(simulator, input, 1 + i, report);
  }
  return report;
}

std::vector<std::vector<double>> measure_density(std::span<const net::Network> chain,
                                                 const data::ImageSet& images, int count) {
  std::vector<std::vector<double>> density(net::layers_of(chain));
  if (!net::has_gates(chain)) return density;
  const golden::AccuracyReport report = golden::measure(chain, images, count, true);
  for (const golden::GateStatistics& layer : report.gated_layers) {
    density[net::layers_of(chain.first(layer.network)) + layer.layer] = layer.channel_open;
  }
  return density;
}

}  // namespace sluice::run
