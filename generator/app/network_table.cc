// SPDX-License-Identifier: Apache-2.0
#include "generator/app/network_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/text.h"

namespace sluice::app {
namespace {

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

Gain gain_of(double gated, double ungated, double macs_all, double macs_done, int images) {
  return {ratio(gated, images), ratio(ungated, images), ratio(ungated, gated),
          ratio(macs_all, macs_done)};
}

bool compared(const run::NetworkReport& report) {
  return report.cycles_gated > 0 && report.cycles_ungated > 0;
}

/// Columns of the layers' names, with the word "gated".
std::size_t name_width(const run::NetworkReport& report) {
  std::size_t width = 12;
  for (const run::LayerTally& layer : report.layers) width = std::max(width, layer.name.size());
  return width + 7;
}

std::string layer_row(const run::LayerTally& layer, std::size_t width, int images) {
  if (!layer.computed_with.empty()) {
    return fmt::format("  {:<{}} in {}\n", layer.name, width, layer.computed_with);
  }
  const double gated = ratio(layer.cycles_gated, images);
  const double ungated = ratio(layer.cycles_ungated, images);
  std::string text = fmt::format("  {:<{}} {:<6} {:>12.0f} {:>12.0f}", layer.name, width - 7,
                                 layer.gated ? "gated" : "", gated, ungated);
  if (layer.gated && gated > 0 && ungated > 0) {
    const double measured = ungated / gated;
    const double theory = ratio(layer.macs_all, layer.macs_done);
    text += fmt::format(" {:>9.3f}x {:>9.3f}x {:>8.3f}", measured, theory, ratio(measured, theory));
  }
  return text + "\n";
}

std::string gain_row(const std::string& name, std::size_t width, const Gain& gain) {
  return fmt::format("  {:<{}} {:>12.0f} {:>12.0f} {:>9.3f}x {:>9.3f}x {:>8.3f}\n", name, width,
                     gain.cycles_gated, gain.cycles_ungated, gain.measured, gain.theoretical,
                     gain.share());
}

std::string accuracy_text(const run::NetworkReport& report) {
  if (report.labelled == 0) return "";
  std::string text = fmt::format("  accuracy on these {} images:", report.labelled);
  if (report.cycles_gated > 0) {
    text += fmt::format(" {:.1f} % with gates", 100.0 * report.correct_gated / report.labelled);
  }
  if (report.cycles_ungated > 0) {
    text += fmt::format("{} {:.1f} % gates ignored", report.cycles_gated > 0 ? "," : "",
                        100.0 * report.correct_ungated / report.labelled);
  }
  return text + "\n";
}

std::string traffic_row(const char* what, std::size_t width, std::uint64_t gated,
                        std::uint64_t ungated, int images) {
  std::string text = fmt::format("  {:<{}} {:>12.0f} {:>12.0f}", what, width, ratio(gated, images),
                                 ratio(ungated, images));
  if (gated > 0 && ungated > 0) text += fmt::format(" {:>9.3f}x", ratio(ungated, gated));
  return text + "\n";
}

std::string traffic_text(const run::NetworkReport& report) {
  const run::Traffic &gated = report.traffic_gated, &ungated = report.traffic_ungated;
  const std::size_t width = name_width(report);
  return fmt::format("  {:<{}} {:>12} {:>12} {:>10}\n", "bytes per image", width, "with gates",
                     "without", "ratio") +
         traffic_row("read from memory", width, gated.read, ungated.read, report.images) +
         traffic_row("written to memory", width, gated.written, ungated.written, report.images) +
         traffic_row("  with a strobe", width, gated.stored, ungated.stored, report.images);
}

std::string checked_text(const run::NetworkReport& report) {
  std::string text =
      fmt::format("  bit-exact with the golden model: {} of {} runs\n", report.exact, report.runs);
  if (report.port == Port::kNative) {
    return text + fmt::format("  cycles as predicted by the cycle model: {} of {} runs\n",
                              report.timed, report.runs);
  }
  return text +
         fmt::format("  bit-exact with random handshakes, latencies and order: {} of {} runs\n",
                     report.stalled_exact, report.stalled) +
         "  the rules of AXI are checked in all runs; cycles are as measured, they are compared "
         "with the\n  cycle model at the native port only\n";
}

nlohmann::ordered_json traffic_json(const run::Traffic& traffic, int images) {
  return {{"read_per_image", ratio(traffic.read, images)},
          {"written_per_image", ratio(traffic.written, images)},
          {"written_with_strobe_per_image", ratio(traffic.stored, images)}};
}

nlohmann::ordered_json gain_json(const Gain& gain) {
  return {{"cycles_per_image_gated", gain.cycles_gated},
          {"cycles_per_image_ungated", gain.cycles_ungated},
          {"measured_speedup", gain.measured},
          {"theoretical_speedup", gain.theoretical},
          {"measured_over_theoretical", gain.share()}};
}

}  // namespace

Gain whole_gain(const run::NetworkReport& report) {
  double all = 0, done = 0;
  for (const run::LayerTally& layer : report.layers) {
    all += layer.macs_all;
    done += layer.macs_done;
  }
  return gain_of(report.cycles_gated, report.cycles_ungated, all, done, report.images);
}

Gain gated_gain(const run::NetworkReport& report) {
  double gated = 0, ungated = 0, all = 0, done = 0;
  for (const run::LayerTally& layer : report.layers) {
    if (!layer.gated) continue;
    gated += layer.cycles_gated;
    ungated += layer.cycles_ungated;
    all += layer.macs_all;
    done += layer.macs_done;
  }
  return gain_of(gated, ungated, all, done, report.images);
}

std::string table_text(const std::string& title, const run::NetworkReport& report) {
  std::string text = fmt::format("{}, {} port, {}\n", title, port_title(report.port),
                                 count_of(report.images, "image"));
  const std::size_t width = name_width(report);
  text += fmt::format("  {:<{}} {:>12} {:>12} {:>10} {:>10} {:>8}\n", "cycles per image", width,
                      "with gates", "without", "speed-up", "theory", "ratio");
  for (const run::LayerTally& layer : report.layers) text += layer_row(layer, width, report.images);
  if (compared(report)) {
    text += gain_row("gated layers", width, gated_gain(report));
    text += gain_row("whole network", width, whole_gain(report));
  } else {
    text += fmt::format("  {:<{}} {:>12.0f} {:>12.0f}\n", "whole network", width,
                        ratio(report.cycles_gated, report.images),
                        ratio(report.cycles_ungated, report.images));
  }
  text += traffic_text(report) + accuracy_text(report) + checked_text(report);
  if (!report.first_problem.empty()) text += fmt::format("  FAILED: {}\n", report.first_problem);
  return text;
}

nlohmann::ordered_json table_json(const std::string& title, const run::NetworkReport& report) {
  nlohmann::ordered_json json;
  json["title"] = title;
  json["port"] = port_key(report.port);
  json["images"] = report.images;
  json["runs"] = report.runs;
  json["bit_exact"] = report.exact;
  if (report.port == Port::kAxi) {
    json["stalled_runs"] = report.stalled;
    json["stalled_bit_exact"] = report.stalled_exact;
  } else {
    json["cycles_predicted"] = report.timed;
  }
  if (report.cycles_gated > 0) {
    json["memory_bytes_gated"] = traffic_json(report.traffic_gated, report.images);
  }
  if (report.cycles_ungated > 0) {
    json["memory_bytes_ungated"] = traffic_json(report.traffic_ungated, report.images);
  }
  if (report.labelled > 0) {
    json["correct_gated"] = report.correct_gated;
    json["correct_ungated"] = report.correct_ungated;
  }
  json["gated_layers"] = gain_json(gated_gain(report));
  json["whole_network"] = gain_json(whole_gain(report));
  for (const run::LayerTally& layer : report.layers) {
    json["layers"].push_back({{"name", layer.name},
                              {"gated", layer.gated},
                              {"cycles_gated", layer.cycles_gated},
                              {"cycles_ungated", layer.cycles_ungated},
                              {"macs_all", layer.macs_all},
                              {"macs_done", layer.macs_done}});
    if (!layer.computed_with.empty()) {
      json["layers"].back()["computed_with"] = layer.computed_with;
    }
    if (layer.gates > 0) json["layers"].back()["open_share"] = layer.open_share();
  }
  if (!report.first_problem.empty()) json["problem"] = report.first_problem;
  return json;
}

}  // namespace sluice::app
