// SPDX-License-Identifier: Apache-2.0
// Cell area by block.
#include <fmt/format.h>

#include <algorithm>

#include "generator/report/charts.h"
#include "generator/report/svg.h"

namespace sluice::report {

std::string area_section(const Json& area) {
  constexpr int kRow = 22, kNames = 172, kBars = 180;
  double most = 1;
  for (const auto& [name, block] : area.at("blocks").items()) {
    most = std::max(most, block.at("percent").get<double>());
  }
  std::string text;
  int row = 0;
  for (const auto& [name, block] : area.at("blocks").items()) {
    const double percent = block.at("percent"), nand2 = block.at("nand2");
    const double y = 4.0 + kRow * row++, width = kBars * percent / most;
    text += fmt::format("<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                        kNames - 5, y + 13, escape(name));
    text +=
        fmt::format("<rect class=\"b0\" x=\"{}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{}\" {}/>",
                    kNames, y, width, kRow - 5,
                    hint(fmt::format("{}\n{:.0f} NAND2, {:.1f} %\n{} flip-flops", name, nand2,
                                     percent, block.at("flip_flops").get<std::int64_t>())));
    text += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\">{} · {:.1f} %</text>\n",
                        kNames + width + 5, y + 13, short_number(nand2), percent);
  }
  return figure(
      "Area by block, without memories", svg(480, kRow * row + 8, "cell area by block", text),
      fmt::format("{}: {:.0f} NAND2 of logic without memories, {:.1f} for each 8-bit product a "
                  "cycle; and {} "
                  "bits of memory, not in the area. {}, recipe {}.",
                  escape(area.at("design")), area.at("total").at("nand2").get<double>(),
                  area.at("nand2_per_mac").get<double>(),
                  area.at("memory_bits").get<std::int64_t>(), escape(area.at("library")),
                  escape(area.at("recipe"))));
}

}  // namespace sluice::report
