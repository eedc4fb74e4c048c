// SPDX-License-Identifier: Apache-2.0
#include "synth/fpga/fpga.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "generator/util/process.h"
#include "generator/util/resources.h"
#include "generator/util/user_error.h"
#include "synth/tools/workspace.h"

namespace sluice::synth {
namespace {

constexpr double kTimeout = 1800;    // seconds
constexpr const char* kGoal = "50";  // MHz that nextpnr works towards
constexpr const char* kChainFile = "chains.v";

void say(const FpgaOptions& options, const std::string& text) {
  if (options.progress) options.progress(text);
}

std::string last_lines(const std::string& text, int count) {
  std::size_t at = text.size();
  while (at > 0 && count >= 0) {
    if (text[at - 1] == '\n' && count-- == 0) break;
    at--;
  }
  return text.substr(at);
}

std::string script(const Bundle& bundle, const std::vector<std::string>& files,
                   const FpgaTarget& target, bool dsp) {
  std::string text;
  for (const std::string& file : files) text += "read_verilog -sv " + file + "\n";
  text += fmt::format("read_verilog -sv flow/fpga/{}_pins.sv\n", bundle.name);
  if (target.chains && !(dsp && target.dsp)) {
    text += fmt::format(
        "hierarchy -top {}_pins\nproc\nflatten\nopt_expr\nopt_clean\nwreduce\nopt_clean\n"
        "techmap -map {}\n",
        bundle.name, kChainFile);
  }
  text +=
      fmt::format("{} -top {}_pins\n", dsp ? target.synthesis : target.without_dsp, bundle.name);
  return text + "tee -q -o cells.json stat -json\nwrite_json netlist.json\n";
}

void run_yosys(const Workspace& workspace, const FpgaTarget& target) {
  const ProcessResult yosys =
      run_process({"yosys", "-q", "-l", "yosys.log", "fpga.ys"}, workspace.folder(), kTimeout);
  if (yosys.timed_out) {
    throw UserError(
        fmt::format("Yosys took more than {:.0f} minutes for {}; try fewer lanes or "
                    "columns",
                    kTimeout / 60, target.name));
  }
  if (yosys.exit_code != 0) {
    throw UserError(
        fmt::format("Yosys failed for {}:\n{}", target.name, last_lines(yosys.output, 10)));
  }
}

/// The flip-flops of the module of pins alone.
std::int64_t pin_flip_flops(const Workspace& workspace, const Bundle& bundle) {
  workspace.write("pins.ys", fmt::format("read_verilog -sv flow/fpga/{0}_pins.sv\n"
                                         "hierarchy -top {0}_pins\nproc\ntechmap\nopt_clean\n"
                                         "tee -q -o pins.txt select -count {0}_pins/t:$_DFF*_\n",
                                         bundle.name));
  const ProcessResult yosys = run_process({"yosys", "-q", "pins.ys"}, workspace.folder(), kTimeout);
  if (yosys.exit_code != 0) {
    throw UserError(fmt::format("Yosys failed for the pins:\n{}", last_lines(yosys.output, 10)));
  }
  return std::atoll(workspace.read("pins.txt").c_str());
}

/// A resource of nextpnr as FpgaDevice has it; empty for those that tell nothing about size.
std::string resource_words(const std::string& resource) {
  if (resource == "ICESTORM_LC") return "logic cells";
  if (resource == "ICESTORM_RAM") return "block RAMs";
  if (resource == "ICESTORM_DSP") return "DSP blocks";
  return "";
}

/// Logic cells after packing; 0 if it did not come so far.
std::int64_t packed_cells(const FpgaResult& result) {
  for (const DeviceUse& use : result.nextpnr) {
    if (use.resource == "ICESTORM_LC") return use.used;
  }
  return 0;
}

/// nextpnr knows devices of a part of a die as the whole die: the smaller of both is what there is.
void judge(const FpgaTarget& target, FpgaResult& result) {
  const FpgaDemand demand = demand_of(result.counts, target, packed_cells(result));
  result.choice = choose_device(target, demand);
  result.uses = result.device ? use_on(*result.device, demand) : result.choice.uses;
  for (DeviceUse& use : result.uses) {
    for (const DeviceUse& packed : result.nextpnr) {
      if (result.device && resource_words(packed.resource) == use.resource) {
        use.used = packed.used;
        use.available = std::min(use.available, packed.available);
      }
    }
  }
  result.fits = fits(result.uses);
}

void place(const Workspace& workspace, const FpgaTarget& target, const FpgaOptions& options,
           FpgaResult& result) {
  std::vector<std::string> command = {"nextpnr-ice40"};
  command.insert(command.end(), result.device->nextpnr.begin(), result.device->nextpnr.end());
  for (const std::string& word :
       {std::string("--json"), std::string("netlist.json"), std::string("--freq"),
        std::string(kGoal), std::string("--seed"), std::to_string(options.seed),
        std::string("--pcf-allow-unconstrained"), std::string("--timing-allow-fail"),
        std::string("--report"), std::string("report.json")}) {
    command.push_back(word);
  }
  const ProcessResult nextpnr = run_process(command, workspace.folder(), kTimeout);
  result.placed = true;
  result.nextpnr = device_use(nextpnr.output);
  judge(target, result);
  if (!result.fits) return;
  if (nextpnr.exit_code == 0 && !nextpnr.timed_out) {
    result.mhz = clock_mhz(workspace.read("report.json"));
    return;
  }
  // It would fit, but no way was found to place or route it
  throw UserError(fmt::format(
      "nextpnr {} for {}; try another --seed, or a smaller design:\n{}",
      nextpnr.timed_out ? fmt::format("took more than {:.0f} minutes", kTimeout / 60) : "failed",
      result.device->words, last_lines(nextpnr.output, 5)));
}

/// The device that is asked for, or the target's own; null if any of the target will do.
const FpgaDevice* device_for(const FpgaTarget& target, const FpgaOptions& options) {
  if (!options.device) {
    return target.own_device.empty() ? nullptr : &fpga_device(target.own_device);
  }
  if (options.device->target == target.name) return options.device;
  throw UserError(fmt::format("{} is no device of target {}; give --target {}",
                              options.device->name, target.name, options.device->target));
}

}  // namespace

FpgaResult try_on_fpga(const Bundle& bundle, const FpgaTarget& target, const FpgaOptions& options) {
  FpgaResult result;
  result.device = device_for(target, options);
  const bool places = options.place && result.device && !result.device->nextpnr.empty();
  require_tool("yosys", "yosys");
  if (places) require_tool("nextpnr-ice40", "nextpnr-ice40");
  const Workspace workspace;
  const std::vector<std::string> files = workspace.write_rtl(bundle);

  say(options, fmt::format("{}: Yosys", target.name));
  workspace.write(kChainFile, std::string(resource("synth/scripts/chains.v")));
  workspace.write("fpga.ys", script(bundle, files, target, options.dsp));
  run_yosys(workspace, target);
  result.counts = count_cells(workspace.read("cells.json"), target);
  result.memories = memories_in(workspace.read("yosys.log"));
  result.pin_flip_flops = pin_flip_flops(workspace, bundle);
  judge(target, result);
  if (places) {
    say(options, fmt::format("{}: nextpnr", target.name));
    place(workspace, target, options, result);
  }
  return result;
}

std::vector<std::string> what_is_over(const std::vector<DeviceUse>& uses) {
  std::vector<std::string> over;
  for (const DeviceUse& use : uses) {
    if (use.used <= use.available) continue;
    const std::string share =
        use.available > 0 ? fmt::format("{:.0f} %", use.percent()) : "it has none";
    over.push_back(fmt::format("{}: {} of {}, {} too many ({})", use.resource, use.used,
                               use.available, use.used - use.available, share));
  }
  return over;
}

}  // namespace sluice::synth
