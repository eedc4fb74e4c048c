// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "generator/estimate/gate_note.h"
#include "generator/sweep/front.h"
#include "generator/sweep/point_estimate.h"

namespace sluice::sweep {
namespace {

using results::Outcome;
using results::Point;
using results::SweepResult;

constexpr std::size_t kShownRows = 20;
constexpr std::size_t kShownMessages = 5;

std::string settings_text(const SweepResult& sweep, const Point& point) {
  std::string text;
  for (const std::string& key : sweep.keys) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, point.value_of(key));
  }
  return text.empty() ? "the base config" : text;
}

/// The messages of points with this outcome, each with how often it came.
std::string messages_text(const std::vector<Point>& points, Outcome outcome, const char* words) {
  std::map<std::string, std::size_t> counts;
  for (const Point& point : points) {
    if (point.outcome() != outcome) continue;
    const std::string network = outcome == Outcome::kNotWhole ? point.network + ": " : "";
    counts[network + point.error]++;
  }
  std::string text;
  std::size_t shown = 0;
  for (const auto& [message, count] : counts) {
    if (++shown > kShownMessages) break;
    text += fmt::format("  {}, {} x: {}\n", words, count, message);
  }
  if (counts.size() > kShownMessages) {
    text += fmt::format("  .. and {} other messages; see results.csv\n",
                        counts.size() - kShownMessages);
  }
  return text;
}

/// What areas are of.
std::string area_words(const SweepResult& sweep) {
  const std::string memories = memories_note_of(sweep);
  return fmt::format("; NAND2 of logic and memories{}",
                     memories.empty() ? "" : fmt::format(" ({})", memories));
}

std::string front_text(const SweepResult& sweep, const std::string& network) {
  std::vector<Point> own;
  for (const Point& point : sweep.points) {
    if (point.network == network) own.push_back(point);
  }
  const NetworkColumn& cost = cost_of(own);
  const std::vector<std::size_t> front = pareto_front(own, cost, speed());
  if (front.empty()) return fmt::format("  {}: no design runs it whole\n", network);
  const bool area = is_area(cost);
  std::string text = fmt::format("  {}: no other point is both smaller and faster{}\n", network,
                                 area ? area_words(sweep) : "");
  if (const std::string note = gates_note_of(own); !note.empty()) text += "  " + note + "\n";
  // Frames a second for each MNAND2 stand beside them
  const auto per_area = [area](const std::string& text) {
    return area ? fmt::format(" {:>12}", text) : "";
  };
  text += fmt::format("  {:>12} {:>12}{} {:>8}  {}\n", area ? "NAND2" : "MAC/cycle", "frames/s",
                      per_area("per MNAND2"), "of peak", "config");
  const NetworkColumn& of_peak = results::column(&results::NetworkFigures::utilisation);
  for (std::size_t k = 0; k < front.size() && k < kShownRows; k++) {
    const Point& one = own[front[k]];
    text += fmt::format("  {:>12} {:>12}{} {:>8}  {}\n", cost.text(one.figures),
                        speed().text(one.figures), per_area(efficiency().text(one.figures)),
                        of_peak.text(one.figures), settings_text(sweep, one));
  }
  if (front.size() > kShownRows) {
    text += fmt::format("  .. and {} more; see results.csv\n", front.size() - kShownRows);
  }
  return text;
}

}  // namespace

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string gates_note_of(const std::vector<Point>& points) {
  const auto any = [&](std::optional<results::Flag> results::NetworkFigures::*flag) {
    return std::any_of(points.begin(), points.end(),
                       [flag](const Point& one) { return (one.figures.*flag).value_or(false); });
  };
  if (any(&results::NetworkFigures::gates_even_by_construction)) {
    return estimate::drawn_gates_note(estimate::GateSpread::kEven);
  }
  if (!any(&results::NetworkFigures::gates_drawn)) return "";
  return estimate::drawn_gates_note(estimate::GateSpread::kUneven);
}

std::string memories_note_of(const SweepResult& sweep) {
  if (sweep.memories.table.empty()) return "";
  return fmt::format("macros of {}, {}, in NAND2 of that node", sweep.memories.table,
                     sweep.memories.node);
}

SweepResult result_of(const Spec& spec, const results::MemorySource& memories,
                      std::vector<Point> points) {
  SweepResult sweep;
  sweep.base = spec.base;
  sweep.fixed = spec.fixed;
  sweep.keys = spec.keys();
  sweep.networks = spec.networks;
  sweep.clock_mhz = spec.estimate.clock;
  sweep.area = spec.area.measure;
  if (spec.area.measure) sweep.memories = memories;
  sweep.columns = columns_of(spec);
  sweep.points = std::move(points);
  return sweep;
}

std::string results_csv(const SweepResult& sweep) {
  std::string text = "network";
  for (const std::string& key : sweep.keys) text += "," + csv_cell(key);
  text += ",ok";
  for (const NetworkColumn* one : sweep.columns) text += fmt::format(",{}", one->name);
  text += ",error,key\n";
  for (const Point& point : sweep.points) {
    text += csv_cell(point.network);
    for (const std::string& key : sweep.keys) text += "," + csv_cell(point.text_of(key));
    text += point.ok ? ",true" : ",false";
    for (const NetworkColumn* one : sweep.columns) {
      text += "," + (one->has(point.figures) ? one->json(point.figures).dump() : std::string());
    }
    text += "," + csv_cell(point.error) + "," + csv_cell(point.key) + "\n";
  }
  return text;
}

std::string results_text(const SweepResult& sweep) {
  std::string text = messages_text(sweep.points, Outcome::kNotWhole, "not run whole") +
                     messages_text(sweep.points, Outcome::kFailed, "failed");
  std::vector<std::string> seen;
  for (const Point& point : sweep.points) {
    if (std::find(seen.begin(), seen.end(), point.network) != seen.end()) continue;
    seen.push_back(point.network);
    text += front_text(sweep, point.network);
  }
  return text;
}

}  // namespace sluice::sweep
