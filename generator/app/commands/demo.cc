// SPDX-License-Identifier: Apache-2.0
// sluice demo: from configs/edge.yaml to real images classified on its RTL, in one go.
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
#include "generator/network/import_onnx.h"
#include "generator/util/defaults.h"
#include "verif/data/fashion_mnist.h"
#include "verif/golden/accuracy.h"

namespace sluice::app {
namespace fs = std::filesystem;
namespace {

struct DemoOptions {
  std::string root = ".", output;
  int count = 20;
  bool json = false;
};

struct Network {
  const char* file;
  const char* what;
};

constexpr Network kNetworks[] = {
    {"fashion_block8.onnx", "one gate per block of 4 channels"},
    {"fashion_output8.onnx", "one gate per output"},
};

/// Writes the design for the user to look at. Returns false if it could not be written.
bool write_design(const Plan& plan, const ConfigOptions& config, const DemoOptions& options) {
  Diagnostics diagnostics;
  const Bundle bundle = render_bundle(plan, make_origin(config.path, {}));
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

int run_networks(const DemoOptions& options, const Plan& plan, sim::Simulator& simulator,
                 Progress& progress) {
  const fs::path folder = fs::path(options.root) / "verif" / "networks";
  const data::ImageSet images = data::fashion_mnist(data::Split::kTest);
  const data::ImageSet training = data::fashion_mnist(data::Split::kTrain);
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  bool good = true;
  for (const Network& demo : kNetworks) {
    const net::Network network = net::import_onnx((folder / demo.file).string());
    run::NetworkRunOptions how;
    how.images = options.count;
    how.progress = [&](const std::string& text) {
      progress.show(fmt::format("{}: {}", demo.file, text));
    };
    how.progress("measuring gate densities on training images");
    how.density = run::measure_density(network, training, defaults::kCalibrationImages);
    const run::NetworkReport result = run::run_network(simulator, plan, network, images, how);
    progress.clear();
    good = good && result.good();
    const std::string title = fmt::format("{} ({}) on {}", demo.file, demo.what, plan.config.name);
    if (options.json)
      json.push_back(table_json(title, result));
    else
      fmt::print("\n{}", table_text(title, result));
  }
  if (options.json) fmt::print("{}\n", json_text(json));
  return good ? kExitOk : kExitUserError;
}

int run_demo(const DemoOptions& options) {
  ConfigOptions config;
  config.path = (fs::path(options.root) / "configs" / "edge.yaml").lexically_normal().string();
  config.json = options.json;
  Diagnostics diagnostics;
  const std::optional<Config> read = load(config, diagnostics);
  if (!read) return report(diagnostics, options.json, "");
  const Plan plan = make_plan(*read);
  if (!write_design(plan, config, options)) return kExitUserError;
  Progress progress;
  return guarded(options.json, [&]() -> int {
    const auto simulator = build_simulator(plan, config, {}, progress);
    return run_networks(options, plan, *simulator, progress);
  });
}

}  // namespace

void add_demo(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* command = program.add_subcommand(
      "demo", "Generate configs/edge.yaml and classify real images on its RTL");
  command->add_option("--root", options->root, "Folder of the repository (current folder)");
  command
      ->add_option("-o,--output", options->output,
                   "Folder that gets the design (build/demo in the repository)")
      ->take_last();
  command->add_option("--count", options->count, "Images for each network (20)")
      ->check(CLI::Range(1, 10000));
  command->add_flag("--json", options->json, "Print results and errors as JSON on standard output");
  command->footer("Example:\n  sluice demo --count 50");
  command->callback([options, &exit_code] { exit_code = run_demo(*options); });
}

}  // namespace sluice::app
