// SPDX-License-Identifier: Apache-2.0
// sluice compile CONFIG NETWORK.onnx -o FILE: writes the file that the driver loads.
#include "generator/compiler/compile.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/host_note.h"
#include "generator/app/image_options.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/compiler/image_file.h"
#include "generator/util/write_file.h"

namespace sluice::app {
namespace {

struct CompileOptions {
  ConfigOptions config;
  std::string network, output;
  std::uint64_t base = 0;
  int calibrate = 0;
  bool ungated = false, memory_maps = false, no_host = false;
};

compiler::Options compiler_options(const CompileOptions& options, const Plan& plan,
                                   const net::Network& network, Progress& progress) {
  compiler::Options compile;
  compile.gated = plan.config.gating && !options.ungated;
  compile.local = !options.memory_maps;
  if (options.calibrate > 0 && compile.gated) {
    progress.show("measuring gate densities");
    compile.density = training_density(network, options.network, options.calibrate);
  }
  return compile;
}

/// Compiled networks may be replaced.
const OwnFile kCompiled = {"compiled network of Sluice", compiler::is_image_file};

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Slices of a layer's channels are one layer.
int layers_of(const compiler::Program& program) {
  std::set<int> layers;
  for (const compiler::LayerProgram& layer : program.layers) layers.insert(layer.layer);
  return static_cast<int>(layers.size());
}

void print(const CompileOptions& options, const Plan& plan, const compiler::Program& program,
           std::size_t file_bytes, std::size_t relocations) {
  if (options.config.json) {
    const nlohmann::ordered_json json = {{"ok", true},
                                         {"design", plan.config.name},
                                         {"hash", plan.hash},
                                         {"file", options.output},
                                         {"file_bytes", file_bytes},
                                         {"memory_bytes", program.image.size()},
                                         {"base", options.base},
                                         {"layers", layers_of(program)},
                                         {"relocations", relocations}};
    fmt::print("{}\n", json_text(json));
    return;
  }
  fmt::print("{}: {} bytes for {}, {} layers\n", options.output, file_bytes, plan.config.name,
             layers_of(program));
  fmt::print("  takes {} bytes of memory, made for load address {:#x}, {} addresses to move\n",
             program.image.size(), options.base, relocations);
}

int run_compile(const CompileOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "no file was written");
  const Plan plan = make_plan(*config);
  Progress progress;
  return guarded(options.config.json, [&]() -> int {
    require_replaceable(options.output, kCompiled);
    const net::Network network = load_network(options.network, options.no_host);
    const compiler::Program program =
        compiler::compile(network, plan, compiler_options(options, plan, network, progress));
    progress.clear();
    const auto file = compiler::image_file(program, network, plan, options.base);
    write_output(options.output, text_of(file), kCompiled);
    print(options, plan, program, file.size(), compiler::relocations(program, plan).size());
    if (!options.config.json) fmt::print("{}", host_text(network));
    return kExitOk;
  });
}

}  // namespace

void add_compile(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* command = program.add_subcommand(
      "compile", "Write a network as the file that the driver of a design loads");
  add_config_options(*command, options->config);
  command->add_option("NETWORK", options->network, "ONNX or TFLite file with integer weights")
      ->required();
  command->add_option("-o,--out", options->output, "File to write")
      ->type_name("FILE")
      ->required()
      ->check(not_empty);
  command->add_option("--base", options->base,
                      "Load address the commands are made for (0); the driver can move them");
  command->add_option("--calibrate", options->calibrate,
                      "Fashion-MNIST training images that measure gate densities, to balance lanes "
                      "(0: do not)");
  add_no_host_option(*command, options->no_host);
  command->add_flag("--ungated", options->ungated, "Compile without the network's gates");
  command->add_flag("--memory-maps", options->memory_maps, "Keep all feature maps in memory");
  command->footer(
      "Example:\n  sluice compile configs/edge.yaml verif/networks/fashion_block8.onnx -o "
      "fashion.slim");
  command->callback([options, &exit_code] { exit_code = run_compile(*options); });
}

}  // namespace sluice::app
