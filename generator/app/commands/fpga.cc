// SPDX-License-Identifier: Apache-2.0
// sluice fpga CONFIG --target T: what the design takes on an FPGA, whether it fits, how fast it is.
#include "synth/fpga/fpga.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/emit/origin.h"
#include "generator/util/process.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::app {
namespace {

using synth::FpgaResult;
using synth::FpgaTarget;
using synth::MemoryPlace;

struct FpgaCommand {
  ConfigOptions config;
  std::string target, device;
  std::uint32_t seed = 1;
  bool no_dsp = false;
  bool no_place = false;
};

struct CountRow {
  const char* key;
  std::string words;
  std::int64_t count;
};

std::vector<CountRow> count_rows(const FpgaTarget& target, const FpgaResult& result) {
  const synth::FpgaCounts& counts = result.counts;
  std::vector<CountRow> rows = {{"luts", "LUTs", counts.luts},
                                {"flip_flops", "flip-flops", counts.flip_flops},
                                {"carries", "carry cells", counts.carries}};
  if (!target.lut_rams.empty())
    rows.push_back({"lut_rams", "memory cells in LUTs", counts.lut_rams});
  rows.push_back({"block_rams", "block RAMs (" + target.block_ram_unit + ")", counts.block_rams});
  if (target.dsp) rows.push_back({"dsps", "DSP blocks (" + target.dsp_unit + ")", counts.dsps});
  return rows;
}

std::vector<std::string> in_flip_flops(const FpgaResult& result) {
  std::vector<std::string> names;
  for (const synth::FpgaMemory& memory : result.memories) {
    if (memory.place == MemoryPlace::kFlipFlops) names.push_back(memory.name);
  }
  return names;
}

std::string too_large(const FpgaCommand& options, const Plan& plan, const FpgaTarget& target,
                      const FpgaResult& result) {
  const std::string where =
      result.device ? result.device->words
                    : fmt::format("any {} device of the table. The largest, {}, has too little:",
                                  target.device, result.choice.device->name);
  std::string text = fmt::format("{} does not fit {}", plan.config.name, where);
  bool dsps = false;
  for (const std::string& line : synth::what_is_over(result.uses)) {
    text += "\n  " + line;
    dsps = dsps || line.starts_with("DSP");
  }
  if (dsps && !options.no_dsp) text += "\n  --no-dsp multiplies in LUTs instead";
  if (result.device && result.choice.fits) {
    text += fmt::format("\n  it fits {}: --device {}", result.choice.device->words,
                        result.choice.device->name);
  }
  return text;
}

void print_uses(const std::string& device, const std::vector<synth::DeviceUse>& uses) {
  for (const synth::DeviceUse& use : uses) {
    fmt::print("  {:<34}{:>12} of {:>7} {:>6.1f} %\n", use.resource + " of " + device, use.used,
               use.available, use.percent());
  }
}

/// How each resource of the device is used, and which device would be enough.
void print_devices(const FpgaTarget& target, const FpgaResult& result) {
  const synth::DeviceChoice& choice = result.choice;
  if (result.device) {
    print_uses(result.device->name, result.uses);
  }
  if (!choice.fits) {
    fmt::print("  fits no device of the table; the largest is {}\n", choice.device->words);
  } else {
    fmt::print("  smallest device that fits: {}\n", choice.device->words);
  }
  if (choice.device != result.device) print_uses(choice.device->name, choice.uses);
  if (!result.placed) {
    fmt::print("  by counts, not placed: {}\n",
               target.logic_cells ? "packing takes more logic cells than LUTs or flip-flops"
                                  : "leave room, a device is hardly ever filled");
  }
  fmt::print("  what devices hold: {}\n", (result.device ? result.device : choice.device)->source);
}

nlohmann::ordered_json device_json(const synth::FpgaDevice& device,
                                   const std::vector<synth::DeviceUse>& uses) {
  nlohmann::ordered_json json = {{"name", device.name},
                                 {"fits", synth::fits(uses)},
                                 {"block_ram_bits", device.block_ram_bits},
                                 {"source", device.source}};
  for (const synth::DeviceUse& use : uses) {
    json["use"][use.resource] = {
        {"used", use.used}, {"available", use.available}, {"percent", use.percent()}};
  }
  json["over"] = synth::what_is_over(uses);
  return json;
}

void print_text(const FpgaCommand& options, const Plan& plan, const FpgaTarget& target,
                const FpgaResult& result) {
  fmt::print("{} on {}; config sha256 {}\n", plan.config.name,
             result.device ? result.device->words : target.device, plan.hash);
  for (const CountRow& row : count_rows(target, result)) {
    fmt::print("  {:<34}{:>12}\n", row.words, row.count);
  }
  fmt::print(
      "  of the flip-flops, {} stand for pins: inputs are shifted in, outputs folded into one\n",
      result.pin_flip_flops);
  const std::vector<std::string> small = in_flip_flops(result);
  fmt::print("  {} memories, {} of them in flip-flops\n", result.memories.size(), small.size());
  print_devices(target, result);
  if (result.placed && result.fits) {
    fmt::print("  {:<34}{:>12.2f} MHz, placed and routed with seed {}\n", "clock", result.mhz,
               options.seed);
  }
}

void print_json(const FpgaCommand& options, const Plan& plan, const FpgaTarget& target,
                const FpgaResult& result) {
  nlohmann::ordered_json json;
  json["ok"] = result.fits;
  if (!result.fits) {
    json["errors"] = errors_json(UserError(too_large(options, plan, target, result)));
  }
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  json["target"] = target.name;
  json["device"] = result.device ? result.device->words : target.device;
  json["yosys"] = tool_version("yosys", "-V");
  for (const CountRow& row : count_rows(target, result)) json["counts"][row.key] = row.count;
  json["pin_flip_flops"] = result.pin_flip_flops;
  json["memories"] = result.memories.size();
  json["memories_in_flip_flops"] = in_flip_flops(result);
  json["placed"] = result.placed;
  json["fits"] = result.fits;
  const synth::DeviceChoice& choice = result.choice;
  if (result.device) json["on_device"] = device_json(*result.device, result.uses);
  json["smallest_that_fits"] = nullptr;
  json[choice.fits ? "smallest_that_fits" : "largest"] = device_json(*choice.device, choice.uses);
  if (result.placed) {
    json["nextpnr"] = tool_version("nextpnr-ice40", "--version");
    json["seed"] = options.seed;
    for (const synth::DeviceUse& use : result.nextpnr) {
      json["use"][use.resource] = {{"used", use.used}, {"available", use.available}};
    }
    if (result.fits) json["mhz"] = result.mhz;
  }
  fmt::print("{}\n", json_text(json));
}

int run_fpga(const FpgaCommand& options) {
  Diagnostics diagnostics;
  std::optional<Config> config = load(options.config, diagnostics);
  if (!config) return report(diagnostics, options.config.json, "");
  Progress progress;
  return guarded(options.config.json, [&]() -> int {
    const synth::FpgaDevice* device =
        options.device.empty() ? nullptr : &synth::fpga_device(options.device);
    const FpgaTarget& target =
        synth::fpga_target(options.target.empty() ? device->target : options.target);
    synth::FpgaOptions run;
    run.dsp = target.dsp && !options.no_dsp;
    run.seed = options.seed;
    run.device = device;
    run.place = !options.no_place;
    run.progress = [&](const std::string& text) { progress.show(text); };
    config->dsp = run.dsp;
    const Plan plan = make_plan(*config);
    const Bundle bundle =
        render_bundle(plan, make_origin(options.config.path, options.config.overrides));
    const FpgaResult result = synth::try_on_fpga(bundle, target, run);
    progress.clear();
    options.config.json ? print_json(options, plan, target, result)
                        : print_text(options, plan, target, result);
    if (result.fits) return kExitOk;
    if (!options.config.json) return fail(too_large(options, plan, target, result), false);
    return kExitUserError;
  });
}

}  // namespace

void add_fpga(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<FpgaCommand>();
  CLI::App* command = program.add_subcommand("fpga", "Map the design to an FPGA: size and speed");
  add_config_options(*command, options->config);
  std::vector<std::string> names;
  for (const FpgaTarget& target : synth::fpga_targets()) names.push_back(target.name);
  CLI::Option* target = command->add_option(
      "--target", options->target, join_words(names, "or") + "; may be left out with --device");
  names.clear();
  for (const synth::FpgaDevice& device : synth::fpga_devices()) names.push_back(device.name);
  command
      ->add_option("--device", options->device,
                   fmt::format("The device that the design is to fit: {}. Without it the smallest "
                               "that fits is named",
                               join_words(names, "or")))
      ->check(not_empty);
  command->add_option("--seed", options->seed, "Seed of placement (1)");
  command->add_flag("--no-dsp", options->no_dsp, "Multiply in logic, not in DSP blocks");
  command->add_flag("--no-place", options->no_place, "Count only: no placement and routing");
  command->footer(
      "Example:\n  sluice fpga configs/ice40.yaml --target ice40hx8k\n"
      "  sluice fpga configs/edge.yaml --target xc7");
  command->callback([options, target, &exit_code] {
    if (target->count() == 0 && options->device.empty()) {
      throw CLI::RequiredError("--target or --device");
    }
    exit_code = run_fpga(*options);
  });
}

}  // namespace sluice::app
