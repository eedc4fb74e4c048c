// SPDX-License-Identifier: Apache-2.0
#include "verif/run/network_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/compiler/compile.h"
#include "verif/golden/accuracy.h"
#include "verif/golden/images.h"
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

/// One way of running the network: compiled once, used for each image.
class Mode {
 public:
  Mode(const Plan& plan, const net::Network& network, const NetworkRunOptions& options, bool gated)
      : plan_(plan), network_(network), options_(options), gated_(gated) {
    compiler::Options compile;
    compile.gated = gated;
    compile.local = options.local;
    if (gated) compile.density = options.density;
    program_ = compiler::compile(network, plan, compile);
  }

  /// Hands what the last layer gave to `taker`, if there is one.
  void run(sim::Simulator& simulator, const golden::Tensor& input, int label, NetworkReport& report,
           const ResultTaker& taker) {
    const std::vector<golden::LayerResult> golden = golden::evaluate(network_, input, gated_);
    const Execution execution =
        execute(simulator, plan_, program_, input, options_.timing, kMaxCycles);
    report.runs++;
    judge(golden, execution, report);
    add_cycles(execution, report);
    (gated_ ? report.traffic_gated : report.traffic_ungated) += execution.traffic;
    if (gated_) add_macs(golden, report);
    if (label >= 0 && golden::argmax(execution.output) == label) {
      (gated_ ? report.correct_gated : report.correct_ungated)++;
    }
    if (taker) taker(execution.output, golden);
  }

  /// The same with random stalls of this seed: only values count.
  void run_stalled(sim::Simulator& simulator, const golden::Tensor& input, std::uint64_t seed,
                   NetworkReport& report) {
    SluiceMemory timing = options_.timing;
    timing.stall_seed = seed;
    timing.stall_percent = 30;
    const auto golden = golden::evaluate(network_, input, gated_);
    const Execution execution = execute(simulator, plan_, program_, input, timing, kMaxCycles);
    const std::string problem = problem_of(golden, execution);
    report.stalled++;
    report.stalled_exact += problem.empty();
    if (report.first_problem.empty() && !problem.empty()) {
      report.first_problem = fmt::format("random stalls of seed {}: {}", seed, problem);
    }
  }

 private:
  std::string problem_of(const std::vector<golden::LayerResult>& golden,
                         const Execution& execution) const {
    if (!execution.problem.empty()) return execution.problem;
    const auto bad = compare(execution, program_, golden, plan_);
    return bad ? text_of(*bad) : "";
  }

  void judge(const std::vector<golden::LayerResult>& golden, const Execution& execution,
             NetworkReport& report) {
    std::string problem = problem_of(golden, execution);
    if (problem.empty()) report.exact++;
    if (report.port == Port::kNative) predict_cycles(golden, execution, report, problem);
    if (report.first_problem.empty()) report.first_problem = problem;
  }

  void predict_cycles(const std::vector<golden::LayerResult>& golden, const Execution& execution,
                      NetworkReport& report, std::string& problem) {
    const cycles::Prediction prediction = predict(plan_, program_, golden, options_.timing);
    if (prediction.cycles == execution.cycles) {
      report.timed++;
    } else if (problem.empty()) {
      problem = fmt::format("RTL took {} cycles, the cycle model says {}", execution.cycles,
                            prediction.cycles);
    }
  }

  void add_cycles(const Execution& execution, NetworkReport& report) {
    (gated_ ? report.cycles_gated : report.cycles_ungated) += execution.cycles;
    for (std::size_t k = 0; k < execution.layer_cycles.size(); k++) {
      const bool last = k + 1 == execution.layer_cycles.size();
      const std::uint64_t end = last ? execution.cycles : execution.layer_cycles[k + 1];
      // What comes before the first LAYER command belongs to the first layer
      const std::uint64_t begin = k == 0 ? 0 : execution.layer_cycles[k];
      const compiler::LayerProgram& from = program_.layers[k];
      LayerTally& layer = report.layers[from.layer];
      if (from.result != from.layer) report.layers[from.result].computed_with = layer.name;
      (gated_ ? layer.cycles_gated : layer.cycles_ungated) += end - begin;
    }
  }

  void add_macs(const std::vector<golden::LayerResult>& golden, NetworkReport& report) {
    for (std::size_t k = 0; k < network_.layers.size(); k++) {
      report.layers[k].macs_all += net::macs_of(network_, network_.layers[k]);
      report.layers[k].macs_done += macs_done(network_, network_.layers[k], golden[k]);
      const std::vector<std::uint8_t>& open = golden[k].open;
      report.layers[k].gates += static_cast<std::int64_t>(open.size());
      report.layers[k].gates_open += std::count(open.begin(), open.end(), 1);
    }
  }

  const Plan& plan_;
  const net::Network& network_;
  const NetworkRunOptions& options_;
  bool gated_;
  compiler::Program program_;
};

}  // namespace

NetworkReport run_network(sim::Simulator& simulator, const Plan& plan, const net::Network& network,
                          const data::ImageSet& images, const NetworkRunOptions& options) {
  golden::check_images(network, images);
  golden::check_labels(network, images);
  const bool gated = plan.config.gating || !net::has_gates(network);
  std::vector<Mode> modes;
  modes.reserve(2);
  if (gated) modes.emplace_back(plan, network, options, true);
  if (!gated || (options.ungated && net::has_gates(network)))
    modes.emplace_back(plan, network, options, false);

  NetworkReport report;
  report.port = simulator.port();
  report.images = std::min(options.images, images.count);
  report.labelled = images.labels.empty() ? 0 : report.images;
  for (const net::Layer& layer : network.layers) {
    LayerTally& tally = report.layers.emplace_back();
    tally.name = layer.name;
    tally.gated = layer.gate.has_value();
  }
  for (int i = 0; i < report.images; i++) {
    if (options.progress) options.progress(fmt::format("image {} of {}", i + 1, report.images));
    const golden::Tensor input = golden::input_tensor(network, images, i);
    const int label = images.labels.empty() ? -1 : images.labels[i];
    for (Mode& mode : modes) {
      const bool first = &mode == &modes.front();
      mode.run(simulator, input, label, report, first ? options.result : nullptr);
    }
    if (report.port == Port::kAxi) modes.front().run_stalled(simulator, input, 1 + i, report);
  }
  return report;
}

std::vector<std::vector<double>> measure_density(const net::Network& network,
                                                 const data::ImageSet& images, int count) {
  std::vector<std::vector<double>> density(network.layers.size());
  if (!net::has_gates(network)) return density;
  const golden::AccuracyReport report = golden::measure(network, images, count, true);
  for (const golden::GateStatistics& layer : report.gated_layers) {
    density[layer.layer] = layer.channel_open;
  }
  return density;
}

}  // namespace sluice::run
