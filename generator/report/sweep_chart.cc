// SPDX-License-Identifier: Apache-2.0
// Area against frames a second: all points of a sweep, those that no other beats, their configs.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/estimate/gate_note.h"
#include "generator/report/charts.h"
#include "generator/report/svg.h"
#include "generator/sweep/front.h"

namespace sluice::report {
namespace {

constexpr Box kBox{58, 34, 470, 300};

std::string config_text(const Json& point) {
  std::string text;
  for (const auto& [key, value] : point.at("set").items()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key,
                        value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text.empty() ? "base config" : text;
}

/// What a sweep's points of one network are drawn with.
struct Cloud {
  std::string network, cost, cost_title;
  std::vector<Json> points;  ///< the good ones
  std::vector<std::size_t> front;
};

double value_of(const Json& point, const std::string& name) { return point.at(name).get<double>(); }

std::string point_hint(const Cloud& cloud, const Json& point) {
  return fmt::format("{}\n{} {}\n{:.2f} frames/s, {:.1f} % of peak", config_text(point),
                     short_number(value_of(point, cloud.cost)), cloud.cost_title,
                     value_of(point, "frames_per_second"), 100 * value_of(point, "utilisation"));
}

std::string chart(const Cloud& cloud) {
  std::vector<double> costs, frames;
  for (const Json& point : cloud.points) {
    costs.push_back(value_of(point, cloud.cost));
    frames.push_back(value_of(point, "frames_per_second"));
  }
  const Scale x = Scale::of(costs, kBox.left, kBox.right);
  const Scale y = Scale::of(frames, kBox.bottom, kBox.top);
  std::string text = axes(kBox, x, y, cloud.cost_title, "frames a second");
  const auto circle = [&](const Json& point, const char* kind, double radius) {
    return fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" {}/>\n", kind,
                       x.at(value_of(point, cloud.cost)),
                       y.at(value_of(point, "frames_per_second")), radius,
                       hint(point_hint(cloud, point)));
  };
  const std::set<std::size_t> on_front(cloud.front.begin(), cloud.front.end());
  for (std::size_t k = 0; k < cloud.points.size(); k++) {
    if (!on_front.contains(k)) text += circle(cloud.points[k], "point", 3);
  }
  std::string line;
  for (const std::size_t k : cloud.front) {
    // A step: between two points of the front only the smaller one's speed can be had
    line += fmt::format("{}{:.1f}{}{:.1f}", line.empty() ? "M" : "H", x.at(costs[k]),
                        line.empty() ? " " : "V", y.at(frames[k]));
  }
  text += fmt::format("<path class=\"front-line\" d=\"{}\"/>\n", line);
  for (const std::size_t k : cloud.front) text += circle(cloud.points[k], "front", 5);
  return svg(480, 340, fmt::format("area against frames a second, {}", cloud.network), text);
}

std::string front_table(const Cloud& cloud, const std::vector<std::string>& keys) {
  std::string text = fmt::format(
      "<div class=\"wide\"><table>\n<tr><th>{}</th><th>frames/s</th>"
      "<th>of peak</th>",
      escape(cloud.cost_title));
  for (const std::string& key : keys) text += fmt::format("<th>{}</th>", escape(key));
  text += "</tr>\n";
  for (const std::size_t k : cloud.front) {
    const Json& point = cloud.points[k];
    text += fmt::format("<tr><td>{:.0f}</td><td>{:.2f}</td><td>{:.1f} %</td>",
                        value_of(point, cloud.cost), value_of(point, "frames_per_second"),
                        100 * value_of(point, "utilisation"));
    for (const std::string& key : keys) {
      const Json value = point.at("set").value(key, Json());
      text += fmt::format("<td>{}</td>",
                          escape(value.is_string() ? value.get<std::string>() : value.dump()));
    }
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

std::string network_section(const Json& sweep, const std::string& network) {
  Cloud cloud;
  cloud.network = network;
  std::vector<Json> all;
  for (const Json& point : sweep.at("points")) {
    if (point.at("network") == network) all.push_back(point);
  }
  cloud.cost = sweep::cost_of(all);
  cloud.cost_title =
      cloud.cost == "area_nand2" ? "NAND2 of logic, without memories" : "8-bit multipliers";
  std::size_t not_whole = 0;
  for (const Json& point : all) {
    const sweep::Outcome outcome = sweep::outcome_of(point);
    not_whole += outcome == sweep::Outcome::kNotWhole;
    if (outcome == sweep::Outcome::kGood && point.contains(cloud.cost)) {
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
  cloud.front = sweep::pareto_front(cloud.points, cloud.cost, "frames_per_second");
  const auto even = [](const Json& one) { return one.value("gates_even_by_construction", false); };
  const bool drawn = std::any_of(cloud.points.begin(), cloud.points.end(), even);
  const std::string gates = drawn ? " " + escape(estimate::even_gates_note()) + "." : "";
  const auto keys = sweep.at("keys").get<std::vector<std::string>>();
  return figure(
      heading, left_out + chart(cloud) + front_table(cloud, keys),
      fmt::format("{} points at {:g} MHz, {} of them not beaten in both area and speed "
                  "(line and table); {} failed. {}{}",
                  all.size(), sweep.at("clock_mhz").get<double>(), cloud.front.size(), failed,
                  cloud.cost == "area_nand2" ? "Cells of the logic only, without memories."
                                             : "The sweep has no area: multipliers stand for it.",
                  gates));
}

}  // namespace

std::string sweep_sections(const Json& sweep) {
  std::vector<std::string> networks;
  for (const Json& point : sweep.at("points")) {
    const std::string network = point.at("network");
    if (std::find(networks.begin(), networks.end(), network) == networks.end()) {
      networks.push_back(network);
    }
  }
  std::string text;
  for (const std::string& network : networks) text += network_section(sweep, network);
  return text;
}

}  // namespace sluice::report
