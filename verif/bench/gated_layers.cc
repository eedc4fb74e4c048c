// Benchmark: the gated 3x3 convolutions of ResNet-18 at 224x224 (He et al., CVPR 2016),
// channel-gated with four partitions and channel groups (Hua et al., NeurIPS 2019), on one design:
// cycles with gates and without, on the RTL and by the cycle model. Weights and activations are
// random; thresholds make a given share of gates open.
//
//   build/bench_gated_layers configs/block8x4.yaml --open 0.143
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "app/design.h"
#include "compiler/compile.h"
#include "plan/figures.h"
#include "run/execute.h"

namespace {

using namespace sluice;

constexpr int kPartitions = 4;

struct Shape {
  const char* name;
  int size, stride, inputs, outputs;  ///< size of the input map
  int times;                          ///< how often ResNet-18 has it
};

constexpr Shape kResNet18[] = {
    {"56x56 64>64", 56, 1, 64, 64, 4},     {"56x56 64>128 /2", 56, 2, 64, 128, 1},
    {"28x28 128>128", 28, 1, 128, 128, 3}, {"28x28 128>256 /2", 28, 2, 128, 256, 1},
    {"14x14 256>256", 14, 1, 256, 256, 3}, {"14x14 256>512 /2", 14, 2, 256, 512, 1},
    {"7x7 512>512", 7, 1, 512, 512, 3},
};

struct Options {
  app::ConfigOptions config;
  double open = 0.143;
  int block = 0;  ///< channels that share a gate; 0: the columns of a lane
  int bits = 8;
  std::uint64_t seed = 1;
  bool model_only = false;
  bool dense = false;  ///< without gates only
  int read_latency = 20;
};

class LayerMaker {
 public:
  LayerMaker(const Options& options, const Shape& shape)
      : options_(options), shape_(shape), random_(options.seed * 1000 + shape.inputs + shape.size) {
    for (int k = 0; k < shape.size * shape.size * shape.inputs; k++)
      input_.values.push_back(value());
  }

  net::Network network() {
    net::Network network;
    network.name = shape_.name;
    const int out = (shape_.size - 1) / shape_.stride + 1;
    network.maps = {{"in", shape_.size, shape_.size, shape_.inputs, options_.bits, 0},
                    {"out", out, out, shape_.outputs, options_.bits, 0}};
    net::Layer layer;
    layer.name = shape_.name;
    layer.input = 0;
    layer.output = 1;
    layer.kernel_h = layer.kernel_w = 3;
    layer.stride_h = layer.stride_w = shape_.stride;
    layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 1;
    layer.weight_bits = options_.bits;
    for (int k = 0; k < shape_.outputs * shape_.inputs * 9; k++) layer.weights.push_back(value());
    const int shift = 2 * options_.bits - 2;
    layer.requant.assign(shape_.outputs, {0, 40000, 16 + shift - options_.bits + 4});
    layer.requant_closed = layer.requant;
    layer.clamp_low = -(1 << (options_.bits - 1));
    layer.clamp_high = (1 << (options_.bits - 1)) - 1;
    if (!options_.dense) layer.gate = gate(layer, out);
    network.layers.push_back(layer);
    return network;
  }

  const golden::Tensor& input() const { return input_; }

 private:
  std::int8_t value() {
    const int range = 1 << options_.bits;
    return static_cast<std::int8_t>(static_cast<int>(random_() % range) - range / 2);
  }

  /// Thresholds such that of each block's gates just the wanted share is open.
  net::Gate gate(const net::Layer& layer, int out) {
    net::Gate gate;
    gate.partitions = kPartitions;
    gate.channel_groups = true;
    gate.block = options_.block;
    for (int first = 0; first < shape_.outputs; first += gate.block) {
      std::vector<int> largest(static_cast<std::size_t>(out) * out,
                               std::numeric_limits<int>::min());
      for (int c = first; c < first + gate.block; c++) raise(largest, base_sums(layer, c, out));
      const auto open = static_cast<std::size_t>(std::lround(options_.open * largest.size()));
      std::sort(largest.begin(), largest.end(), std::greater<>());
      const int tau = open < largest.size() ? largest[open] : std::numeric_limits<int>::min();
      gate.tau.insert(gate.tau.end(), gate.block, tau);
    }
    return gate;
  }

  static void raise(std::vector<int>& largest, const std::vector<int>& values) {
    for (std::size_t k = 0; k < values.size(); k++) largest[k] = std::max(largest[k], values[k]);
  }

  /// Sums over the base channels of output channel c, from the definition.
  std::vector<int> base_sums(const net::Layer& layer, int c, int out) const {
    const int channels = shape_.inputs / kPartitions;
    const int begin = c * kPartitions / shape_.outputs * channels;
    std::vector<int> sums;
    for (int y = 0; y < out; y++) {
      for (int x = 0; x < out; x++) {
        int sum = 0;
        for (int ky = 0; ky < 3; ky++) {
          for (int kx = 0; kx < 3; kx++) {
            const int row = y * shape_.stride + ky - 1, column = x * shape_.stride + kx - 1;
            if (row < 0 || row >= shape_.size || column < 0 || column >= shape_.size) continue;
            for (int i = begin; i < begin + channels; i++) {
              sum += layer.weights[((c * shape_.inputs + i) * 3 + ky) * 3 + kx] *
                     input_.at(row, column, i);
            }
          }
        }
        sums.push_back(sum);
      }
    }
    return sums;
  }

  const Options& options_;
  const Shape& shape_;
  std::mt19937_64 random_;
  golden::Tensor input_{shape_.size, shape_.size, shape_.inputs, {}};
};

struct Result {
  double gated = 0, ungated = 0, macs = 0, done = 0;
  bool good = true;
  Result& operator+=(const Result& other) {
    gated += other.gated;
    ungated += other.ungated;
    macs += other.macs;
    done += other.done;
    good = good && other.good;
    return *this;
  }
};

double run_one(const Options& options, const Plan& plan, sim::Simulator* simulator,
               const net::Network& network, const golden::Tensor& input, bool gated,
               Result& result) {
  compiler::Options how;
  how.gated = gated;
  how.result_groups = gated ? 4 : 1;  // as the next layer of the network reads it
  const compiler::Program program = compiler::compile(network, plan, how);
  const auto golden = golden::evaluate(network, input, gated);
  const SluiceMemory timing{static_cast<std::uint32_t>(options.read_latency), 1, 20, 1, 0, 0};
  const auto predicted = run::predict(plan, program, golden, timing);
  if (gated) {
    double open = 0;
    for (std::uint8_t bit : golden[0].open) open += bit;
    const double share = open / static_cast<double>(golden[0].open.size());
    result.done = result.macs * (0.25 + 0.75 * share);
  }
  if (simulator == nullptr) return static_cast<double>(predicted.cycles);
  const auto execution = run::execute(*simulator, plan, program, input, timing, 100'000'000);
  const bool exact = execution.problem.empty() &&
                     !run::compare(execution, program, golden.back().output, plan).has_value();
  result.good = result.good && exact && execution.cycles == predicted.cycles;
  return static_cast<double>(execution.cycles);
}

Result run_shape(const Options& options, const Plan& plan, sim::Simulator* simulator,
                 const Shape& shape) {
  LayerMaker maker(options, shape);
  const net::Network network = maker.network();
  const golden::Tensor& input = maker.input();
  Result result;
  const net::FeatureMap& out = network.maps[1];
  result.macs = static_cast<double>(out.height) * out.width * out.channels * shape.inputs * 9;
  result.ungated = run_one(options, plan, simulator, network, input, false, result);
  result.done = result.macs;
  if (!options.dense)
    result.gated = run_one(options, plan, simulator, network, input, true, result);
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
  for (const Shape& shape : kResNet18) {
    const Result result = run_shape(options, plan, simulator.get(), shape);
    print_row(options, shape.name, result, peak);
    for (int k = 0; k < shape.times; k++) total += result;
  }
  print_row(options, "all 16 layers", total, peak);
  return total.good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("Gated layers of ResNet-18 on one design");
  app::add_config_options(program, options.config);
  program.add_option("--open", options.open, "Share of gates that are open (0.143)")
      ->check(CLI::Range(0.0, 1.0));
  program.add_option("--block", options.block,
                     "Channels that share a gate (the columns of a lane)");
  program.add_option("--bits", options.bits, "Bits of activations and weights (8)")
      ->check(CLI::IsMember({8, 4, 2}));
  program.add_option("--seed", options.seed, "Seed of weights and activations (1)");
  program.add_option("--read-latency", options.read_latency, "Of the memory, in cycles (20)");
  program.add_flag("--model-only", options.model_only, "Cycle model only, no RTL");
  program.add_flag("--dense", options.dense, "No gates at all: utilisation of the array");
  CLI11_PARSE(program, argc, argv);
  try {
    return run_all(options);
  } catch (const compiler::CompileError& error) {
    fmt::print(stderr, "error: {}\n", error.message);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
  }
  return 1;
}
