// SPDX-License-Identifier: Apache-2.0
// Area against frames a second: all points of a sweep, those that no other beats, their configs.
#include <fmt/format.h>

#include <algorithm>

#include "generator/report/charts.h"
#include "generator/report/front_chart.h"
#include "generator/report/svg.h"
#include "generator/sweep/front.h"
#include "generator/sweep/tables.h"

namespace sluice::report {
namespace {

using results::column;
using results::NetworkFigures;
using results::Outcome;
using results::Point;
using results::SweepResult;
using sweep::NetworkColumn;

std::string config_text(const Point& point) {
  std::string text;
  for (const results::Setting& setting : point.settings) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", setting.key, setting.text());
  }
  return text.empty() ? "base config" : text;
}

/// What a sweep's points of one network are drawn with.
struct Cloud {
  std::string network;
  const NetworkColumn& cost;
  bool area;  ///< the cost is one of logic and memories
  std::string cost_title;
  std::vector<Point> points;  ///< the good ones
  std::vector<std::size_t> front;
};

double value_of(const Point& point, const NetworkColumn& column) {
  return column.number(point.figures).value_or(0);
}

std::string utilisation_text(const Point& point) {
  return column(&NetworkFigures::utilisation).text(point.figures);
}

/// What the area is made of, and what it gives.
std::string area_hint(const Point& point) {
  return fmt::format("\n{} of logic, {} of memories\n{} frames/s for each MNAND2",
                     short_number(value_of(point, column(&NetworkFigures::area_nand2))),
                     short_number(value_of(point, column(&NetworkFigures::memory_nand2))),
                     sweep::efficiency().text(point.figures));
}

std::string point_hint(const Cloud& cloud, const Point& point) {
  return fmt::format("{}\n{} {}\n{} frames/s, {} of peak{}", config_text(point),
                     short_number(value_of(point, cloud.cost)), cloud.cost_title,
                     sweep::speed().text(point.figures), utilisation_text(point),
                     cloud.area ? area_hint(point) : "");
}

std::string chart(const Cloud& cloud) {
  std::vector<Dot> dots;
  for (const Point& point : cloud.points) {
    dots.push_back({value_of(point, cloud.cost), value_of(point, sweep::speed()),
                    point_hint(cloud, point), "point"});
  }
  return front_chart(fmt::format("area against frames a second, {}", cloud.network),
                     cloud.cost_title, "frames a second", dots, cloud.front);
}

std::string front_table(const Cloud& cloud, const std::vector<std::string>& keys) {
  std::string text = fmt::format(
      "<div class=\"wide\"><table>\n<tr><th>{}</th><th>frames/s</th>{}"
      "<th>of peak</th>",
      escape(cloud.cost_title), cloud.area ? "<th>frames/s for each MNAND2</th>" : "");
  for (const std::string& key : keys) text += fmt::format("<th>{}</th>", escape(key));
  text += "</tr>\n";
  for (const std::size_t k : cloud.front) {
    const Point& point = cloud.points[k];
    const std::string per_area =
        cloud.area ? fmt::format("<td>{}</td>", sweep::efficiency().text(point.figures)) : "";
    text += fmt::format("<tr><td>{}</td><td>{}</td>{}<td>{}</td>", cloud.cost.text(point.figures),
                        sweep::speed().text(point.figures), per_area, utilisation_text(point));
    for (const std::string& key : keys) {
      text += fmt::format("<td>{}</td>", escape(point.text_of(key)));
    }
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

/// What the areas of a chart are of.
std::string cost_note(const SweepResult& sweep, bool area) {
  if (!area && sweep.area) {
    return "No point has an area with memories: multipliers stand for it. Run the sweep again.";
  }
  if (!area) return "The sweep has no area: multipliers stand for it.";
  const std::string memories = sweep::memories_note_of(sweep);
  return fmt::format("Memories are included{}.", memories.empty() ? "" : ": " + escape(memories));
}

std::string network_section(const SweepResult& sweep, const std::string& network) {
  std::vector<Point> all;
  for (const Point& point : sweep.points) {
    if (point.network == network) all.push_back(point);
  }
  const NetworkColumn& cost = sweep::cost_of(all);
  const bool area = sweep::is_area(cost);
  Cloud cloud{network, cost, area, area ? "NAND2 of logic and memories" : "8-bit multipliers",
              {},      {}};
  std::size_t not_whole = 0;
  for (const Point& point : all) {
    not_whole += point.outcome() == Outcome::kNotWhole;
    if (point.outcome() == Outcome::kGood && cost.has(point.figures)) {
      cloud.points.push_back(point);
    }
  }
  const std::string heading = "Area against speed: " + network;
  const std::size_t failed = all.size() - not_whole - cloud.points.size();
  const std::string left_out = warning(
      not_whole == 0 ? ""
                     : fmt::format("{} of {} points do NOT RUN the network whole: they have no "
                                   "frames a second and are not drawn.",
                                   not_whole, all.size()));
  if (cloud.points.empty()) {
    return figure(heading, left_out,
                  fmt::format("No point of {} is good; {} failed.", all.size(), failed));
  }
  cloud.front = sweep::pareto_front(cloud.points, cost, sweep::speed());
  const std::string note = sweep::gates_note_of(cloud.points);
  const std::string gates = note.empty() ? "" : " " + escape(note) + ".";
  return figure(heading, left_out + chart(cloud) + front_table(cloud, sweep.keys),
                fmt::format("{} points at {:g} MHz, {} of them not beaten in both area and speed "
                            "(line and table); {} failed. {}{}",
                            all.size(), sweep.clock_mhz, cloud.front.size(), failed,
                            cost_note(sweep, area), gates));
}

}  // namespace

std::string sweep_sections(const SweepResult& sweep) {
  std::vector<std::string> networks;
  for (const Point& point : sweep.points) {
    if (std::find(networks.begin(), networks.end(), point.network) == networks.end()) {
      networks.push_back(point.network);
    }
  }
  std::string text;
  for (const std::string& network : networks) text += network_section(sweep, network);
  return text;
}

}  // namespace sluice::report
