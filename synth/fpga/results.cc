// SPDX-License-Identifier: Apache-2.0
#include "synth/fpga/results.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "generator/util/checked_json.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

/// True if the pattern, in which each '*' may stand for any letters, is the whole name.
bool matches(const std::string& name, const std::string& pattern) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool is_one_of(const std::string& name, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(name, pattern); });
}

/// Reads a tool's JSON with `body`, which throws UserError.
template <typename Body>
auto read_json(const std::string& text, const char* what, Body body) {
  try {
    const json::Document document(text, {what, "the tool may be of another version"});
    return body(document.root());
  } catch (const UserError& error) {
    throw UserError(error.what());  // without the place: the report is no file that is left
  }
}

/// The rest of a line after `prefix`, if it has that.
bool after(const std::string& line, std::string_view prefix, std::string& rest) {
  if (!line.starts_with(prefix)) return false;
  rest = line.substr(prefix.size());
  return true;
}

/// "x_pins.u_core.gen_lane[0].u_lane.u_ram.memory" -> "gen_lane[0].u_lane.u_ram.memory"; of the bus
/// around the core "x_pins.u_axi.u_read.u_reorder.u_beats.memory" ->
/// "u_read.u_reorder.u_beats.memory"
std::string below_core(const std::string& name) {
  for (const std::string_view instance : {".u_core.", ".u_axi."}) {
    const std::size_t at = name.find(instance);
    if (at != std::string::npos) return name.substr(at + instance.size());
  }
  return name;
}

}  // namespace

FpgaCounts count_cells(const std::string& stat_json, const FpgaTarget& target) {
  constexpr std::int64_t kMostCells = 1'000'000'000'000;
  return read_json(stat_json, "Yosys' statistics", [&target](const json::Value& stat) {
    FpgaCounts counts;
    for (const auto& [type, number] : stat.at("design").at("num_cells_by_type").members()) {
      const std::int64_t count = number.integer(0, kMostCells);
      if (is_one_of(type, target.luts)) counts.luts += count;
      if (is_one_of(type, target.flip_flops)) counts.flip_flops += count;
      if (is_one_of(type, target.carries)) counts.carries += count;
      for (const LutRam& ram : target.lut_rams) {
        if (!matches(type, ram.cell)) continue;
        counts.lut_rams += count;
        counts.memory_luts += ram.memory_luts * count;
        counts.lut_ram_luts += ram.luts * count;
        break;
      }
      if (is_one_of(type, target.block_rams)) counts.block_rams += count;
      if (is_one_of(type, target.double_block_rams)) counts.block_rams += 2 * count;
      if (is_one_of(type, target.dsps)) counts.dsps += count;
    }
    return counts;
  });
}

std::vector<FpgaMemory> memories_in(const std::string& yosys_log) {
  std::vector<FpgaMemory> memories;
  std::istringstream lines(yosys_log);
  for (std::string line, rest; std::getline(lines, line);) {
    if (after(line, "using FF mapping for memory ", rest)) {
      memories.push_back({below_core(rest), MemoryPlace::kFlipFlops});
    } else if (after(line, "mapping memory ", rest)) {
      const std::size_t via = rest.find(" via ");
      if (via == std::string::npos) continue;
      const std::string cell = rest.substr(via + 5);
      const bool in_luts =
          cell.find("LUTRAM") != std::string::npos || cell.find("DPR16X4") != std::string::npos;
      memories.push_back({below_core(rest.substr(0, via)),
                          in_luts ? MemoryPlace::kLutRam : MemoryPlace::kBlockRam});
    }
  }
  std::sort(memories.begin(), memories.end(),
            [](const FpgaMemory& a, const FpgaMemory& b) { return a.name < b.name; });
  return memories;
}

std::vector<DeviceUse> device_use(const std::string& nextpnr_log) {
  std::vector<DeviceUse> uses;
  bool in_table = false;
  std::istringstream lines(nextpnr_log);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Info: Device utilisation:")) {
      uses.clear();
      in_table = true;
    } else if (in_table) {
      // "Info: \t         ICESTORM_LC:  4287/ 5280    81%"
      std::istringstream words(line);
      DeviceUse use;
      std::string info;
      char slash = 0;
      in_table =
          static_cast<bool>(words >> info >> use.resource >> use.used >> slash >> use.available) &&
          use.resource.ends_with(':') && slash == '/';
      if (!in_table) continue;
      use.resource.pop_back();
      uses.push_back(use);
    }
  }
  return uses;
}

double clock_mhz(const std::string& report_json) {
  return read_json(report_json, "nextpnr's report", [](const json::Value& report) {
    const auto clocks = report.at("fmax").members();
    if (clocks.empty()) report.at("fmax").fail("an object with a clock");
    return clocks.front().second.at("achieved").positive();
  });
}

}  // namespace sluice::synth
