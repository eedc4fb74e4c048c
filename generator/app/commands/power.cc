// SPDX-License-Identifier: Apache-2.0
// sluice power CONFIG NETWORK.onnx: estimated power by block and energy of an inference.
#include "synth/power/power.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/image_options.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/compiler/compile.h"
#include "generator/emit/bundle.h"
#include "generator/emit/origin.h"
#include "generator/network/import_onnx.h"
#include "generator/plan/plan.h"
#include "synth/power/run.h"
#include "synth/timing/timing.h"

namespace sluice::app {
namespace {

constexpr std::uint64_t kImageSeed = 1;  ///< of random images

struct PowerCommand {
  ConfigOptions config;
  std::string network, liberty = "osu018";
  int images = 1, calibrate = 100;
  ImageOptions from;
  std::uint64_t samples = 2000;
  bool gate_level = false;
  synth::PowerOptions how;
};

/// Powers of one way of running the network, as means over its images.
struct ModePower {
  bool gated = false;
  std::map<std::string, double> blocks;  ///< W
  double clock = 0, data = 0, leakage = 0, ram = 0;
  double cycles = 0, macs_all = 0, macs_done = 0;  ///< of one image
  double sampled = 0;
  synth::PowerEstimate last;  ///< of the last image, for shares

  double cells() const { return clock + data + leakage; }
};

struct Design {
  Plan plan;
  Bundle bundle;
  synth::Liberty liberty;
  synth::Rtl rtl;
  synth::MapResult map;
  std::string netlist;
  synth::CellPowers powers;
};

Design map_for_power(const PowerCommand& command, const Plan& plan) {
  Design design{plan,
                render_bundle(plan, make_origin(command.config.path, command.config.overrides)),
                synth::load_liberty(command.liberty),
                {},
                {},
                {},
                {}};
  design.rtl = synth::rtl_of(design.bundle);
  synth::MapOptions how;
  how.clock_ps = command.how.period_ps;
  how.timeout_seconds = command.how.timeout_seconds;
  design.map = synth::map_design(design.rtl, design.liberty, how);
  design.powers = synth::cell_powers(design.map, design.rtl, design.liberty,
                                     synth::sdc_of(design.bundle), command.how, design.netlist);
  return design;
}

ModePower run_mode(const PowerCommand& command, const Design& design, sim::Simulator& simulator,
                   const net::Network& network, const data::ImageSet& images,
                   const synth::ActivityOptions& options) {
  const synth::NetworkActivity activity =
      synth::network_activity(simulator, design.plan, network, images, options);
  ModePower mode;
  mode.gated = options.gated;
  const double count = static_cast<double>(activity.images.size());
  for (std::size_t k = 0; k < activity.images.size(); k++) {
    mode.last = synth::estimate_power(
        design.netlist, design.map, design.rtl, design.liberty, design.powers, activity.images[k],
        options.gates != nullptr ? &activity.cells[k] : nullptr, command.how);
    for (const synth::BlockPower& block : mode.last.blocks) {
      mode.blocks[block.block] += block.total() / count;
      mode.clock += block.clock / count;
      mode.data += block.data / count;
      mode.leakage += block.leakage / count;
    }
    mode.ram += mode.last.ram / count;
    mode.sampled += static_cast<double>(mode.last.cycles);
  }
  mode.cycles = static_cast<double>(activity.cycles) / count;
  mode.macs_all = static_cast<double>(activity.macs_all) / count;
  mode.macs_done = static_cast<double>(activity.macs_done) / count;
  return mode;
}

double energy(const PowerCommand& command, double watts, double cycles) {
  return watts * cycles * command.how.period_ps * 1e-12;
}

void print_row(const std::string& name, const std::vector<double>& values, int digits) {
  fmt::print("  {:<34}", name);
  for (const double value : values) fmt::print(" {:>12.{}f}", value, digits);
  fmt::print("\n");
}

template <typename Function>
std::vector<double> each(const std::vector<ModePower>& modes, Function function) {
  std::vector<double> values;
  for (const ModePower& mode : modes) values.push_back(function(mode));
  return values;
}

void print_text(const PowerCommand& command, const Design& design,
                const std::vector<ModePower>& modes) {
  const synth::PowerEstimate& last = modes.front().last;
  fmt::print("{} on {}: power at {:.1f} MHz, {:.1f} V, {}\n", command.network,
             design.plan.config.name, 1e6 / command.how.period_ps, design.liberty.voltage,
             design.liberty.name);
  fmt::print("  {:<34}", "mW");
  for (const ModePower& mode : modes) fmt::print(" {:>12}", mode.gated ? "gates on" : "gates off");
  fmt::print("\n");
  for (const synth::BlockPower& block : last.blocks) {
    const std::string& name = block.block;
    print_row(name,
              each(modes,
                   [&](const ModePower& m) {
                     const auto found = m.blocks.find(name);
                     return found == m.blocks.end() ? 0 : 1e3 * found->second;
                   }),
              3);
  }
  print_row("all cells", each(modes, [](const ModePower& m) { return 1e3 * m.cells(); }), 3);
  print_row("  of which clock pins", each(modes, [](const ModePower& m) { return 1e3 * m.clock; }),
            3);
  print_row("  of which changing data",
            each(modes, [](const ModePower& m) { return 1e3 * m.data; }), 3);
  print_row("  of which leakage", each(modes, [](const ModePower& m) { return 1e3 * m.leakage; }),
            6);
  print_row("memories (assumed energy)",
            each(modes, [](const ModePower& m) { return 1e3 * m.ram; }), 3);
  print_row("cycles of an inference", each(modes, [](const ModePower& m) { return m.cycles; }), 0);
  print_row(
      "uJ an inference, cells",
      each(modes, [&](const ModePower& m) { return 1e6 * energy(command, m.cells(), m.cycles); }),
      3);
  print_row("uJ an inference, memories",
            each(modes, [&](const ModePower& m) { return 1e6 * energy(command, m.ram, m.cycles); }),
            3);
  print_row("pJ a multiplication of the network",
            each(modes,
                 [&](const ModePower& m) {
                   return 1e12 * energy(command, m.cells() + m.ram, m.cycles) / m.macs_all;
                 }),
            3);
  print_row("pJ a multiplication done",
            each(modes,
                 [&](const ModePower& m) {
                   return 1e12 * energy(command, m.cells() + m.ram, m.cycles) / m.macs_done;
                 }),
            3);
  fmt::print(
      "  {} cycles sampled per image and mode on {}; changes counted at {} of {} flip-flops and {} "
      "of {} gates,\n"
      "  the others at the mean rate of their module; no glitches, wires or clock tree; memories "
      "{:.0f} fJ a bit (assumed)\n",
      last.cycles, command.gate_level ? "the netlist" : "RTL", last.known_flip_flops,
      last.flip_flops, last.known_gates, last.gates, command.how.ram_fj_per_bit);
}

void print_json(const PowerCommand& command, const Design& design,
                const std::vector<ModePower>& modes) {
  nlohmann::ordered_json json;
  json["ok"] = true;
  json["design"] = design.plan.config.name;
  json["hash"] = design.plan.hash;
  json["network"] = command.network;
  json["images"] = command.images;
  json["liberty"] = design.liberty.name;
  json["liberty_version"] = design.liberty.version;
  json["yosys"] = design.map.yosys_version;
  json["period_ps"] = command.how.period_ps;
  json["ram_fj_per_bit"] = command.how.ram_fj_per_bit;
  json["activity_from"] = command.gate_level ? "netlist" : "rtl";
  for (const ModePower& m : modes) {
    nlohmann::ordered_json row;
    row["gated"] = m.gated;
    row["blocks_mw"] = nlohmann::ordered_json::object();
    for (const auto& [name, watts] : m.blocks) row["blocks_mw"][name] = 1e3 * watts;
    row["cells_mw"] = 1e3 * m.cells();
    row["clock_mw"] = 1e3 * m.clock;
    row["data_mw"] = 1e3 * m.data;
    row["leakage_mw"] = 1e3 * m.leakage;
    row["memories_mw"] = 1e3 * m.ram;
    row["cycles"] = m.cycles;
    row["cells_uj"] = 1e6 * energy(command, m.cells(), m.cycles);
    row["memories_uj"] = 1e6 * energy(command, m.ram, m.cycles);
    row["macs"] = m.macs_all;
    row["macs_done"] = m.macs_done;
    row["sampled_cycles"] = m.sampled;
    row["flip_flops"] = m.last.flip_flops;
    row["flip_flops_counted"] = m.last.known_flip_flops;
    row["gates"] = m.last.gates;
    row["gates_counted"] = m.last.known_gates;
    json["modes"].push_back(row);
  }
  fmt::print("{}\n", json_text(json));
}

int run_power(const PowerCommand& command) {
  Diagnostics diagnostics;
  const std::optional<Config> config = load(command.config, diagnostics);
  if (!config) return report(diagnostics, command.config.json, "");
  const Plan plan = make_plan(*config);
  Progress progress;
  return guarded(command.config.json, [&]() -> int {
    const net::Network network = net::import_onnx(command.network);
    const data::ImageSet images =
        load_images(network, command.network, command.from, command.images, kImageSeed);
    // Mapping takes minutes: networks that do not fit are told before
    compiler::compile(network, plan, {});
    progress.show(fmt::format("{}: mapping", plan.config.name));
    const Design design = map_for_power(command, plan);
    progress.show(fmt::format("{}: building the simulation", plan.config.name));
    sim::BuildOptions build;
    build.port = plan.config.bus.port();
    build.waves = true;
    build.quick = true;
    sim::Simulator simulator(design.plan, design.bundle, build);
    std::optional<synth::GateModel> gate_model;
    if (command.gate_level) gate_model.emplace(design.rtl, design.map, design.liberty);
    synth::ActivityOptions options;
    options.images = command.images;
    options.samples = command.samples;
    if (gate_model) options.gates = &*gate_model;
    options.progress = [&progress](const std::string& text) { progress.show(text); };
    const bool gates = net::has_gates(network);
    if (gates && command.calibrate > 0 && command.from.fashion_mnist()) {
      progress.show("measuring gate densities");
      options.density = training_density(network, command.network, command.calibrate);
    }
    std::vector<ModePower> modes;
    for (const bool gated : {true, false}) {
      if (gated && (!gates || !plan.config.gating)) continue;
      options.gated = gated;
      modes.push_back(run_mode(command, design, simulator, network, images, options));
    }
    progress.clear();
    command.config.json ? print_json(command, design, modes) : print_text(command, design, modes);
    return kExitOk;
  });
}

}  // namespace

void add_power(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<PowerCommand>();
  CLI::App* command = program.add_subcommand(
      "power", "Estimate power by block and the energy of an inference (Yosys, OpenSTA)");
  add_config_options(*command, options->config);
  command->add_option("NETWORK", options->network, "ONNX file with integer weights")->required();
  command->add_option("--images", options->images, "Number of images to run (1)")
      ->check(CLI::Range(1, 10000));
  options->from.file = "--image-file";
  options->from.offers_random = true;
  add_image_options(*command, options->from);
  add_liberty_option(*command, options->liberty);
  command->add_option("--period", options->how.period_ps, "Clock period in ps (10000)")
      ->check(CLI::Range(100.0, 1e7));
  command
      ->add_option("--samples", options->samples,
                   "Cycles of each image whose signals are watched, spread over its run (2000)")
      ->check(CLI::Range(100, 10000000));
  command->add_option("--calibrate", options->calibrate,
                      "Training images that measure gate densities (100; 0: do not)");
  command->add_flag(
      "--gate-level", options->gate_level,
      "Count the changes of every cell of the netlist, not of those named in the RTL");
  command
      ->add_option("--ram-energy", options->how.ram_fj_per_bit,
                   "Assumed energy in fJ of each bit of a memory read or written (500)")
      ->check(CLI::Range(0.0, 1e9));
  command
      ->add_option("--timeout", options->how.timeout_seconds,
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
