// SPDX-License-Identifier: Apache-2.0
#include "generator/app/estimate_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/cycle_model/cycle_model.h"
#include "generator/estimate/gate_note.h"
#include "generator/util/text.h"

namespace sluice::app {
namespace {

using estimate::Bound;
using estimate::Estimate;
using estimate::Figures;
using estimate::LayerEstimate;

double frames_a_second(std::uint64_t cycles, double megahertz) {
  return cycles == 0 ? 0 : megahertz * 1e6 / static_cast<double>(cycles);
}

double share_of(std::int64_t part, std::int64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

/// "12.3 k", "4.5 M" of bytes.
std::string size_text(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value < 1e4) return fmt::format("{} B", bytes);
  if (value < 1e6) return fmt::format("{:.1f} kB", value / 1e3);
  return fmt::format("{:.2f} MB", value / 1e6);
}

/// The largest share that is not the work itself.
std::string bound_text(const Figures& figures) {
  const double share = figures.share[static_cast<int>(figures.bound)];
  return fmt::format("{} {:.0f} %", text_of(figures.bound), 100 * share);
}

std::string gain_text(double speedup, double theory) {
  return fmt::format("{:>6.3f}x {:>6.3f}", speedup, theory > 0 ? speedup / theory : 0);
}

std::string row_text(const LayerEstimate& layer, bool compared, std::size_t width) {
  std::string text = fmt::format("  {:<{}} {:<12}", layer.name, width, layer.kind);
  if (!layer.on_accelerator) return text + " not on the accelerator: " + layer.note + "\n";
  text += fmt::format(" {:>10} {:>6.1f} %  {:<20}", layer.with.cycles, 100 * layer.utilisation(),
                      bound_text(layer.with));
  if (compared) {
    text += layer.gated ? fmt::format(" {:>5.1f} % {}", 100 * layer.open_share(),
                                      gain_text(layer.speedup(), layer.theory()))
                        : fmt::format("{:>23}", "");
  }
  text += fmt::format(" {:>9} {:>9} {:>9} {:>9}\n", size_text(layer.with.read_bytes),
                      size_text(layer.with.write_bytes), size_text(layer.with.activation_bytes),
                      size_text(layer.with.weight_bytes));
  if (!layer.note.empty()) text += fmt::format("    {}\n", layer.note);
  return text;
}

std::string head_text(bool compared, std::size_t width) {
  std::string text = fmt::format("  {:<{}} {:<12} {:>10} {:>8}  {:<20}", "layer", width, "kind",
                                 "cycles", "of peak", "largest share");
  if (compared) text += fmt::format(" {:>7} {:>7} {:>6}", "open", "speedup", "ratio");
  return text + fmt::format(" {:>9} {:>9} {:>9} {:>9}\n", "read", "written", "maps", "weights");
}

/// Of the layers on the accelerator, at each layer's own width.
double whole_utilisation(const Estimate& result) {
  double work = 0, cycles = 0;
  for (const LayerEstimate& layer : result.layers) {
    if (!layer.on_accelerator || layer.peak == 0) continue;
    work += static_cast<double>(layer.macs_done) / layer.peak;
    cycles += static_cast<double>(layer.with.cycles);
  }
  return cycles > 0 ? work / cycles : 0;
}

struct Gain {
  double speedup = 0, theory = 0;
};

Gain gated_gain(const Estimate& result) {
  double with = 0, without = 0, all = 0, done = 0;
  for (const LayerEstimate& layer : result.layers) {
    if (!layer.gated || !layer.on_accelerator) continue;
    with += static_cast<double>(layer.with.cycles);
    without += static_cast<double>(layer.without.cycles);
    all += static_cast<double>(layer.macs);
    done += static_cast<double>(layer.macs_done);
  }
  return {with > 0 ? without / with : 0, done > 0 ? all / done : 0};
}

Gain whole_gain(const Estimate& result) {
  return {share_of(static_cast<std::int64_t>(result.cycles_without),
                   static_cast<std::int64_t>(result.cycles)),
          share_of(result.macs, result.macs_done)};
}

/// What sums are of: "all layers", or "the 4 layers that run", which are no network.
std::string summed_text(const Estimate& result) {
  if (result.whole()) return "all layers";
  const long run = static_cast<long>(result.layers.size()) - result.off_accelerator();
  return fmt::format("the {} that {}", count_of(run, "layer"), run == 1 ? "runs" : "run");
}

std::string gains_text(const Estimate& result) {
  if (!result.compared) return "";
  if (result.off_without > 0) {
    return fmt::format("  no speed-up: without gates {} of {} layers do not fit\n",
                       result.off_without, result.layers.size());
  }
  const Gain gated = gated_gain(result), whole = whole_gain(result);
  std::string text;
  if (gated.theory > 0) {
    text = fmt::format("  gated layers{}: {:.3f}x, theory {:.3f}x, ratio {:.3f}\n",
                       result.whole() ? "" : " of these", gated.speedup, gated.theory,
                       gated.speedup / gated.theory);
  }
  return text + fmt::format("  {}: {} cycles without gates, {:.3f}x, theory {:.3f}x\n",
                            summed_text(result), result.cycles_without, whole.speedup,
                            whole.theory);
}

std::string totals_text(const Estimate& result, double megahertz) {
  std::string text = fmt::format(
      "  {} on the accelerator: {} cycles, {:.1f} % of peak; {:.1f} M multiply-accumulates, "
      "{:.1f} M done\n",
      summed_text(result), result.cycles, 100 * whole_utilisation(result),
      static_cast<double>(result.macs) / 1e6, static_cast<double>(result.macs_done) / 1e6);
  text += gains_text(result);
  text += fmt::format("  memory: {} read ({} of them commands), {} written\n",
                      size_text(result.read_bytes), size_text(result.command_bytes),
                      size_text(result.write_bytes));
  if (result.whole()) {
    text += fmt::format("  at {:g} MHz: {:.2f} frames a second\n", megahertz,
                        frames_a_second(result.cycles, megahertz));
  }
  if (result.programs > 1) {
    text += fmt::format("  {} programs, one after the other; maps between them are in memory\n",
                        result.programs);
  }
  return text;
}

nlohmann::ordered_json figures_json(const Figures& figures, const char* text) {
  nlohmann::ordered_json json;
  json["cycles"] = figures.cycles;
  json["bound"] = text;
  for (int k = 0; k < estimate::kBounds; ++k) {
    json["shares"][text_of(static_cast<Bound>(k))] = figures.share[k];
  }
  json["read_bytes"] = figures.read_bytes;
  json["write_bytes"] = figures.write_bytes;
  json["activation_buffer_bytes"] = figures.activation_bytes;
  json["weight_buffer_bytes"] = figures.weight_bytes;
  return json;
}

nlohmann::ordered_json layer_json(const LayerEstimate& layer, bool compared) {
  nlohmann::ordered_json json;
  json["name"] = layer.name;
  json["kind"] = layer.kind;
  json["on_accelerator"] = layer.on_accelerator;
  if (!layer.note.empty()) json["note"] = layer.note;
  json["macs"] = layer.macs;
  if (!layer.on_accelerator) {
    json["cycles"] = 0;
    return json;
  }
  json["bits"] = layer.bits;
  json["macs_done"] = layer.macs_done;
  json["utilisation"] = layer.utilisation();
  json["gated"] = layer.gated;
  if (layer.gated) json["open_share"] = layer.open_share();
  json.update(figures_json(layer.with, text_of(layer.with.bound)));
  if (!compared || !layer.gated) return json;
  json["cycles_without_gates"] = layer.without.cycles;
  json["measured_speedup"] = layer.speedup();
  json["theoretical_speedup"] = layer.theory();
  json["measured_over_theoretical"] = layer.speedup() / layer.theory();
  return json;
}

/// Of the layers on the accelerator.
Energy energy_with(const Estimate& result, const EnergyModel& model) {
  return energy_of(model.with, static_cast<double>(result.cycles),
                   static_cast<double>(result.macs_done));
}

Energy energy_without(const Estimate& result, const EnergyModel& model) {
  return energy_of(model.without, static_cast<double>(result.cycles_without),
                   static_cast<double>(result.macs));
}

std::string energy_text(const Estimate& result, const EnergyModel& model) {
  const Energy with = energy_with(result, model);
  std::string text = fmt::format("  energy{}: {:.1f} uJ in cells, {:.1f} uJ in memories (assumed)",
                                 result.whole() ? "" : " of " + summed_text(result), with.cells_uj,
                                 with.memories_uj);
  if (result.compared && result.off_without == 0) {
    const Energy without = energy_without(result, model);
    text +=
        fmt::format("; without gates {:.1f} and {:.1f} uJ", without.cells_uj, without.memories_uj);
  }
  return text + fmt::format("; at the rates of {}\n", model.network);
}

nlohmann::ordered_json energy_json(const Energy& energy) {
  return {{"cells_uj", energy.cells_uj}, {"memories_uj", energy.memories_uj}};
}

nlohmann::ordered_json gain_json(const Gain& gain) {
  return {{"measured_speedup", gain.speedup},
          {"theoretical_speedup", gain.theory},
          {"measured_over_theoretical", gain.theory > 0 ? gain.speedup / gain.theory : 0}};
}

/// Sums over the layers on the accelerator: figures of the network if that is all of them.
nlohmann::ordered_json sums_json(const Estimate& result, const std::optional<EnergyModel>& energy) {
  nlohmann::ordered_json json;
  json["cycles"] = result.cycles;
  json["utilisation"] = whole_utilisation(result);
  json["macs"] = result.macs;
  json["macs_done"] = result.macs_done;
  json["read_bytes"] = result.read_bytes;
  json["command_bytes"] = result.command_bytes;
  json["write_bytes"] = result.write_bytes;
  json["activation_buffer_bytes"] = result.activation_bytes;
  json["weight_buffer_bytes"] = result.weight_bytes;
  json["programs"] = result.programs;
  const bool compared = result.compared && result.off_without == 0;
  if (result.compared) json["layers_off_without_gates"] = result.off_without;
  if (compared) {
    json["cycles_without_gates"] = result.cycles_without;
    json["gated_layers"] = gain_json(gated_gain(result));
    json[result.whole() ? "whole_network" : "all_layers"] = gain_json(whole_gain(result));
  }
  if (energy) {
    json["energy"] = energy_json(energy_with(result, *energy));
    json["energy"]["rates_of"] = energy->network;
    if (compared) json["energy_without_gates"] = energy_json(energy_without(result, *energy));
  }
  return json;
}

/// The sums at the top; or, if they are not of the network, in an object of their own.
void add_sums(nlohmann::ordered_json& json, const Estimate& result, double megahertz,
              const std::optional<EnergyModel>& energy) {
  const nlohmann::ordered_json sums = sums_json(result, energy);
  if (result.whole()) {
    json["frames_per_second"] = frames_a_second(result.cycles, megahertz);
    json.update(sums);
    return;
  }
  json["frames_per_second"] = nullptr;
  json["cycles"] = nullptr;
  json["layers_that_run"] = sums;
}

}  // namespace

std::string not_run_text(const Estimate& result) {
  const auto first = std::find_if(result.layers.begin(), result.layers.end(),
                                  [](const LayerEstimate& layer) { return !layer.on_accelerator; });
  if (first == result.layers.end()) return "";
  return fmt::format("{} of {} layers NOT RUN; the first: {}: {}", result.off_accelerator(),
                     result.layers.size(), first->name, first->note);
}

std::string estimate_text(const Estimate& result, const Plan& plan, double megahertz,
                          const std::optional<EnergyModel>& energy) {
  std::size_t width = 5;
  for (const LayerEstimate& layer : result.layers) width = std::max(width, layer.name.size());
  std::string text;
  if (!result.whole()) text = not_run_text(result) + "\n";
  text += fmt::format("{} on {}, by the cycle model\n", result.network, plan.config.name);
  text += head_text(result.compared, width);
  for (const LayerEstimate& layer : result.layers) text += row_text(layer, result.compared, width);
  text += totals_text(result, megahertz);
  const std::string note = estimate::even_gates_note(result);
  if (!note.empty()) text += "  " + note + "\n";
  return energy ? text + energy_text(result, *energy) : text;
}

nlohmann::ordered_json estimate_json(const Estimate& result, const Plan& plan, double megahertz,
                                     const std::optional<EnergyModel>& energy) {
  nlohmann::ordered_json json;
  json["ok"] = result.whole();
  if (!result.whole()) json["error"] = json["not_run"] = not_run_text(result);
  json["runs_whole"] = result.whole();
  json["layer_count"] = result.layers.size();
  json["layers_off_accelerator"] = result.off_accelerator();
  json["design"] = plan.config.name;
  json["hash"] = plan.hash;
  json["network"] = result.network;
  json["macs_per_cycle_8"] =
      std::int64_t{plan.config.lanes} * plan.config.columns * plan.config.rows;
  json["memory_bytes_per_cycle"] = plan.config.memory.bytes;
  json["clock_mhz"] = megahertz;
  add_sums(json, result, megahertz, energy);
  const std::string note = estimate::even_gates_note(result);
  json["gates_even_by_construction"] = !note.empty();
  if (!note.empty()) json["gates_note"] = note;
  for (const LayerEstimate& layer : result.layers) {
    json["layers"].push_back(layer_json(layer, result.compared));
  }
  return json;
}

}  // namespace sluice::app
