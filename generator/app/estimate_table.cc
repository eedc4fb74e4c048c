// SPDX-License-Identifier: Apache-2.0
#include "generator/app/estimate_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/text.h"

namespace sluice::app {
namespace {

using results::column;
using results::EstimateResult;
using results::Gain;
using results::LayerFigures;
using results::LayerResult;
using results::NetworkFigures;

/// "12.3 k", "4.5 M" of bytes; of those that are not known as well.
std::string size_text(std::optional<std::int64_t> bytes) {
  const auto value = static_cast<double>(bytes.value_or(0));
  if (value < 1e4) return fmt::format("{} B", bytes.value_or(0));
  if (value < 1e6) return fmt::format("{:.1f} kB", value / 1e3);
  return fmt::format("{:.2f} MB", value / 1e6);
}

double millions(std::optional<std::int64_t> count) {
  return static_cast<double>(count.value_or(0)) / 1e6;
}

/// A figure as the table of columns says it is written.
template <typename S, typename T>
std::string text_of(const S& figures, std::optional<T> S::*member) {
  return column(member).text(figures);
}

/// The largest share that is not the work itself.
std::string bound_text(const LayerResult& layer) {
  return fmt::format("{} {:.0f} %", layer.bound, 100 * layer.share_of(layer.bound));
}

/// Whether it was estimated without gates, too.
bool compared(const EstimateResult& result) {
  return result.sums().layers_off_without_gates.has_value();
}

/// The gates' gain of a layer.
std::string layer_gain_text(const LayerResult& layer) {
  return fmt::format(" {:>7} {:>6}x {:>6}", text_of(layer.figures, &LayerFigures::open_share),
                     text_of(layer.gain, &Gain::measured_speedup),
                     text_of(layer.gain, &Gain::measured_over_theoretical));
}

std::string row_text(const LayerResult& layer, bool compared, std::size_t width) {
  std::string text = fmt::format("  {:<{}} {:<12}", layer.name, width, layer.kind);
  if (!layer.on_accelerator) return text + " not on the accelerator: " + layer.note + "\n";
  if (!layer.computed_with.empty()) return text + " in " + layer.computed_with + "\n";
  const LayerFigures& figures = layer.figures;
  text += fmt::format(" {:>10} {:>8}  {:<20}", text_of(figures, &LayerFigures::cycles),
                      text_of(figures, &LayerFigures::utilisation), bound_text(layer));
  if (compared) {
    text += figures.gated.value_or(false) ? layer_gain_text(layer) : fmt::format("{:>23}", "");
  }
  text += fmt::format(" {:>9} {:>9} {:>9} {:>9}\n", size_text(figures.read_bytes),
                      size_text(figures.write_bytes), size_text(figures.activation_buffer_bytes),
                      size_text(figures.weight_buffer_bytes));
  if (figures.circulant.value_or(1) > 1) {
    text += fmt::format("    weights in circulant blocks of {}: {} of what is read\n",
                        text_of(figures, &LayerFigures::circulant),
                        size_text(figures.weight_read_bytes));
  }
  if (figures.hadamard.value_or(1) > 1) {
    text += fmt::format("    sums transformed over {} channels each\n",
                        text_of(figures, &LayerFigures::hadamard));
  }
  if (figures.plane_bits.value_or(0) > 0) {
    text += fmt::format("    gates split bits: two planes of {}\n",
                        text_of(figures, &LayerFigures::plane_bits));
  }
  if (!layer.note.empty()) text += fmt::format("    {}\n", layer.note);
  return text;
}

std::string head_text(bool compared, std::size_t width) {
  std::string text = fmt::format("  {:<{}} {:<12} {:>10} {:>8}  {:<20}", "layer", width, "kind",
                                 "cycles", "of peak", "largest share");
  if (compared) text += fmt::format(" {:>7} {:>7} {:>6}", "open", "speedup", "ratio");
  return text + fmt::format(" {:>9} {:>9} {:>9} {:>9}\n", "read", "written", "maps", "weights");
}

/// What sums are of: "all layers", or "the 4 layers that run", which are no network.
std::string summed_text(const EstimateResult& result) {
  if (result.whole()) return "all layers";
  const auto run = std::count_if(result.layers.begin(), result.layers.end(),
                                 [](const LayerResult& layer) { return layer.on_accelerator; });
  return fmt::format("the {} that {}", count_of(run, "layer"), run == 1 ? "runs" : "run");
}

std::string gains_text(const EstimateResult& result) {
  if (!compared(result)) return "";
  if (result.all_layers == Gain{}) {
    return fmt::format("  no speed-up: without gates {} of {} layers do not fit\n",
                       text_of(result.sums(), &NetworkFigures::layers_off_without_gates),
                       result.layers.size());
  }
  const Gain &gated = result.gated_layers, &whole = result.all_layers;
  std::string text;
  if (gated.theoretical_speedup.value_or(0) > 0) {
    text = fmt::format("  gated layers{}: {}x, theory {}x, ratio {}\n",
                       result.whole() ? "" : " of these", text_of(gated, &Gain::measured_speedup),
                       text_of(gated, &Gain::theoretical_speedup),
                       text_of(gated, &Gain::measured_over_theoretical));
  }
  return text + fmt::format("  {}: {} cycles without gates, {}x, theory {}x\n", summed_text(result),
                            text_of(result.sums(), &NetworkFigures::cycles_without_gates),
                            text_of(whole, &Gain::measured_speedup),
                            text_of(whole, &Gain::theoretical_speedup));
}

std::string totals_text(const EstimateResult& result) {
  const NetworkFigures& sums = result.sums();
  std::string text = fmt::format(
      "  {} on the accelerator: {} cycles, {} of peak; {:.1f} M multiply-accumulates, "
      "{:.1f} M done\n",
      summed_text(result), text_of(sums, &NetworkFigures::cycles),
      text_of(sums, &NetworkFigures::utilisation), millions(sums.macs), millions(sums.macs_done));
  text += gains_text(result);
  text +=
      fmt::format("  memory: {} read ({} of them commands), {} written, of which {} have to be\n",
                  size_text(sums.read_bytes), size_text(sums.command_bytes),
                  size_text(sums.write_bytes), size_text(sums.output_bytes));
  if (result.whole()) {
    text += fmt::format("  at {} MHz: {} frames a second\n",
                        text_of(result.figures, &NetworkFigures::clock_mhz),
                        text_of(result.figures, &NetworkFigures::frames_per_second));
  }
  if (sums.programs.value_or(0) > 1) {
    text += fmt::format("  {} programs, one after the other; maps between them are in memory\n",
                        text_of(sums, &NetworkFigures::programs));
  }
  return text;
}

/// "12.3 uJ", "4.56 mJ".
std::string uj_text(double uj) {
  return uj < 1000 ? fmt::format("{:.2f} uJ", uj) : fmt::format("{:.2f} mJ", uj / 1000);
}

/// What the energies rest on, beside which they may not be read.
std::string basis_text(const results::EnergyBasis& basis) {
  std::string text = fmt::format(
      "    DRAM {} at {:g} pJ a bit; memories {}{}; leakage at {:g} MHz\n", basis.dram,
      basis.dram_pj_per_bit, basis.memories,
      basis.memories_of_fit > 0
          ? fmt::format(", {} between its lines", count_of(basis.memories_of_fit, "kind"))
          : "",
      basis.clock_mhz);
  return text +
         fmt::format("    logic: {} with {}, {}\n", basis.logic, basis.logic_library,
                     basis.logic_measured ? "measured on this design"
                                          : "NOT of this design: an example's, in "
                                            "proportion to products a cycle") +
         (basis.logic_scale
              ? fmt::format(
                    "    and times {:.3g} for the memories' node: assumed are capacitance in "
                    "proportion to the node, energy to the square of the supply\n",
                    *basis.logic_scale)
              : "    as it is: the library's node or supply is not known beside the memories'\n");
}

std::string energy_text(const EstimateResult& result) {
  const results::EnergyResult& energy = *result.energy;
  const results::Energy& with = energy.with;
  const auto macs = static_cast<double>(result.sums().macs_done.value_or(0));
  std::string text = fmt::format("  energy{}: {}, {:.0f} fJ for each multiply-accumulate done\n",
                                 result.whole() ? " of a frame" : " of " + summed_text(result),
                                 uj_text(with.total()), macs > 0 ? 1e9 * with.total() / macs : 0);
  text += fmt::format("    by level: DRAM {}, SRAM {}, logic {}\n",
                      uj_text(with.of(results::EnergyLevel::kDram)),
                      uj_text(with.of(results::EnergyLevel::kSram)),
                      uj_text(with.of(results::EnergyLevel::kLogic)));
  text += fmt::format("    by tensor: weights {}, maps {}, partial sums {}, control {}\n",
                      uj_text(with.of(results::EnergyTensor::kWeights)),
                      uj_text(with.of(results::EnergyTensor::kMaps)),
                      uj_text(with.of(results::EnergyTensor::kPartialSums)),
                      uj_text(with.of(results::EnergyTensor::kControl)));
  if (energy.without) {
    text += fmt::format("    without gates: {}\n", uj_text(energy.without->total()));
  }
  return text + basis_text(energy.basis);
}

/// A row for each layer.
std::string layer_energies_text(const EstimateResult& result, std::size_t width) {
  std::string text = fmt::format("  {:<{}} {:>12} {:>12} {:>12} {:>12} {:>10}\n", "energy, uJ",
                                 width, "DRAM", "SRAM", "logic", "all", "fJ / MAC");
  for (std::size_t k = 0; k < result.layers.size(); ++k) {
    const LayerResult& layer = result.layers[k];
    if (!layer.on_accelerator || !layer.computed_with.empty()) continue;
    const results::Energy& of = result.energy->layers[k];
    const auto macs = static_cast<double>(layer.figures.macs_done.value_or(0));
    text += fmt::format("  {:<{}} {:>12.3f} {:>12.3f} {:>12.3f} {:>12.3f} {:>10}\n", layer.name,
                        width, of.of(results::EnergyLevel::kDram),
                        of.of(results::EnergyLevel::kSram), of.of(results::EnergyLevel::kLogic),
                        of.total(), macs > 0 ? fmt::format("{:.0f}", 1e9 * of.total() / macs) : "");
  }
  return text;
}

}  // namespace

std::string estimate_text(const EstimateResult& result, bool layer_energies) {
  std::size_t width = layer_energies ? 10 : 5;
  for (const LayerResult& layer : result.layers) width = std::max(width, layer.name.size());
  std::string text;
  if (!result.whole()) text = result.not_run + "\n";
  text += fmt::format("{} on {}, by the cycle model\n", result.network, result.design);
  text += head_text(compared(result), width);
  for (const LayerResult& layer : result.layers) {
    text += row_text(layer, compared(result), width);
  }
  text += totals_text(result);
  if (!result.gates_note.empty()) text += "  " + result.gates_note + "\n";
  if (!result.energy) return text;
  if (layer_energies) text += layer_energies_text(result, width);
  return text + energy_text(result);
}

}  // namespace sluice::app
