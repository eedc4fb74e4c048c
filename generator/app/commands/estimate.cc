// SPDX-License-Identifier: Apache-2.0
// sluice estimate CONFIG NETWORK: what a network costs, by the cycle model alone.
#include "generator/estimate/estimate.h"

#include <fmt/format.h>

#include <memory>

#include "generator/app/command.h"
#include "generator/app/densities_option.h"
#include "generator/app/energy_options.h"
#include "generator/app/errors.h"
#include "generator/app/estimate_table.h"
#include "generator/app/host_note.h"
#include "generator/app/json_text.h"
#include "generator/app/memory_options.h"
#include "generator/app/network_estimate.h"
#include "generator/estimate/builtin.h"
#include "generator/network/import_network.h"
#include "generator/util/defaults.h"

namespace sluice::app {
namespace {

struct EstimateOptions {
  ConfigOptions config;
  NetworkOptions of;
  bool no_gates = false, gated_only = false, memory_maps = false, every_cycle = false,
       partial = false;
  int latency = 0;
  double clock = defaults::kClockMhz;
  EnergyOptions energy;
};

/// `chain` is empty for a list of layers.
int print(const estimate::Estimate& estimate, std::span<const net::Network> chain,
          const std::optional<synth::EnergyRates>& rates, const EstimateOptions& options,
          const Plan& plan) {
  results::EstimateResult result = results::estimate_result(estimate, plan, options.clock);
  if (rates) result.energy = synth::network_energy(*rates, estimate);
  if (estimate.off_accelerator() == static_cast<int>(estimate.layers.size())) {
    return fail(fmt::format("no layer of '{}' is on the accelerator; the first: {}", result.network,
                            result.layers.front().note),
                options.config.json);
  }
  const bool good = result.whole() || options.partial;
  if (options.config.json) {
    nlohmann::ordered_json json = results::json_of(result);
    add_host(json, chain);
    if (good && !result.whole()) {
      json["ok"] = true;
      json.erase("errors");
    }
    fmt::print("{}\n", json_text(json));
    return good ? kExitOk : kExitUserError;
  }
  fmt::print("{}{}", estimate_text(result, options.energy.by_layer), host_text(chain));
  if (good) return kExitOk;
  return fail(fmt::format("'{}' does not run '{}' whole: {}. Change the design as the layers' "
                          "messages say; --partial accepts figures of the others",
                          plan.config.name, result.network, result.not_run),
              false);
}

int run_estimate(EstimateOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "");
  const Plan plan = make_plan(*config);
  options.of.how.gates = !options.no_gates && config->gating;
  options.of.how.compare = !options.gated_only;
  options.of.how.local = !options.memory_maps;
  if (options.every_cycle) options.of.how.stepping = cycles::Stepping::kEveryCycle;
  if (options.latency > 0) {
    options.of.how.memory.read_latency = options.of.how.memory.write_latency = options.latency;
  }
  const bool onnx = net::is_network_file(options.of.network);
  if (onnx && !options.of.open_gates.empty()) {
    return fail(
        "--open-gates is for lists of layers; a network file takes --density, or gates of an image",
        options.config.json);
  }
  if (!onnx && (!options.of.images.fashion_mnist() || options.of.images.pixel_scale)) {
    return fail(
        "--images, --random and --pixel-scale are for network files; a list of layers has the "
        "gates "
        "that --density, --densities or --open-gates say",
        options.config.json);
  }
  return guarded(options.config.json, [&]() -> int {
    check_gate_options(options.of);
    // Before the network, which takes longer
    const auto rates = energy_rates(options.energy, plan, options.clock);
    const NetworkEstimator network(options.of);
    return print(network.estimate(plan), network.chain(), rates, options, plan);
  });
}

void add_gate_options(CLI::App& command, EstimateOptions& options) {
  command
      .add_option("--density", options.of.how.density,
                  fmt::format("Share of open gates of layers that do not say ({}); with a network "
                              "file: random gates, not an image's",
                              defaults::kDensity))
      ->check(CLI::Range(0.0, 1.0));
  add_densities_option(command, options.of.densities);
  command.add_option("--open-gates", options.of.open_gates,
                     "CSV file (layer,gate,row,column): the open gates of layers, as measured");
  command.add_option("--seed", options.of.how.seed, "Seed of random gates and images (1)");
  CLI::Option* none =
      command.add_flag("--no-gates", options.no_gates, "Layers without their gates");
  command
      .add_flag("--gated-only", options.gated_only,
                "Do not estimate without gates, too, for comparison")
      ->excludes(none);
  options.of.images.offers_random = true;
  options.of.images.otherwise = "give gates at random with --density SHARE";
  add_image_options(command, options.of.images);
  command.add_option("--image", options.of.image, "With a network file: the image, from 0 (0)")
      ->check(CLI::Range(0, 1000000));
  command
      .add_option(
          "--calibrate", options.of.calibrate,
          fmt::format("With a network file: training images that measure gate densities, to "
                      "balance lanes as `run` does ({}; 0: do not)",
                      defaults::kCalibrationImages))
      ->check(CLI::Range(0, 60000));
}

void add_memory_options(CLI::App& command, EstimateOptions& options) {
  command
      .add_option("--clock", options.clock,
                  fmt::format("MHz, for frames a second ({:g})", defaults::kClockMhz))
      ->check(CLI::Range(1e-3, 1e5));
  CLI::Option* both = command
                          .add_option("--latency", options.latency,
                                      fmt::format("Read and write latency in cycles ({})",
                                                  defaults::kMemoryLatency))
                          ->check(CLI::Range(1, 100000));
  add_memory_timing(command, options.of.how.memory);
  for (const char* one : {"--read-latency", "--write-latency"}) {
    command.get_option(one)->excludes(both);
  }
  add_energy_options(command, options.energy);
  command.add_flag("--partial", options.partial,
                   "Accept a network that the design does not run whole: sums of the layers that "
                   "run, exit code 0");
  command.add_flag("--memory-maps", options.memory_maps, "Keep all feature maps in memory");
  command.add_flag("--every-cycle", options.every_cycle,
                   "Step the model through every cycle: the same result, slower");
}

}  // namespace

void add_estimate(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<EstimateOptions>();
  CLI::App* command = program.add_subcommand(
      "estimate", "Predict cycles, utilisation and traffic of a network; needs no RTL");
  add_config_options(*command, options->config);
  command
      ->add_option("NETWORK", options->of.network,
                   fmt::format("{}, a CSV file of layers, or an ONNX or TFLite file",
                               fmt::join(estimate::builtin_names(), ", ")))
      ->required()
      ->check(not_empty);
  add_no_host_option(*command, options->of.no_host);
  add_gate_options(*command, *options);
  add_memory_options(*command, *options);
  command->footer("Example:\n  sluice estimate configs/fold1024.yaml resnet18 --clock 500");
  command->callback([command, options, &exit_code] {
    options->of.density_given = command->count("--density") > 0;
    exit_code = run_estimate(*options);
  });
}

}  // namespace sluice::app
