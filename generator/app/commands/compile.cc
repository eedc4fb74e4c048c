// SPDX-License-Identifier: Apache-2.0
// sluice compile CONFIG NETWORK.onnx -o FILE: writes the file that the driver loads.
#include "generator/compiler/compile.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

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

/// Density of gates, [layer][channel] with the layers of all networks; empty if it is not asked
/// for.
std::vector<std::vector<double>> density_of(const CompileOptions& options, bool gated,
                                            std::span<const net::Network> chain,
                                            Progress& progress) {
  if (options.calibrate == 0 || !gated) return {};
  progress.show("measuring gate densities");
  return training_density(chain, options.network, options.calibrate);
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

/// One of the files.
struct Compiled {
  std::string path;
  std::vector<std::uint8_t> file;
  std::size_t memory_bytes = 0, relocations = 0;
  int layers = 0;
};

/// The file of network `place` of `count`: with more than one their numbers stand before the
/// extension.
std::string path_of(const std::string& output, std::size_t place, std::size_t count) {
  if (count == 1) return output;
  const std::filesystem::path path(output);
  const std::string name =
      fmt::format("{}.{}{}", path.stem().string(), place + 1, path.extension().string());
  return (path.parent_path() / name).string();
}

std::vector<Compiled> compile_all(const CompileOptions& options, const Plan& plan,
                                  std::span<const net::Network> chain, Progress& progress) {
  compiler::Options how;
  how.gated = plan.config.gating && !options.ungated;
  how.local = !options.memory_maps;
  const auto density = density_of(options, how.gated, chain, progress);
  std::vector<Compiled> all;
  for (const net::Network& network : chain) {
    how.density = net::of_network(chain, all.size(), density);
    const compiler::Program program = compiler::compile(network, plan, how);
    all.push_back({path_of(options.output, all.size(), chain.size()),
                   compiler::image_file(program, network, plan, options.base), program.image.size(),
                   compiler::relocations(program, plan).size(), layers_of(program)});
  }
  return all;
}

nlohmann::ordered_json json_of(const CompileOptions& options, const Compiled& one) {
  return {
      {"file", one.path},     {"file_bytes", one.file.size()}, {"memory_bytes", one.memory_bytes},
      {"base", options.base}, {"layers", one.layers},          {"relocations", one.relocations}};
}

void print_json(const CompileOptions& options, const Plan& plan, const std::vector<Compiled>& all) {
  nlohmann::ordered_json json = {{"ok", true}, {"design", plan.config.name}, {"hash", plan.hash}};
  if (all.size() == 1) json.update(json_of(options, all.front()));
  for (const Compiled& one : all)
    if (all.size() > 1) json["networks"].push_back(json_of(options, one));
  fmt::print("{}\n", json_text(json));
}

void print(const CompileOptions& options, const Plan& plan, const std::vector<Compiled>& all) {
  for (const Compiled& one : all) {
    fmt::print("{}: {} bytes for {}, {} layers\n", one.path, one.file.size(), plan.config.name,
               one.layers);
    fmt::print("  takes {} bytes of memory, made for load address {:#x}, {} addresses to move\n",
               one.memory_bytes, options.base, one.relocations);
  }
  if (all.size() > 1)
    fmt::print(
        "  {} networks, run one after the other: each takes what the host makes of the "
        "result of the one before\n",
        all.size());
}

int run_compile(const CompileOptions& options) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "no file was written");
  const Plan plan = make_plan(*config);
  Progress progress;
  return guarded(options.config.json, [&]() -> int {
    require_replaceable(options.output, kCompiled);
    const std::vector<net::Network> chain = load_chain(options.network, options.no_host);
    const std::vector<Compiled> all = compile_all(options, plan, chain, progress);
    progress.clear();
    for (const Compiled& one : all) require_replaceable(one.path, kCompiled);
    for (const Compiled& one : all) write_output(one.path, text_of(one.file), kCompiled);
    if (options.config.json) {
      print_json(options, plan, all);
    } else {
      print(options, plan, all);
      fmt::print("{}", host_text(chain));
    }
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
  command
      ->add_option("-o,--out", options->output,
                   "File to write; of several networks, with operators of the host between, "
                   "NAME.1.slim and so on")
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
