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

/// A network on the design that suits its gates.
struct Run {
  const char* config;
  const char* network;
  const char* what;
};

constexpr Run kRuns[] = {
    {"edge.yaml", "fashion_block8.onnx", "one gate per block of 4 channels"},
    {"edge_output.yaml", "fashion_output8.onnx", "one gate per output"},
};

/// Writes a design for the user to look at. Returns false if it could not be written.
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

/// Classifies images on the RTL. Adds to `json`, or prints a table; says whether all went well.
bool run_network(const DemoOptions& options, const Run& demo, const Plan& plan,
                 sim::Simulator& simulator, Progress& progress, nlohmann::ordered_json& json) {
  const fs::path folder = fs::path(options.root) / "verif" / "networks";
  const data::ImageSet images = data::fashion_mnist(data::Split::kTest);
  const data::ImageSet training = data::fashion_mnist(data::Split::kTrain);
  const net::Network network = net::import_onnx((folder / demo.network).string());
  run::NetworkRunOptions how;
  how.images = options.count;
  how.progress = [&](const std::string& text) {
    progress.show(fmt::format("{}: {}", demo.network, text));
  };
  how.progress("measuring gate densities on training images");
  how.density = run::measure_density(network, training, defaults::kCalibrationImages);
  const run::NetworkReport result = run::run_network(simulator, plan, network, images, how);
  progress.clear();
  const std::string title = fmt::format("{} ({}) on {}", demo.network, demo.what, plan.config.name);
  if (options.json) {
    json.push_back(table_json(title, result));
  } else {
    fmt::print("\n{}\n", table_text(title, result));
  }
  return result.good();
}

int run_one(const DemoOptions& options, const Run& demo, nlohmann::ordered_json& json) {
  ConfigOptions config;
  config.path = (fs::path(options.root) / "configs" / demo.config).lexically_normal().string();
  config.json = options.json;
  Diagnostics diagnostics;
  const std::optional<Config> read = load(config, diagnostics);
  if (!read) return report(diagnostics, options.json, "");
  const Plan plan = make_plan(*read);
  if (!write_design(plan, config, options)) return kExitUserError;
  Progress progress;
  return guarded(options.json, [&]() -> int {
    const auto simulator = build_simulator(plan, config, {}, progress);
    const bool good = run_network(options, demo, plan, *simulator, progress, json);
    return good ? kExitOk : kExitUserError;
  });
}

int run_demo(const DemoOptions& options) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  int result = kExitOk;
  for (const Run& demo : kRuns) {
    const int code = run_one(options, demo, json);
    if (json.empty() && code != kExitOk) return code;
    if (result == kExitOk) result = code;
  }
  if (options.json) fmt::print("{}\n", json_text(json));
  return result;
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
  command->add_flag("--json", options->json, "Print results and errors as JSON on standard output");
  command->footer("Example:\n  sluice demo --count 50");
  command->callback([options, &exit_code] { exit_code = run_demo(*options); });
}

}  // namespace sluice::app
