// SPDX-License-Identifier: Apache-2.0
// Area: logic by block, memories by kind.
#include <fmt/format.h>

#include <algorithm>

#include "generator/report/charts.h"
#include "generator/report/svg.h"

namespace sluice::report {

using results::AreaFigures;
using results::AreaResult;
using results::BlockFigures;
using results::column;
using results::KindFigures;

namespace {

struct Bar {
  std::string name;
  const char* style;
  double nand2;
  std::string hint;
};

Bar block_bar(const std::string& name, const BlockFigures& block) {
  return {name, "b0", block.nand2.value_or(0),
          fmt::format("{}\n{} NAND2, {} % of the logic\n{} flip-flops", name,
                      column(&BlockFigures::nand2).text(block),
                      column(&BlockFigures::percent).text(block),
                      column(&BlockFigures::flip_flops).text(block))};
}

std::string cut_text(const results::MemoryResult& memory) {
  if (!memory.cut) return "flip-flops";
  return fmt::format("each {} x {} macros of {} x {} bits", memory.cut->columns, memory.cut->rows,
                     memory.cut->words, memory.cut->bits);
}

Bar memory_bar(const results::MemoryResult& memory) {
  std::string name = memory.kind;
  std::replace(name.begin(), name.end(), '_', ' ');
  const KindFigures& figures = memory.figures;
  return {name, "b1", figures.nand2.value_or(0),
          fmt::format("{}\n{} NAND2\n{} of {} x {} bits\n{}", name,
                      column(&KindFigures::nand2).text(figures),
                      column(&KindFigures::count).text(figures),
                      column(&KindFigures::words).text(figures),
                      column(&KindFigures::width).text(figures), cut_text(memory))};
}

/// Logic by block, all in one if the design is flat, then memories by kind.
std::vector<Bar> bars_of(const AreaResult& area) {
  std::vector<Bar> bars;
  for (const auto& [name, block] : area.blocks) bars.push_back(block_bar(name, block));
  if (area.blocks.empty()) bars.push_back(block_bar("logic", area.total));
  for (const results::MemoryResult& memory : area.memories) bars.push_back(memory_bar(memory));
  return bars;
}

/// "1.5 k · 12.0 %", of the total.
std::string share_text(double nand2, double total) {
  return fmt::format("{} · {:.1f} %", short_number(nand2), total > 0 ? 100 * nand2 / total : 0);
}

std::string chart(const AreaResult& area) {
  constexpr int kRow = 22, kNames = 172, kBars = 180;
  const double total = area.figures.total_nand2.value_or(0);
  const std::vector<Bar> bars = bars_of(area);
  double most = 1;
  for (const Bar& bar : bars) most = std::max(most, bar.nand2);
  std::string text;
  int row = 0;
  const auto add = [&](const std::string& name, double width, const std::string& figures) {
    const double y = 17.0 + kRow * row++;
    text += fmt::format("<text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                        kNames - 5, y, escape(name));
    text += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                        kNames + width + 5, y, figures);
  };
  for (const Bar& bar : bars) {
    const double y = 4.0 + kRow * row, width = kBars * bar.nand2 / most;
    text +=
        fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{}\" {}/>",
                    bar.style, kNames, y, width, kRow - 5, hint(bar.hint));
    add(bar.name, width, share_text(bar.nand2, total));
  }
  add("total", 0, share_text(total, total));
  return svg(480, kRow * row + 8, "area of logic by block and of memories by kind", text);
}

}  // namespace

std::string area_section(const AreaResult& area) {
  const auto figure_text = [&area](auto member) { return column(member).text(area.figures); };
  const std::string legend =
      "<ul class=\"legend\"><li><i class=\"b0\"></i>logic</li>"
      "<li><i class=\"b1\"></i>memories</li></ul>";
  return figure(
      "Area: logic by block, memories by kind", legend + chart(area),
      fmt::format("{}: {} NAND2, {} of logic and {} of memories ({} bits); {} mm2. For each 8-bit "
                  "product a cycle {}, {} of logic. {}, recipe {}; memories are macros of {}, {}, "
                  "in NAND2 of that node, small ones flip-flops.",
                  escape(area.design), figure_text(&AreaFigures::total_nand2),
                  column(&BlockFigures::nand2).text(area.total),
                  figure_text(&AreaFigures::memory_nand2), figure_text(&AreaFigures::memory_bits),
                  figure_text(&AreaFigures::total_mm2), figure_text(&AreaFigures::nand2_per_mac),
                  figure_text(&AreaFigures::logic_nand2_per_mac), escape(area.library),
                  escape(area.recipe), escape(area.memory_table), escape(area.memory_node)));
}

}  // namespace sluice::report
