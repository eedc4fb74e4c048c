// SPDX-License-Identifier: Apache-2.0
#include "generator/report/front_chart.h"

#include <fmt/format.h>

#include <set>

namespace sluice::report {
namespace {

constexpr Box kBox{58, 34, 470, 300};

}  // namespace

std::string front_chart(const std::string& label, const std::string& x_title,
                        const std::string& y_title, const std::vector<Dot>& dots,
                        const std::vector<std::size_t>& front) {
  std::vector<double> xs, ys;
  for (const Dot& dot : dots) {
    xs.push_back(dot.x);
    ys.push_back(dot.y);
  }
  const Scale x = Scale::of(xs, kBox.left, kBox.right);
  const Scale y = Scale::of(ys, kBox.bottom, kBox.top);
  std::string text = axes(kBox, x, y, x_title, y_title);
  const auto circle = [&](const Dot& dot, const std::string& kind, double radius) {
    return fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" {}/>\n", kind,
                       x.at(dot.x), y.at(dot.y), radius, hint(dot.text));
  };
  const std::set<std::size_t> on_front(front.begin(), front.end());
  for (std::size_t k = 0; k < dots.size(); k++) {
    if (!on_front.contains(k)) text += circle(dots[k], dots[k].colour, 3);
  }
  std::string line;
  for (const std::size_t k : front) {
    // A step: between two points of the front only the smaller one's value can be had
    line += fmt::format("{}{:.1f}{}{:.1f}", line.empty() ? "M" : "H", x.at(dots[k].x),
                        line.empty() ? " " : "V", y.at(dots[k].y));
  }
  text += fmt::format("<path class=\"front-line\" d=\"{}\"/>\n", line);
  for (const std::size_t k : front) text += circle(dots[k], dots[k].front_colour, 5);
  return svg(480, 340, label, text);
}

}  // namespace sluice::report
