// SPDX-License-Identifier: Apache-2.0
// sluice run CONFIG NETWORK: a network on the RTL.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "generator/app/command.h"
#include "generator/app/densities_option.h"
#include "generator/app/design.h"
#include "generator/app/errors.h"
#include "generator/app/host_note.h"
#include "generator/app/json_text.h"
#include "generator/app/memory_options.h"
#include "generator/app/network_table.h"
#include "generator/app/progress.h"
#include "generator/app/run_input.h"
#include "generator/estimate/builtin.h"
#include "generator/estimate/gate_note.h"
#include "generator/network/import_network.h"
#include "generator/util/defaults.h"
#include "verif/golden/outputs.h"
#include "verif/run/network_run.h"

namespace sluice::app {
namespace {

struct RunOptions {
  ConfigOptions config;
  RunInputOptions input;
  std::string port, outputs;
  bool gated_only = false, memory_maps = false, every_map = false;
  cycles::MemoryTiming memory{defaults::kMemoryLatency, 1, defaults::kMemoryLatency, 1};
};

run::NetworkRunOptions run_options(const RunOptions& options, const RunInput& input,
                                   Progress& progress) {
  run::NetworkRunOptions run;
  run.images = input.count;
  run.ungated = !options.gated_only;
  run.local = !options.memory_maps;
  run.density = input.density;
  const auto cycles = [](int value) { return static_cast<std::uint32_t>(value); };
  run.timing = {cycles(options.memory.read_latency),
                cycles(options.memory.read_interval),
                cycles(options.memory.write_latency),
                cycles(options.memory.write_interval),
                0,
                0};
  run.progress = [&progress](const std::string& text) { progress.show(text); };
  return run;
}

/// The first option that was given and is not for this kind of network; empty if there is none.
std::string misplaced(const CLI::App& command, const std::string& network) {
  const bool onnx = net::is_network_file(network);
  const std::vector<std::string> of_onnx = {"--images",      "--labels",  "--random",
                                            "--pixel-scale", "--outputs", "--calibrate"};
  std::vector<std::string> of_list = {"--density", "--densities"};
  if (command.count("--random") == 0) of_list.push_back("--seed");
  for (const std::string& option : onnx ? of_list : of_onnx) {
    if (command.count(option) == 0) continue;
    return onnx ? option +
                      " is for lists of layers; a network file has its own weights and thresholds"
                : option + " is for network files; a list of layers gets random weights and images";
  }
  return "";
}

/// Of a list of layers, whose thresholds are drawn: a line, or nothing.
std::string gates_note(const RunInput& input, const run::NetworkReport& result) {
  if (!input.spread || result.cycles_gated == 0) return "";
  estimate::OpenShares open;
  for (std::size_t k = 0; k < result.layers.size(); k++) {
    if (!result.layers[k].gated) continue;
    open.add(input.spread == estimate::GateSpread::kEven ? input.density[k].front()
                                                         : result.layers[k].open_share());
  }
  return open.empty() ? "" : estimate::thresholds_note(open, *input.spread);
}

int run_run(const RunOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "");
  const Plan plan = make_plan(*config);
  const std::string problem = port_problem(plan, options.port);
  if (!problem.empty()) return fail(problem, options.config.json);
  Progress progress;
  return guarded(options.config.json, [&]() -> int {
    progress.show("preparing the network");
    if (!options.outputs.empty()) golden::Outputs::check(options.outputs);
    const RunInput input = load_run_input(plan, options.input);
    run::NetworkRunOptions how = run_options(options, input, progress);
    golden::Outputs outputs(input.chain, options.every_map);
    if (!options.outputs.empty()) {
      how.result = [&outputs](const auto& results, const auto& layers) {
        outputs.add(results, layers);
      };
    }
    bool good = true;
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Port port : ports_of(plan, options.port)) {
      sim::BuildOptions build;
      build.port = port;
      const auto simulator = build_simulator(plan, options.config, build, progress);
      const run::NetworkReport result =
          run::run_network(*simulator, plan, input.chain, input.images, how);
      how.result = nullptr;  // a second port gives the same
      progress.clear();
      const std::string title = fmt::format("{} on {}", options.input.network, plan.config.name);
      const std::string note = gates_note(input, result);
      if (!options.config.json) {
        fmt::print("{}{}{}", table_text(title, result), note.empty() ? "" : "  " + note + "\n",
                   host_text(input.chain));
      }
      json.push_back(table_json(title, result));
      if (!note.empty()) json.back()["gates_note"] = note;
      add_host(json.back(), input.chain);
      good = good && result.good();
    }
    if (good && !options.outputs.empty()) outputs.write(options.outputs);
    if (options.config.json) fmt::print("{}\n", json_text(json.size() == 1 ? json[0] : json));
    return good ? kExitOk : kExitUserError;
  });
}

void add_input_options(CLI::App& command, RunInputOptions& input) {
  command
      .add_option(
          "NETWORK", input.network,
          fmt::format(
              "ONNX or TFLite file with integer weights; or, with random weights, {} or a CSV "
              "file of layers",
              fmt::join(estimate::builtin_names(), ", ")))
      ->required()
      ->check(not_empty);
  input.images.offers_random = input.images.offers_labels = true;
  add_image_options(command, input.images);
  add_no_host_option(command, input.no_host);
  command
      .add_option("--count", input.count,
                  "Images to run (20 with a network file, 1 with a list of layers)")
      ->check(CLI::Range(1, 1000000));
  command
      .add_option(
          "--calibrate", input.calibrate,
          fmt::format(
              "Training images that measure gate densities, to balance lanes ({}; 0: do not)",
              defaults::kCalibrationImages))
      ->check(CLI::Range(0, 60000));
  command
      .add_option("--density", input.density,
                  fmt::format("With a list: share of open gates of layers that do not say ({})",
                              defaults::kDensity))
      ->check(CLI::Range(0.0, 1.0));
  add_densities_option(command, input.densities);
  command.add_option("--seed", input.seed, "Seed of random weights and images (1)");
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command =
      program.add_subcommand("run", "Run a network on the RTL, with gates and without");
  add_config_options(*command, options->config);
  add_input_options(*command, options->input);
  add_port_option(*command, options->port);
  command
      ->add_option(
          "--outputs", options->outputs,
          "NPZ file to write: what the RTL gave for each image, 'output' as the ONNX graph "
          "has it and 'codes'; with gates, if it runs with them")
      ->check(not_empty);
  add_every_map_option(*command, options->every_map);
  command->add_flag("--gated-only", options->gated_only, "Do not run without gates for comparison");
  command->add_flag("--memory-maps", options->memory_maps, "Keep all feature maps in memory");
  add_memory_timing(*command, options->memory);
  command->footer(
      "Example:\n  sluice run configs/edge.yaml verif/networks/fashion_block8.onnx --count 10\n"
      "  sluice run configs/fold1024.yaml resnet18");
  command->callback([command, options, &exit_code] {
    const std::string problem = misplaced(*command, options->input.network);
    exit_code = problem.empty() ? run_run(*options) : fail(problem, options->config.json);
  });
}

}  // namespace sluice::app
