// SPDX-License-Identifier: Apache-2.0
// sluice power CONFIG NETWORK.onnx: estimated power by block and energy of an inference.
#include <fmt/format.h>

#include <memory>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/image_options.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/compiler/compile.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/network/import_network.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"
#include "synth/power/network_power.h"

namespace sluice::app {
namespace {

constexpr std::uint64_t kImageSeed = 1;  ///< of random images

struct PowerCommand {
  ConfigOptions config;
  std::string network;
  int calibrate = defaults::kCalibrationImages;
  ImageOptions from;
  std::string memories = defaults::kMemories;
  synth::NetworkPowerOptions how;
};

int run_power(const PowerCommand& command) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(command.config, diagnostics);
  if (!config) return report(diagnostics, command.config.json, "");
  const Plan plan = make_plan(*config);
  Progress progress;
  return guarded(command.config.json, [&]() -> int {
    const net::Network network = net::import_network(command.network);
    const data::ImageSet images =
        load_images(network, command.network, command.from, command.how.images, kImageSeed);
    synth::NetworkPowerOptions how = command.how;
    how.how.memories = synth::load_memory_table(command.memories);
    // Mapping takes minutes: networks and memories that do not fit are told before
    compiler::compile(network, plan, {});
    synth::memory_rates(plan, how.how.memories);
    how.progress = [&progress](const std::string& text) { progress.show(text); };
    if (net::has_gates(network) && command.calibrate > 0 && command.from.fashion_mnist()) {
      progress.show("measuring gate densities");
      how.density = training_density({&network, 1}, command.network, command.calibrate);
    }
    const Bundle bundle =
        render_bundle(plan, make_origin(command.config.path, command.config.overrides));
    const synth::NetworkPower power = synth::network_power(plan, bundle, network, images, how);
    progress.clear();
    if (command.config.json) {
      fmt::print("{}\n", json_text(synth::power_json(power, command.network)));
    } else {
      fmt::print("{}", synth::power_text(power, command.network));
    }
    return kExitOk;
  });
}

}  // namespace

void add_power(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<PowerCommand>();
  CLI::App* command = program.add_subcommand(
      "power", "Estimate power by block and the energy of an inference (Yosys, OpenSTA)");
  add_config_options(*command, options->config);
  command->add_option("NETWORK", options->network, "ONNX or TFLite file with integer weights")
      ->required();
  command->add_option("--images", options->how.images, "Number of images to run (1)")
      ->check(CLI::Range(1, 10000));
  options->from.file = "--image-file";
  options->from.offers_random = true;
  add_image_options(*command, options->from);
  add_liberty_option(*command, options->how.liberty);
  command->add_option("--period", options->how.how.period_ps, "Clock period in ps (10000)")
      ->check(CLI::Range(100.0, 1e7));
  command
      ->add_option("--samples", options->how.samples,
                   "Cycles of each image whose signals are watched, spread over its run (2000)")
      ->check(CLI::Range(100, 10000000));
  command->add_option("--calibrate", options->calibrate,
                      fmt::format("Training images that measure gate densities ({}; 0: do not)",
                                  defaults::kCalibrationImages));
  command->add_flag(
      "--gate-level", options->how.gate_level,
      "Count the changes of every cell of the netlist, not of those named in the RTL");
  add_memories_option(*command, options->memories)
      ->description(fmt::format("Table of SRAM macros: {}, a CSV file or Liberty files ({})",
                                fmt::join(synth::memory_tables(), ", "), defaults::kMemories));
  command
      ->add_option("--timeout", options->how.how.timeout_seconds,
                   "Seconds after which a tool is stopped (900)")
      ->check(CLI::Range(1.0, 1e6));
  command->footer(
      "Cells: power at no activity plus changes per cycle times what a change adds, both from\n"
      "OpenSTA. Changes are counted in simulation; outputs that have no name in the RTL get the "
      "mean\n"
      "rate of their module. Glitches, wires and the clock tree are not in the numbers.\n\n"
      "Example:\n  sluice power configs/edge.yaml verif/networks/fashion_block8.onnx");
  command->callback([options, &exit_code] { exit_code = run_power(*options); });
}

}  // namespace sluice::app
