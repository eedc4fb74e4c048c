// SPDX-License-Identifier: Apache-2.0
// Benchmark: how fast layers of ResNet-18 run through the AXI ports of a design when memory is
// slow, relative to ideal memory, and how many bytes they move. Cycles are counted by the design
// (CYCLES); every output is compared with the golden model.
//
//   build/bench_axi_memory configs/fold1024.yaml --widths 64 --latencies 1 100
//
// A width is that of the bus and of the design's memory words. Ideal memory answers after one cycle
// at the core's own port (by the cycle model, which equals the RTL there).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "generator/app/design.h"
#include "generator/compiler/compile.h"
#include "generator/estimate/gate_note.h"
#include "tests/bench/resnet_shapes.h"
#include "verif/run/execute.h"
#include "verif/run/random_layer.h"

namespace {

using namespace sluice;

constexpr int kWidest = 256;  // bytes of a memory word: more than the array can use

struct Options : run::RandomLayerOptions {
  app::ConfigOptions config;
  std::vector<int> widths = {8, 16, 32, 64};  ///< bytes a cycle
  std::vector<int> latencies = {1, 20, 100, 200};
  std::vector<int> layers = {0, 4, 6};  ///< of bench::resnet18_shapes()
  bool gated_only = false;
};

/// What all layers together took, each as often as ResNet-18 has it.
struct Sum {
  double cycles = 0;
  run::Traffic traffic;
  bool exact = true;

  void add(double more, const run::Traffic& moved, int times) {
    cycles += times * more;
    for (int k = 0; k < times; k++) traffic += moved;
  }
};

/// The layers, made once: inputs, results of the golden model.
struct Work {
  std::string name;
  int times;  ///< that ResNet-18 has it
  net::Network network;
  golden::Tensor input;
  std::map<bool, std::vector<golden::LayerResult>> golden;  ///< by whether gates are used
};

std::vector<Work> make_work(const Options& options) {
  std::vector<Work> work;
  const std::vector<estimate::RepeatedLayer> shapes = bench::resnet18_shapes();
  for (const int k : options.layers) {
    const auto& [shape, times] = shapes.at(static_cast<std::size_t>(k));
    const run::RandomLayer layer(options, shape);
    Work one{shape.name, times, layer.network(), layer.input(), {}};
    for (const bool gated : {true, false}) {
      one.golden[gated] = golden::evaluate(one.network, one.input, gated);
    }
    work.push_back(std::move(one));
  }
  return work;
}

/// The config with memory words and bus of `bytes`; --set given by the user goes last.
app::ConfigOptions config_for(const Options& options, int bytes, Port port) {
  app::ConfigOptions config = options.config;
  std::vector<std::string> sets = {fmt::format("memory.bytes={}", bytes)};
  if (port == Port::kAxi) {
    sets.push_back("bus.kind=axi4");
    sets.push_back(fmt::format("bus.data_bits={}", 8 * bytes));
  }
  config.overrides.insert(config.overrides.begin(), sets.begin(), sets.end());
  return config;
}

compiler::Program compile(const Work& work, const Plan& plan, bool gated) {
  compiler::Options how;
  how.gated = gated;
  how.result_groups = gated ? 4 : 1;  // as the next layer of the network reads it
  return compiler::compile(work.network, plan, how);
}

SluiceMemory timing_of(int latency) {
  const auto cycles = static_cast<std::uint32_t>(latency);
  return {cycles, 1, cycles, 1, 0, 0};
}

Sum predict(const std::vector<Work>& work, const Plan& plan, bool gated) {
  Sum sum;
  for (const Work& one : work) {
    const auto program = compile(one, plan, gated);
    const auto prediction = run::predict(plan, program, one.golden.at(gated), timing_of(1));
    sum.add(static_cast<double>(prediction.cycles), {}, one.times);
  }
  return sum;
}

Sum measure(const std::vector<Work>& work, const Plan& plan, sim::Simulator& simulator, int latency,
            bool gated) {
  Sum sum;
  for (const Work& one : work) {
    const auto program = compile(one, plan, gated);
    const auto execution =
        run::execute(simulator, plan, program, one.input, timing_of(latency), 100'000'000);
    sum.add(execution.counters[0], execution.traffic, one.times);
    const auto& expected = one.golden.at(gated);
    const bool exact =
        execution.problem.empty() && !run::compare(execution, program, one.network, expected, plan);
    sum.exact = sum.exact && exact;
    if (!exact) fmt::print(stderr, "{}: {}\n", one.name, execution.problem);
  }
  return sum;
}

void print_row(int bytes, int latency, bool gated, const Sum& sum, double same, double widest) {
  fmt::print("{:>5} {:>7} {:<8} {:>10.0f} {:>9.1f} % {:>9.1f} % {:>12} {:>12} {:>12}  {}\n", bytes,
             latency, gated ? "gates" : "no gates", sum.cycles, 100 * same / sum.cycles,
             100 * widest / sum.cycles, sum.traffic.read, sum.traffic.written, sum.traffic.stored,
             sum.exact ? "exact" : "WRONG");
  std::fflush(stdout);
}

bool run_width(const Options& options, const std::vector<Work>& work, int bytes,
               const std::map<bool, double>& widest) {
  Diagnostics diagnostics;
  const app::ConfigOptions config_options = config_for(options, bytes, Port::kAxi);
  const auto config = app::load(config_options, diagnostics);
  if (!config) return app::report(diagnostics, false, "") == 0;
  const Plan plan = make_plan(*config);
  app::Progress progress;
  sim::BuildOptions build;
  build.port = Port::kAxi;
  const auto simulator = app::build_simulator(plan, config_options, build, progress);
  bool good = true;
  for (const bool gated : {true, false}) {
    if (!gated && options.gated_only) continue;
    const Sum same = predict(work, plan, gated);
    for (const int latency : options.latencies) {
      const Sum sum = measure(work, plan, *simulator, latency, gated);
      print_row(bytes, latency, gated, sum, same.cycles, widest.at(gated));
      good = good && sum.exact;
    }
  }
  return good;
}

int run_all(const Options& options) {
  Diagnostics diagnostics;
  const auto config = app::load(config_for(options, kWidest, Port::kNative), diagnostics);
  if (!config) return app::report(diagnostics, false, "");
  const std::vector<Work> work = make_work(options);
  std::map<bool, double> widest;
  for (const bool gated : {true, false}) {
    widest[gated] = predict(work, make_plan(*config), gated).cycles;
  }
  for (const Work& one : work) fmt::print("{} x {}, ", one.times, one.name);
  fmt::print("{} open\n{}\nideal memory without bound: {:.0f} cycles with gates, {:.0f} without\n",
             options.open, estimate::thresholds_note({options.open, options.open}, options.spread),
             widest[true], widest[false]);
  fmt::print("{:>5} {:>7} {:<8} {:>10} {:>11} {:>11} {:>12} {:>12} {:>12}\n", "bytes", "latency",
             "", "cycles", "same width", "no bound", "bytes read", "written", "with strobe");
  bool good = true;
  for (const int bytes : options.widths) good = run_width(options, work, bytes, widest) && good;
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("Layers of ResNet-18 through AXI with slow memory");
  app::add_config_options(program, options.config);
  program.add_option("--widths", options.widths, "Bytes a cycle (8 16 32 64)");
  program.add_option("--latencies", options.latencies, "Of reads and writes (1 20 100 200)");
  program.add_option("--layers", options.layers, "Numbers of layers, 0 to 6 (0 4 6)")
      ->check(CLI::Range(0, 6));
  program
      .add_option("--open", options.open,
                  fmt::format("Share of gates that are open ({})", defaults::kDensity))
      ->check(CLI::Range(0.0, 1.0));
  program.add_option("--block", options.block, "Channels that share a gate (4)");
  program.add_flag("--gated-only", options.gated_only, "Do not run without gates");
  CLI11_PARSE(program, argc, argv);
  try {
    return run_all(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
  }
  return 1;
}
