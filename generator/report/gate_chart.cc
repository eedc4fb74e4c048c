// SPDX-License-Identifier: Apache-2.0
// Where in the image the gates are open.
#include <fmt/format.h>

#include "generator/report/charts.h"
#include "generator/report/svg.h"

namespace sluice::report {
namespace {

constexpr int kLevels = 9;

/// One path for each level of darkness: far smaller than a rectangle for each position.
std::string heat(const estimate::GateMap& map) {
  std::string levels[kLevels];
  for (int y = 0; y < map.height(); y++) {
    for (int x = 0; x < map.width(); x++) {
      int open = 0;
      for (int gate = 0; gate < map.gates(); gate++) open += map.open(gate, y, x);
      const int level = (open * (kLevels - 1) + map.gates() - 1) / map.gates();
      levels[level] += fmt::format("M{} {}h1v1h-1z", x, y);
    }
  }
  std::string text;
  for (int level = 0; level < kLevels; level++) {
    if (levels[level].empty()) continue;
    text += fmt::format("<path class=\"h{}\" d=\"{}\"/>\n", level, levels[level]);
  }
  return text;
}

}  // namespace

std::string gate_section(const std::map<std::string, estimate::GateMap>& gates) {
  std::string maps;
  for (const auto& [name, map] : gates) {
    if (map.size() == 0) continue;
    const double share = static_cast<double>(map.count()) / static_cast<double>(map.size());
    maps += fmt::format("<figure {}>{}<figcaption>{}: {:.1f} %</figcaption></figure>\n",
                        hint(fmt::format("{}\n{} x {} positions, {} gates\n{:.2f} % open", name,
                                         map.height(), map.width(), map.gates(), 100 * share)),
                        svg(map.width(), map.height(), "open gates of " + name, heat(map)),
                        escape(name), 100 * share);
  }
  if (maps.empty()) return "";
  return figure("Open gates over the image", "<div class=\"maps\">\n" + maps + "</div>\n",
                "Each position of a layer's output, the darker the more of its gates are open: "
                "white none, black all.");
}

}  // namespace sluice::report
