// SPDX-License-Identifier: Apache-2.0
// Accuracy against costs: all points of a study, those that no other beats, and their commands.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "generator/report/charts.h"
#include "generator/report/front_chart.h"
#include "generator/report/svg.h"

namespace sluice::report {
namespace {

using study::Cost;
using study::Figure;
using study::Figures;
using study::Row;
using study::StudyResult;

constexpr std::size_t kColours = 8;

/// A figure with so many digits; empty if there is none.
std::string text_of(const Figure& figure, int digits = 0) {
  return figure ? fmt::format("{:.{}f}", *figure, digits) : "";
}

std::string percent(const Figure& figure) {
  return figure ? fmt::format("{:.2f} %", 100 * *figure) : "";
}

/// Configs in their order.
std::vector<std::string> configs_of(const StudyResult& study) {
  std::vector<std::string> configs;
  for (const Row& row : study.rows) {
    if (std::find(configs.begin(), configs.end(), row.config) == configs.end())
      configs.push_back(row.config);
  }
  return configs;
}

std::string colour_of(const std::vector<std::string>& configs, const Row& row) {
  const auto at = std::find(configs.begin(), configs.end(), row.config) - configs.begin();
  return fmt::format("b{}", static_cast<std::size_t>(at) % kColours);
}

std::string legend(const std::vector<std::string>& configs) {
  std::string text = "<ul class=\"legend\">";
  for (std::size_t k = 0; k < configs.size(); k++) {
    text += fmt::format("<li><i class=\"b{}\"></i>{}</li>", k % kColours, escape(configs[k]));
  }
  return text + "</ul>\n";
}

std::string row_hint(const StudyResult& study, const Row& row) {
  const Figures& figures = row.figures;
  std::string text =
      fmt::format("{} on {}\n{}\n{} accurate, {} cycles, {} frames/s", row.network, row.config,
                  row.settings_text(study.varied()), percent(figures.accuracy),
                  text_of(figures.cycles), text_of(figures.frames_per_second, 1));
  if (figures.energy_uj) text += fmt::format("\n{} uJ", text_of(figures.energy_uj, 2));
  if (figures.total_nand2)
    text += fmt::format("\n{} NAND2 with memories", short_number(*figures.total_nand2));
  return text;
}

std::string cost_section(const StudyResult& study, const Cost& cost) {
  const study::Front front = study::front_of(study, cost);
  const std::vector<std::string> configs = configs_of(study);
  std::vector<Dot> dots;
  for (const std::size_t k : front.rows) {
    const Row& row = study.rows[k];
    const std::string colour = colour_of(configs, row);
    dots.push_back({*(row.figures.*cost.member), 100 * *row.figures.accuracy, row_hint(study, row),
                    colour, colour});
  }
  std::string table = fmt::format(
      "<div class=\"wide\"><table>\n<tr><th>accuracy</th><th>{}</th><th>network</th>"
      "<th>config</th><th>knobs</th></tr>\n",
      escape(cost.title));
  for (const std::size_t k : front.best) {
    const Row& row = study.rows[front.rows[k]];
    table += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        percent(row.figures.accuracy),
        text_of(row.figures.*cost.member, cost.member == &Figures::energy_uj ? 2 : 0),
        escape(row.network), escape(row.config), escape(row.settings_text(study.varied())));
  }
  const bool area = cost.member == &Figures::total_nand2;
  const bool energy = cost.member == &Figures::energy_uj;
  const std::string note = area ? study.area_note : energy ? study.energy_note : "";
  const std::size_t failed = study.rows.size() - front.rows.size();
  return figure(
      fmt::format("Accuracy against {}", area     ? "area"
                                         : energy ? "energy"
                                                  : "cycles"),
      legend(configs) +
          front_chart(fmt::format("accuracy against {}", cost.title), cost.title, "accuracy, %",
                      dots, front.best) +
          table + "</table></div>\n",
      fmt::format("{} points at {:g} MHz, {} of them not beaten in both (line and table); {} "
                  "failed. Accuracy: the golden model, {} images. Cycles and energy: of a frame, "
                  "the mean of {} images where gates make them differ.{}",
                  study.rows.size(), study.clock_mhz, front.best.size(), failed, study.count,
                  study.images, note.empty() ? "" : " " + escape(note) + "."));
}

/// A section as wide as the page.
std::string across(const std::string& section) {
  constexpr std::string_view kStart = "<section";
  return std::string(kStart) + " class=\"all\"" + section.substr(kStart.size());
}

std::string points_section(const StudyResult& study) {
  std::string text =
      "<div class=\"wide\"><table>\n<tr><th>network</th><th>config</th><th>knobs</th>"
      "<th>accuracy</th><th>float</th><th>cycles</th><th>frames/s</th><th>uJ</th><th>NAND2</th>"
      "<th>commands, in the study's folder</th></tr>\n";
  for (const Row& row : study.rows) {
    const Figures& figures = row.figures;
    std::string commands;
    for (const std::string& command : row.commands) {
      commands +=
          fmt::format("{}<code>{}</code>", commands.empty() ? "" : "<br/>", escape(command));
    }
    if (!row.ok()) commands = "failed: " + escape(row.error) + "<br/>" + commands;
    text += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escape(row.network), escape(row.config), escape(row.settings_text(study.knobs)),
        percent(figures.accuracy), percent(figures.float_accuracy), text_of(figures.cycles),
        text_of(figures.frames_per_second, 1), text_of(figures.energy_uj, 2),
        text_of(figures.total_nand2), commands);
  }
  return across(figure("All points", text + "</table></div>\n",
                       "Each with the commands that repeat it, run in the study's folder."));
}

}  // namespace

std::string study_sections(const StudyResult& study) {
  std::string text;
  for (const Cost& cost : study::costs_of(study)) text += cost_section(study, cost);
  return text + points_section(study);
}

}  // namespace sluice::report
