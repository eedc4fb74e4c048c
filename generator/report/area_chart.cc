// SPDX-License-Identifier: Apache-2.0
// Cell area by block.
#include <fmt/format.h>

#include <algorithm>

#include "generator/report/charts.h"
#include "generator/report/svg.h"

namespace sluice::report {

using results::AreaFigures;
using results::BlockFigures;
using results::column;

std::string area_section(const results::AreaResult& area) {
  constexpr int kRow = 22, kNames = 172, kBars = 180;
  double most = 1;
  for (const results::BlockResult& block : area.blocks) {
    most = std::max(most, block.figures.percent.value_or(0));
  }
  std::string text;
  int row = 0;
  for (const auto& [name, block] : area.blocks) {
    const double percent = block.percent.value_or(0), nand2 = block.nand2.value_or(0);
    const std::string percent_text = column(&BlockFigures::percent).text(block);
    const double y = 4.0 + kRow * row++, width = kBars * percent / most;
    text += fmt::format("<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                        kNames - 5, y + 13, escape(name));
    text +=
        fmt::format("<rect class=\"b0\" x=\"{}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{}\" {}/>",
                    kNames, y, width, kRow - 5,
                    hint(fmt::format("{}\n{} NAND2, {} %\n{} flip-flops", name,
                                     column(&BlockFigures::nand2).text(block), percent_text,
                                     column(&BlockFigures::flip_flops).text(block))));
    text += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\">{} · {} %</text>\n",
                        kNames + width + 5, y + 13, short_number(nand2), percent_text);
  }
  return figure("Area by block, without memories",
                svg(480, kRow * row + 8, "cell area by block", text),
                fmt::format("{}: {} NAND2 of logic without memories, {} for each 8-bit product a "
                            "cycle; {} with the {} bits of memory. {}, recipe {}.",
                            escape(area.design), column(&BlockFigures::nand2).text(area.total),
                            column(&AreaFigures::logic_nand2_per_mac).text(area.figures),
                            column(&AreaFigures::total_nand2).text(area.figures),
                            column(&AreaFigures::memory_bits).text(area.figures),
                            escape(area.library), escape(area.recipe)));
}

}  // namespace sluice::report
