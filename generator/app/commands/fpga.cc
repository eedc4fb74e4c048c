// sluice fpga CONFIG --target T: what the design takes on an FPGA, whether it fits, how fast it is.
#include "fpga/fpga.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/design.h"
#include "app/json_text.h"
#include "app/progress.h"
#include "emit/origin.h"
#include "util/process.h"
#include "util/text.h"

namespace sluice::app {
namespace {

using synth::FpgaResult;
using synth::FpgaTarget;
using synth::MemoryPlace;

struct FpgaCommand {
  ConfigOptions config;
  std::string target;
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
  if (!target.lut_rams.empty()) rows.push_back({"lut_rams", "LUTs as memory", counts.lut_rams});
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

std::string too_large(const Plan& plan, const FpgaTarget& target, const FpgaResult& result) {
  std::string text = fmt::format("{} does not fit {}", plan.config.name, target.device);
  for (const std::string& line : synth::what_is_over(result)) text += "\n  " + line;
  return text;
}

void print_text(const FpgaCommand& options, const Plan& plan, const FpgaTarget& target,
                const FpgaResult& result) {
  fmt::print("{} on {}; config sha256 {}\n", plan.config.name, target.device, plan.hash);
  for (const CountRow& row : count_rows(target, result)) {
    fmt::print("  {:<34}{:>12}\n", row.words, row.count);
  }
  fmt::print(
      "  of the flip-flops, {} stand for pins: inputs are shifted in, outputs folded into one\n",
      result.pin_flip_flops);
  const std::vector<std::string> small = in_flip_flops(result);
  fmt::print("  {} memories, {} of them in flip-flops\n", result.memories.size(), small.size());
  if (!result.placed) return;
  for (const synth::DeviceUse& use : result.uses) {
    const std::string words = synth::resource_words(use.resource);
    if (words.empty()) continue;
    fmt::print("  {:<34}{:>12} of {:>5} {:>5.1f} %\n", words + " of the device", use.used,
               use.available, use.percent());
  }
  if (result.fits) {
    fmt::print("  {:<34}{:>12.2f} MHz, placed and routed with seed {}\n", "clock", result.mhz,
               options.seed);
  }
}

void print_json(const FpgaCommand& options, const Plan& plan, const FpgaTarget& target,
                const FpgaResult& result) {
  nlohmann::ordered_json json;
  const bool good = !result.placed || result.fits;
  json["ok"] = good;
  if (!good) json["error"] = too_large(plan, target, result);
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  json["target"] = target.name;
  json["device"] = target.device;
  json["yosys"] = tool_version("yosys", "-V");
  for (const CountRow& row : count_rows(target, result)) json["counts"][row.key] = row.count;
  json["pin_flip_flops"] = result.pin_flip_flops;
  json["memories"] = result.memories.size();
  json["memories_in_flip_flops"] = in_flip_flops(result);
  if (result.placed) {
    json["nextpnr"] = tool_version("nextpnr-ice40", "--version");
    json["seed"] = options.seed;
    json["fits"] = result.fits;
    for (const synth::DeviceUse& use : result.uses) {
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
    const FpgaTarget& target = synth::fpga_target(options.target);
    synth::FpgaOptions run;
    run.dsp = target.dsp && !options.no_dsp;
    run.seed = options.seed;
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
    if (!result.placed || result.fits) return kExitOk;
    if (!options.config.json) return fail(too_large(plan, target, result), false);
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
  command->add_option("--target", options->target, join_words(names, "or"))->required();
  command->add_option("--seed", options->seed, "Seed of placement (1)");
  command->add_flag("--no-dsp", options->no_dsp, "Multiply in logic, not in DSP blocks");
  command->add_flag("--no-place", options->no_place, "Count only: no placement and routing");
  command->footer("Example:\n  sluice fpga configs/ice40.yaml --target ice40hx8k");
  command->callback([options, &exit_code] { exit_code = run_fpga(*options); });
}

}  // namespace sluice::app
