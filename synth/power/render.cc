// SPDX-License-Identifier: Apache-2.0
// Power as text and as JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "synth/power/network_power.h"

namespace sluice::synth {
namespace {

/// A row of the table: a value of each mode.
struct Row {
  const char* title;
  int digits;
  double (*value)(const NetworkPower& of, const ModePower& mode);
};

constexpr Row kRows[] = {
    {"all cells", 3, [](const NetworkPower&, const ModePower& m) { return 1e3 * m.cells(); }},
    {"  of which clock pins", 3,
     [](const NetworkPower&, const ModePower& m) { return 1e3 * m.clock; }},
    {"  of which changing data", 3,
     [](const NetworkPower&, const ModePower& m) { return 1e3 * m.data; }},
    {"  of which leakage", 6,
     [](const NetworkPower&, const ModePower& m) { return 1e3 * m.leakage; }},
    {"memories", 3, [](const NetworkPower&, const ModePower& m) { return 1e3 * m.ram; }},
    {"cycles of an inference", 0, [](const NetworkPower&, const ModePower& m) { return m.cycles; }},
    {"uJ an inference, cells", 3,
     [](const NetworkPower& of, const ModePower& m) {
       return 1e6 * of.energy(m.cells(), m.cycles);
     }},
    {"uJ an inference, memories", 3,
     [](const NetworkPower& of, const ModePower& m) { return 1e6 * of.energy(m.ram, m.cycles); }},
    {"pJ a multiplication of the network", 3,
     [](const NetworkPower& of, const ModePower& m) {
       return 1e12 * of.energy(m.cells() + m.ram, m.cycles) / m.macs_all;
     }},
    {"pJ a multiplication done", 3,
     [](const NetworkPower& of, const ModePower& m) {
       return 1e12 * of.energy(m.cells() + m.ram, m.cycles) / m.macs_done;
     }},
};

/// A title and a value of each mode.
template <typename Value>
std::string row_text(const NetworkPower& power, const std::string& title, int digits, Value value) {
  std::string text = fmt::format("  {:<34}", title);
  for (const ModePower& mode : power.modes) text += fmt::format(" {:>12.{}f}", value(mode), digits);
  return text + "\n";
}

}  // namespace

std::string power_text(const NetworkPower& power, const std::string& network) {
  const PowerEstimate& last = power.modes.front().last;
  std::string text =
      fmt::format("{} on {}: power at {:.1f} MHz, {:.1f} V, {}\n", network, power.design,
                  1e6 / power.options.how.period_ps, power.voltage, power.liberty);
  text += fmt::format("  {:<34}", "mW");
  for (const ModePower& mode : power.modes) {
    text += fmt::format(" {:>12}", mode.gated ? "gates on" : "gates off");
  }
  text += "\n";
  for (const BlockPower& block : last.blocks) {
    text += row_text(power, block.block, 3, [&block](const ModePower& mode) {
      const auto found = mode.blocks.find(block.block);
      return found == mode.blocks.end() ? 0 : 1e3 * found->second;
    });
  }
  for (const Row& row : kRows) {
    text += row_text(power, row.title, row.digits,
                     [&](const ModePower& mode) { return row.value(power, mode); });
  }
  return text +
         fmt::format(
             "  {} cycles sampled per image and mode on {}; changes counted at {} of {} flip-flops "
             "and {} of {} gates,\n"
             "  the others at the mean rate of their module; no glitches, wires or clock tree; "
             "memories of {} ({})\n",
             last.cycles, power.options.gate_level ? "the netlist" : "RTL", last.known_flip_flops,
             last.flip_flops, last.known_gates, last.gates, power.options.how.memories.file,
             power.options.how.memories.node);
}

nlohmann::ordered_json power_json(const NetworkPower& power, const std::string& network) {
  nlohmann::ordered_json json;
  json["ok"] = true;
  json["design"] = power.design;
  json["hash"] = power.hash;
  json["network"] = network;
  json["images"] = power.options.images;
  json["liberty"] = power.liberty;
  json["supply_v"] = power.voltage;
  json["liberty_version"] = power.liberty_version;
  json["yosys"] = power.yosys_version;
  json["period_ps"] = power.options.how.period_ps;
  json["memories"] = power.options.how.memories.file;
  json["memory_node"] = power.options.how.memories.node;
  json["activity_from"] = power.options.gate_level ? "netlist" : "rtl";
  for (const ModePower& m : power.modes) {
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
    row["cells_uj"] = 1e6 * power.energy(m.cells(), m.cycles);
    row["memories_uj"] = 1e6 * power.energy(m.ram, m.cycles);
    row["macs"] = m.macs_all;
    row["macs_done"] = m.macs_done;
    row["products_8"] = m.products;
    row["memory_reads"] = m.last.ram_reads;
    row["memory_writes"] = m.last.ram_writes;
    row["sampled_cycles"] = m.sampled;
    row["flip_flops"] = m.last.flip_flops;
    row["flip_flops_counted"] = m.last.known_flip_flops;
    row["gates"] = m.last.gates;
    row["gates_counted"] = m.last.known_gates;
    json["modes"].push_back(row);
  }
  return json;
}

}  // namespace sluice::synth
