// SPDX-License-Identifier: Apache-2.0
// What the layers of an estimate cost: cycles by bound, and a roofline.
#include <fmt/format.h>

#include <algorithm>

#include "generator/report/charts.h"
#include "generator/report/svg.h"

namespace sluice::report {
namespace {

constexpr int kRow = 17, kNames = 142, kBars = 280;

using results::column;
using results::EstimateResult;
using results::LayerResult;
using results::NetworkFigures;

std::vector<LayerResult> computed_layers(const EstimateResult& estimate) {
  std::vector<LayerResult> layers;
  for (const LayerResult& layer : estimate.layers) {
    if (layer.on_accelerator) layers.push_back(layer);
  }
  return layers;
}

double number(const std::optional<std::int64_t>& count) {
  return static_cast<double>(count.value_or(0));
}

/// Above each figure of a network that does not run whole.
std::string not_run(const EstimateResult& estimate) {
  const std::size_t all = estimate.layers.size(), run = computed_layers(estimate).size();
  if (run == all) return "";
  return warning(estimate.not_run.empty() ? fmt::format("{} of {} layers NOT RUN", all - run, all)
                                          : estimate.not_run);
}

std::string sums_text(const EstimateResult& estimate) {
  // Of the network, or of the layers that run, which are no network
  const NetworkFigures& sums = estimate.sums();
  const bool whole = computed_layers(estimate).size() == estimate.layers.size();
  std::string text = fmt::format("{} cycles {}", column(&NetworkFigures::cycles).text(sums),
                                 whole ? "in all" : "for the layers that run");
  if (whole && estimate.figures.frames_per_second) {
    text += fmt::format(", {} frames a second at {} MHz",
                        column(&NetworkFigures::frames_per_second).text(estimate.figures),
                        column(&NetworkFigures::clock_mhz).text(estimate.figures));
  }
  text += fmt::format("; the multipliers do {} of what they could.",
                      column(&NetworkFigures::utilisation).text(sums));
  const std::string& gates = estimate.gates_note;
  return gates.empty() ? text : text + " " + escape(gates) + ".";
}

/// As much of a name as there is room for; pointing at the bar shows all of it.
std::string short_name(const std::string& name) {
  constexpr std::size_t kLongest = 20;
  return name.size() <= kLongest ? name : ".." + name.substr(name.size() - kLongest + 2);
}

/// One bar: a piece for each share of the layer's cycles.
std::string bar(const LayerResult& layer, double y, double scale) {
  const double cycles = number(layer.figures.cycles);
  double x = kNames;
  std::string text;
  int bound = 0;
  for (const auto& [name, share] : layer.shares) {
    const double width = share * cycles * scale;
    if (width > 0) {
      text += fmt::format(
          "<rect class=\"b{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{}\" {}/>",
          bound, x, y, width, kRow - 4,
          hint(fmt::format("{}\n{}: {:.0f} of {:.0f} cycles, {:.1f} %", layer.name, name,
                           share * cycles, cycles, 100 * share)));
    }
    x += width;
    bound++;
  }
  return text + fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 4,
                            y + kRow - 7, short_number(cycles));
}

std::string legend(const LayerResult& layer) {
  std::string text = "<ul class=\"legend\">";
  int bound = 0;
  for (const auto& [name, share] : layer.shares) {
    text += fmt::format("<li><i class=\"b{}\"></i>{}</li>", bound++, escape(name));
  }
  return text + "</ul>\n";
}

struct Dot {
  std::string name;
  double intensity = 0, rate = 0, share = 0;
  bool gated = false;
};

std::vector<Dot> dots_of(const EstimateResult& estimate) {
  std::vector<Dot> dots;
  for (const LayerResult& layer : computed_layers(estimate)) {
    const results::LayerFigures& of = layer.figures;
    const double work = number(of.macs_done), cycles = number(of.cycles);
    const double bytes = number(of.read_bytes) + number(of.write_bytes);
    if (work <= 0 || cycles <= 0 || bytes <= 0) continue;
    dots.push_back({layer.name, work / bytes, work / cycles,
                    cycles / number(estimate.sums().cycles), of.gated.value_or(false)});
  }
  return dots;
}

/// A roof: what memory of so many bytes a cycle allows, up to the peak.
std::string roof(const Scale& x, const Scale& y, double bytes, double peak, const char* kind) {
  const double from = std::max(x.low(), y.low() / bytes), ridge = std::min(peak / bytes, x.high());
  return fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>\n", kind, x.at(from),
                     y.at(bytes * from), x.at(ridge), y.at(bytes * ridge));
}

}  // namespace

std::string layer_section(const EstimateResult& estimate) {
  std::vector<LayerResult> layers = computed_layers(estimate);
  std::erase_if(layers, [](const LayerResult& layer) { return !layer.computed_with.empty(); });
  if (layers.empty()) return "";
  double most = 1;
  for (const LayerResult& layer : layers) most = std::max(most, number(layer.figures.cycles));
  std::string text;
  for (std::size_t k = 0; k < layers.size(); k++) {
    const double y = 4.0 + static_cast<double>(k) * kRow;
    text += fmt::format("<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                        kNames - 5, y + kRow - 7, escape(short_name(layers[k].name)));
    text += bar(layers[k], y, kBars / most);
  }
  return figure("Cycles by layer",
                not_run(estimate) + legend(layers.front()) +
                    svg(480, static_cast<int>(layers.size()) * kRow + 8,
                        "cycles of each layer by what they went to", text),
                sums_text(estimate));
}

std::string roofline_section(const EstimateResult& estimate) {
  const std::vector<Dot> dots = dots_of(estimate);
  if (dots.empty()) return "";
  const double peak = number(estimate.figures.macs_per_cycle_8),
               bytes = number(estimate.figures.memory_bytes_per_cycle);
  double low_x = peak / bytes / 4, high_x = peak / bytes * 4, low_y = peak / 4, high_y = peak * 1.6;
  for (const Dot& dot : dots) {
    low_x = std::min(low_x, dot.intensity / 1.5);
    high_x = std::max(high_x, dot.intensity * 1.5);
    low_y = std::min(low_y, dot.rate / 1.5);
    high_y = std::max(high_y, dot.rate * 1.3);
  }
  const Box box{58, 34, 470, 300};
  const Scale x(low_x, high_x, box.left, box.right, true),
      y(low_y, high_y, box.bottom, box.top, true);
  std::string text = axes(box, x, y, "multiply-accumulates for each byte read or written",
                          "multiply-accumulates a cycle");
  text += roof(x, y, bytes, peak, "roof") + roof(x, y, 2 * bytes, peak, "roof both");
  text += fmt::format("<path class=\"roof\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n",
                      x.at(std::max(peak / bytes / 2, low_x)), y.at(peak), box.right);
  for (const Dot& dot : dots) {
    text +=
        fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" {}/>\n",
                    dot.gated ? "front" : "plain", x.at(dot.intensity), y.at(dot.rate),
                    4 + 8 * std::min(1.0, dot.share * 4),
                    hint(fmt::format(
                        "{}{}\n{:.1f} MAC/cycle, {:.1f} MAC/byte\n{:.1f} % of the cycles", dot.name,
                        dot.gated ? " (gated)" : "", dot.rate, dot.intensity, 100 * dot.share)));
  }
  return figure(
      "Roofline", not_run(estimate) + svg(480, 340, "roofline of the layers", text),
      fmt::format(
          "Roofs: {:.0f} multiply-accumulates a cycle at 8 bits, and {:.0f} bytes a cycle of "
          "memory (dashed: read and written at once). Larger circles took more cycles; "
          "filled ones are gated, with the multiply-accumulates that the gates leave.",
          peak, bytes));
}

}  // namespace sluice::report
