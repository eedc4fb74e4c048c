// SPDX-License-Identifier: Apache-2.0
// Benchmark: the gated layers of ResNet-18 on one design: cycles with gates and without, on the RTL
// and by the cycle model.
//
//   build/bench_gated_layers configs/fold1024.yaml --open 0.143
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "generator/app/design.h"
#include "generator/compiler/compile.h"
#include "generator/estimate/gate_note.h"
#include "generator/estimate/read_layers.h"
#include "generator/plan/characteristics.h"
#include "tests/bench/resnet_shapes.h"
#include "verif/run/execute.h"
#include "verif/run/random_layer.h"

namespace {

using namespace sluice;

using estimate::ListedLayer;

struct Options : run::RandomLayerOptions {
  app::ConfigOptions config;
  std::string densities = "uneven";
  bool model_only = false;
  int read_latency = defaults::kMemoryLatency;
};

struct Result {
  double gated = 0, ungated = 0, macs = 0, done = 0;
  estimate::OpenShares open;
  bool good = true;
  Result& operator+=(const Result& other) {
    gated += other.gated;
    ungated += other.ungated;
    macs += other.macs;
    done += other.done;
    good = good && other.good;
    if (!other.open.empty()) {
      open.add(other.open.low);
      open.add(other.open.high);
    }
    return *this;
  }
};

double run_one(const Options& options, const Plan& plan, sim::Simulator* simulator,
               const run::RandomLayer& layer, bool gated, Result& result) {
  const net::Network& network = layer.network();
  const golden::Tensor& input = layer.input();
  compiler::Options how;
  how.gated = gated;
  how.result_groups = gated ? 4 : 1;  // as the next layer of the network reads it
  if (gated && options.spread == estimate::GateSpread::kUneven) how.density = {layer.density()};
  const compiler::Program program = compiler::compile(network, plan, how);
  const auto golden = golden::evaluate(network, input, gated);
  const SluiceMemory timing{
      static_cast<std::uint32_t>(options.read_latency), 1, defaults::kMemoryLatency, 1, 0, 0};
  const auto predicted = run::predict(plan, program, golden, timing);
  if (gated) {
    double open = 0;
    for (std::uint8_t bit : golden[0].open) open += bit;
    const double share = open / static_cast<double>(golden[0].open.size());
    result.done = result.macs * (0.25 + 0.75 * share);
    result.open.add(share);
  }
  if (simulator == nullptr) return static_cast<double>(predicted.cycles);
  const auto execution = run::execute(*simulator, plan, program, input, timing, 100'000'000);
  const bool exact = execution.problem.empty() &&
                     !run::compare(execution, program, network, golden, plan).has_value();
  result.good = result.good && exact && execution.cycles == predicted.cycles;
  return static_cast<double>(execution.cycles);
}

Result run_shape(const Options& options, const Plan& plan, sim::Simulator* simulator,
                 const ListedLayer& shape) {
  const run::RandomLayer layer(options, shape);
  Result result;
  result.macs = static_cast<double>(shape.macs());
  result.ungated = run_one(options, plan, simulator, layer, false, result);
  result.done = result.macs;
  if (!options.dense) result.gated = run_one(options, plan, simulator, layer, true, result);
  return result;
}

void print_row(const Options& options, const char* name, const Result& r, double peak) {
  fmt::print("{:<18} {:>10.0f} {:>6.1f} %", name, r.ungated, 100 * r.macs / r.ungated / peak);
  if (!options.dense) {
    const double speedup = r.ungated / r.gated, theory = r.macs / r.done;
    fmt::print(" {:>10.0f} {:>8.3f}x {:>8.3f}x {:>7.3f}", r.gated, speedup, theory,
               speedup / theory);
  }
  fmt::print("  {}\n", options.model_only ? "" : r.good ? "exact" : "WRONG");
  std::fflush(stdout);
}

int run_all(Options& options) {
  Diagnostics diagnostics;
  const auto config = app::load(options.config, diagnostics);
  if (!config) return app::report(diagnostics, false, "");
  const Plan plan = make_plan(*config);
  if (options.block == 0) options.block = config->columns;
  app::Progress progress;
  std::unique_ptr<sim::Simulator> simulator;
  if (!options.model_only) simulator = app::build_simulator(plan, options.config, {}, progress);
  const double peak = config->lanes * config->columns * config->rows * (8.0 / options.bits);
  fmt::print("{}: {:.0f} multiply-accumulates a cycle at {} bits, {}; {}\n", config->name, peak,
             options.bits,
             options.dense
                 ? "no gates"
                 : fmt::format("one gate for {} channels, {} open", options.block, options.open),
             options.model_only ? "cycle model" : "RTL, compared with golden and cycle model");
  fmt::print("{:<18} {:>10} {:>8}{}\n", "layer", "no gates", "of peak",
             options.dense ? "" : "      gates  speed-up    theory   ratio");
  Result total;
  for (const auto& [shape, times] : bench::resnet18_shapes()) {
    const Result result = run_shape(options, plan, simulator.get(), shape);
    print_row(options, shape.name.c_str(), result, peak);
    for (int k = 0; k < times; k++) total += result;
  }
  print_row(options, "all 16 layers", total, peak);
  if (!options.dense) {
    estimate::OpenShares open = total.open;
    if (options.spread == estimate::GateSpread::kEven) open = {options.open, options.open};
    fmt::print("{}\n", estimate::thresholds_note(open, options.spread));
  }
  return total.good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  options.block = 0;  // the columns of a lane
  CLI::App program("Gated layers of ResNet-18 on one design");
  app::add_config_options(program, options.config);
  program
      .add_option("--open", options.open,
                  fmt::format("Share of gates that are open ({})", defaults::kDensity))
      ->check(CLI::Range(0.0, 1.0));
  program
      .add_option("--densities", options.densities,
                  "Gates with thresholds of other inputs, blocks spread (uneven), or each block "
                  "with its own quantile on the input that runs (even)")
      ->check(CLI::IsMember({"even", "uneven"}));
  program.add_option("--block", options.block,
                     "Channels that share a gate (the columns of a lane)");
  program.add_option("--bits", options.bits, "Bits of activations and weights (8)")
      ->check(CLI::IsMember({8, 4, 2}));
  program.add_option("--seed", options.seed, "Seed of weights and activations (1)");
  program.add_option("--read-latency", options.read_latency,
                     fmt::format("Of the memory, in cycles ({})", defaults::kMemoryLatency));
  program.add_flag("--model-only", options.model_only, "Cycle model only, no RTL");
  program.add_flag("--dense", options.dense, "No gates at all: utilisation of the array");
  CLI11_PARSE(program, argc, argv);
  options.spread = estimate::densities_of(options.densities).spread;
  try {
    return run_all(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
  }
  return 1;
}
