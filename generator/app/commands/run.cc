// sluice run CONFIG NETWORK.onnx: classifies images on the RTL.
#include <fmt/format.h>

#include <memory>

#include "app/command.h"
#include "app/design.h"
#include "app/network_table.h"
#include "app/progress.h"
#include "compiler/compile.h"
#include "golden/accuracy.h"
#include "network/import_onnx.h"

namespace sluice::app {
namespace {

struct RunOptions {
  ConfigOptions config;
  std::string network, images, labels, port;
  int count = 20, calibrate = 100;
  bool gated_only = false, memory_maps = false;
  std::uint32_t read_latency = 20, read_interval = 1, write_latency = 20, write_interval = 1;
};

data::ImageSet load_images(const RunOptions& options) {
  if (options.images.empty()) return data::fashion_mnist(data::Split::kTest);
  return data::read_images(options.images, options.labels);
}

run::NetworkRunOptions run_options(const RunOptions& options, const net::Network& network,
                                   Progress& progress) {
  run::NetworkRunOptions run;
  run.images = options.count;
  run.ungated = !options.gated_only;
  run.local = !options.memory_maps;
  run.timing = {options.read_latency,
                options.read_interval,
                options.write_latency,
                options.write_interval,
                0,
                0};
  run.progress = [&progress](const std::string& text) { progress.show(text); };
  if (options.calibrate > 0 && options.images.empty()) {
    progress.show("measuring gate densities");
    run.density =
        run::measure_density(network, data::fashion_mnist(data::Split::kTrain), options.calibrate);
  }
  return run;
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
    const net::Network network = net::import_onnx(options.network);
    const data::ImageSet images = load_images(options);
    const run::NetworkRunOptions how = run_options(options, network, progress);
    bool good = true;
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const bool axi : ports_of(plan, options.port)) {
      sim::BuildOptions build;
      build.axi = axi;
      const auto simulator = build_simulator(plan, options.config, build, progress);
      const run::NetworkReport result = run::run_network(*simulator, plan, network, images, how);
      progress.clear();
      const std::string title = fmt::format("{} on {}", options.network, plan.config.name);
      if (!options.config.json) fmt::print("{}", table_text(title, result));
      json.push_back(table_json(title, result));
      good = good && result.good();
    }
    if (options.config.json) fmt::print("{}\n", (json.size() == 1 ? json[0] : json).dump(2));
    return good ? kExitOk : kExitUserError;
  });
}

}  // namespace

void add_run(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command =
      program.add_subcommand("run", "Classify images on the RTL, with gates and without");
  add_config_options(*command, options->config);
  command->add_option("NETWORK", options->network, "ONNX file with integer weights")->required();
  command->add_option(
      "--images", options->images,
      "Images as an IDX file, plain or gzipped (default: Fashion-MNIST test images)");
  command->add_option("--labels", options->labels, "Their labels as an IDX file");
  add_port_option(*command, options->port);
  command->add_option("--count", options->count, "Images to run (20)")
      ->check(CLI::Range(1, 1000000));
  command->add_option(
      "--calibrate", options->calibrate,
      "Training images that measure gate densities, to balance lanes (100; 0: do not)");
  command->add_flag("--gated-only", options->gated_only, "Do not run without gates for comparison");
  command->add_flag("--memory-maps", options->memory_maps, "Keep all feature maps in memory");
  command
      ->add_option("--read-latency", options->read_latency, "Cycles from a read to its data (20)")
      ->check(CLI::Range(1, 100000));
  command
      ->add_option("--read-interval", options->read_interval,
                   "Cycles between memory words read (1)")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option("--write-latency", options->write_latency,
                   "Cycles from a write to its acknowledgement (20)")
      ->check(CLI::Range(1, 100000));
  command
      ->add_option("--write-interval", options->write_interval,
                   "Cycles between memory words written (1)")
      ->check(CLI::Range(1, 1000));
  command->footer(
      "Example:\n  sluice run configs/edge.yaml verif/networks/fashion_block8.onnx --count 10");
  command->callback([options, &exit_code] { exit_code = run_run(*options); });
}

}  // namespace sluice::app
