// SPDX-License-Identifier: Apache-2.0
// sluice demo: from configs to real images classified on their RTL, in one go.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "generator/app/command.h"
#include "generator/app/design.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/network_table.h"
#include "generator/app/progress.h"
#include "generator/compiler/compile.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/emit/writer.h"
#include "generator/network/import_network.h"
#include "generator/util/defaults.h"
#include "verif/data/fashion_mnist.h"
#include "verif/golden/accuracy.h"

namespace sluice::app {
namespace fs = std::filesystem;
namespace {

struct DemoOptions {
  std::string root = ".", output;
  int count = 20;
  bool all = false;
  bool json = false;
};

/// A network on the design that suits it.
struct Run {
  const char* config;
  const char* network;
  const char* what;
  std::vector<std::string> overrides = {};
};

/// The gates of channels; with `all` a network of each other technique, too.
std::vector<Run> runs_of(bool all) {
  std::vector<Run> runs = {
      {"edge.yaml", "fashion_block8.onnx", "one gate per block of 4 channels"},
      {"edge_output.yaml", "fashion_output8.onnx", "one gate per output"},
  };
  if (!all) return runs;
  runs.push_back({"edge.yaml",
                  "fashion_precision_block.onnx",
                  "gates that split bits",
                  {"name=sluice_edge_planes", "precision_gating=true"}});
  runs.push_back({"edge.yaml", "fashion_split4.onnx", "4 bits, outlier channels split"});
  runs.push_back({"edge.yaml",
                  "fashion_circulant.onnx",
                  "weights in circulant blocks",
                  {"name=sluice_edge_circulant", "circulant=true"}});
  runs.push_back({"edge.yaml",
                  "fashion_hadamard.onnx",
                  "group convolutions between transforms",
                  {"name=sluice_edge_hadamard", "hadamard=16"}});
  return runs;
}

/// Writes a design for the user to look at. Returns false if it could not be written.
bool write_design(const Plan& plan, const ConfigOptions& config, const DemoOptions& options) {
  Diagnostics diagnostics;
  const Bundle bundle = render_bundle(plan, make_origin(config.path, config.overrides));
  const bool json = options.json;
  const std::string folder = options.output.empty()
                                 ? (fs::path(options.root) / "build" / "demo").string()
                                 : options.output;
  if (write_bundle(bundle, folder, diagnostics) == WriteResult::kRefused) {
    report(diagnostics, json, "no files were written");
    return false;
  }
  if (!json) {
    fmt::print("{} -> {}/{}: {} files of SystemVerilog and more\n", config.path, folder,
               bundle.name, bundle.files.size());
  }
  return true;
}

/// What all runs read, and what came of them.
struct Demo {
  data::ImageSet images = data::fashion_mnist(data::Split::kTest);
  data::ImageSet training = data::fashion_mnist(data::Split::kTrain);
  nlohmann::ordered_json tables = nlohmann::ordered_json::array();
  bool good = true;
};

/// Classifies images on the RTL: a table, printed or for JSON.
void run_network(const DemoOptions& options, const Run& which, const Plan& plan,
                 sim::Simulator& simulator, Progress& progress, Demo& demo) {
  const fs::path folder = fs::path(options.root) / "verif" / "networks";
  const net::Network network = net::import_network((folder / which.network).string());
  run::NetworkRunOptions how;
  how.images = options.count;
  how.progress = [&](const std::string& text) {
    progress.show(fmt::format("{}: {}", which.network, text));
  };
  if (net::has_gates(network)) {
    how.progress("measuring gate densities on training images");
    how.density = run::measure_density({&network, 1}, demo.training, defaults::kCalibrationImages);
  }
  const run::NetworkReport result =
      run::run_network(simulator, plan, {&network, 1}, demo.images, how);
  progress.clear();
  demo.good = demo.good && result.good();
  const std::string title =
      fmt::format("{} ({}) on {}", which.network, which.what, plan.config.name);
  if (options.json) {
    demo.tables.push_back(table_json(title, result));
  } else {
    fmt::print("\n{}\n", table_text(title, result));
  }
}

/// Writes the design and runs the network on it. An exit code; kExitOk also if results differ.
int run_one(const DemoOptions& options, const Run& which, Demo& demo) {
  ConfigOptions config;
  config.path = (fs::path(options.root) / "configs" / which.config).lexically_normal().string();
  config.overrides = which.overrides;
  config.json = options.json;
  Diagnostics diagnostics;
  const std::optional<Config> read = load(config, diagnostics);
  if (!read) return report(diagnostics, options.json, "");
  const Plan plan = make_plan(*read);
  if (!write_design(plan, config, options)) return kExitUserError;
  Progress progress;
  const auto simulator = build_simulator(plan, config, {}, progress);
  run_network(options, which, plan, *simulator, progress, demo);
  return kExitOk;
}

int run_demo(const DemoOptions& options) {
  return guarded(options.json, [&]() -> int {
    Demo demo;
    for (const Run& which : runs_of(options.all)) {
      const int code = run_one(options, which, demo);
      if (code != kExitOk) return code;
    }
    if (options.json) fmt::print("{}\n", json_text(demo.tables));
    return demo.good ? kExitOk : kExitUserError;
  });
}

}  // namespace

void add_demo(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* command = program.add_subcommand(
      "demo",
      "Generate configs/edge.yaml and edge_output.yaml and classify real images on their RTL");
  command->add_option("--root", options->root, "Folder of the repository (current folder)");
  command
      ->add_option("-o,--output", options->output,
                   "Folder that gets the designs (build/demo in the repository)")
      ->take_last();
  command->add_option("--count", options->count, "Images for each network (20)")
      ->check(CLI::Range(1, 10000));
  command->add_flag("--all", options->all,
                    "Run a network of each technique, too: precision gating, split channels, "
                    "circulant weights, Hadamard transforms");
  command->add_flag("--json", options->json, "Print results and errors as JSON on standard output");
  command->footer("Example:\n  sluice demo --all --count 5");
  command->callback([options, &exit_code] { exit_code = run_demo(*options); });
}

}  // namespace sluice::app
