// SPDX-License-Identifier: Apache-2.0
#include "generator/study/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "generator/sweep/front.h"
#include "generator/sweep/tables.h"

namespace sluice::study {
namespace {

using json::Json;

constexpr std::size_t kShownRows = 20, kShownMessages = 5;

std::string value_of(const Row& row, const std::string& knob) {
  for (const results::Setting& one : row.settings) {
    if (one.key == knob) return one.text();
  }
  return "";
}

/// Whole numbers without a fraction.
Json number(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

std::string failures_text(const StudyResult& study) {
  std::map<std::string, std::size_t> counts;
  for (const Row& row : study.rows) {
    if (!row.ok()) counts[row.network + " on " + row.config + ": " + row.error]++;
  }
  std::string text;
  std::size_t shown = 0;
  for (const auto& [message, count] : counts) {
    if (++shown > kShownMessages) break;
    text += fmt::format("  failed, {} x: {}\n", count, message);
  }
  if (counts.size() > kShownMessages) {
    text +=
        fmt::format("  .. and {} other messages; see points.csv\n", counts.size() - kShownMessages);
  }
  return text;
}

std::string front_text(const StudyResult& study, const Cost& cost) {
  const Front front = front_of(study, cost);
  std::string text = fmt::format("  no other point is both more accurate and has {}:\n", cost.word);
  text += fmt::format("  {:>9} {:>14}  {}\n", "accuracy", cost.title, "point");
  for (std::size_t k = 0; k < front.best.size() && k < kShownRows; k++) {
    const Row& row = study.rows[front.rows[front.best[k]]];
    text += fmt::format("  {:>7.2f} % {:>14.{}f}  {} on {}: {}\n", 100 * *row.figures.accuracy,
                        *(row.figures.*cost.member), cost.member == &Figures::energy_uj ? 2 : 0,
                        row.network, row.config, row.settings_text(study.varied()));
  }
  if (front.best.size() > kShownRows)
    text += fmt::format("  .. and {} more; see points.csv\n", front.best.size() - kShownRows);
  return text;
}

}  // namespace

const std::vector<FigureName>& figure_names() {
  static const std::vector<FigureName> names = {
      {"float_accuracy", &Figures::float_accuracy},
      {"trained_accuracy", &Figures::trained_accuracy},
      {"accuracy", &Figures::accuracy},
      {"mac_reduction", &Figures::mac_reduction},
      {"cycles", &Figures::cycles},
      {"cycles_least", &Figures::cycles_least},
      {"cycles_most", &Figures::cycles_most},
      {"frames_per_second", &Figures::frames_per_second},
      {"macs", &Figures::macs},
      {"macs_done", &Figures::macs_done},
      {"energy_uj", &Figures::energy_uj},
      {"area_nand2", &Figures::area_nand2},
      {"memory_nand2", &Figures::memory_nand2},
      {"total_nand2", &Figures::total_nand2},
      {"total_mm2", &Figures::total_mm2},
  };
  return names;
}

void read_figures(const json::Value& from, Figures& to) {
  for (const FigureName& one : figure_names()) {
    if (const auto value = from.find(one.name)) to.*one.member = value->number(0);
  }
}

void write_figures(const Figures& figures, Json& to) {
  for (const FigureName& one : figure_names()) {
    if (figures.*one.member) to[one.name] = number(*(figures.*one.member));
  }
}

void drop_failed(const std::filesystem::path& file) {
  std::error_code ignored;
  const InputText kept = try_read(file.string(), input::kKept.most);
  const Json json = Json::parse(kept.text, nullptr, false);
  if (json.is_object() && json.contains("error")) std::filesystem::remove(file, ignored);
}

std::string Row::settings_text(const std::vector<std::string>& knobs) const {
  std::vector<std::string> parts;
  for (const std::string& knob : knobs) {
    const std::string value = value_of(*this, knob);
    if (!value.empty()) parts.push_back(knob + " " + value);
  }
  return parts.empty() ? "as it is" : fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> StudyResult::varied() const {
  std::vector<std::string> all;
  for (const std::string& knob : knobs) {
    std::set<std::string> values;
    for (const Row& row : rows) values.insert(value_of(row, knob));
    if (values.size() > 1) all.push_back(knob);
  }
  return all;
}

std::string results_csv(const StudyResult& study) {
  std::string text = "network,config";
  for (const std::string& knob : study.knobs) text += "," + knob;
  text += ",ok";
  for (const FigureName& one : figure_names()) text += fmt::format(",{}", one.name);
  text += ",error,key\n";
  for (const Row& row : study.rows) {
    text += row.network + "," + row.config;
    for (const std::string& knob : study.knobs) text += "," + value_of(row, knob);
    text += row.ok() ? ",true" : ",false";
    for (const FigureName& one : figure_names()) {
      const Figure& figure = row.figures.*one.member;
      text += "," + (figure ? number(*figure).dump() : std::string());
    }
    text += "," + sweep::csv_cell(row.error) + "," + row.key + "\n";
  }
  return text;
}

Json json_of(const StudyResult& study) {
  Json all = {{"study", study.title},
              {"clock_mhz", study.clock_mhz},
              {"count", study.count},
              {"images", study.images},
              {"knobs", study.knobs}};
  if (!study.energy_note.empty()) all["energy_note"] = study.energy_note;
  if (!study.area_note.empty()) all["area_note"] = study.area_note;
  all["points"] = Json::array();
  for (const Row& row : study.rows) {
    Json point = {{"network", row.network}, {"config", row.config}, {"key", row.key}};
    Json& knobs = point["knobs"] = Json::object();
    for (const results::Setting& one : row.settings) knobs[one.key] = Json::parse(one.value);
    point["ok"] = row.ok();
    write_figures(row.figures, point);
    if (!row.ok()) point["error"] = row.error;
    point["commands"] = row.commands;
    all["points"].push_back(std::move(point));
  }
  return all;
}

std::vector<Cost> costs_of(const StudyResult& study) {
  static const std::vector<Cost> all = {
      {"cycles", "fewer cycles", &Figures::cycles},
      {"energy, uJ", "less energy", &Figures::energy_uj},
      {"area, NAND2", "less area, logic and memories", &Figures::total_nand2}};
  std::vector<Cost> costs;
  for (const Cost& cost : all) {
    if (!front_of(study, cost).rows.empty()) costs.push_back(cost);
  }
  return costs;
}

Front front_of(const StudyResult& study, const Cost& cost) {
  Front front;
  std::vector<double> costs, gains;
  for (std::size_t k = 0; k < study.rows.size(); k++) {
    const Figures& figures = study.rows[k].figures;
    if (!study.rows[k].ok() || !figures.accuracy || !(figures.*cost.member)) continue;
    front.rows.push_back(k);
    costs.push_back(*(figures.*cost.member));
    gains.push_back(*figures.accuracy);
  }
  front.best = sweep::pareto_front(costs, gains);
  return front;
}

std::string results_text(const StudyResult& study) {
  std::string text = failures_text(study);
  for (const Cost& cost : costs_of(study)) text += front_text(study, cost);
  return text;
}

}  // namespace sluice::study
