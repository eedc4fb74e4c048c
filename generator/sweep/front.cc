// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/front.h"

#include <algorithm>

namespace sluice::sweep {

using results::column;
using results::NetworkFigures;
using results::Point;

std::vector<std::size_t> pareto_front(const std::vector<Point>& points, const NetworkColumn& cost,
                                      const NetworkColumn& gain) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < points.size(); k++) {
    if (points[k].outcome() != results::Outcome::kGood) continue;
    if (cost.has(points[k].figures) && gain.has(points[k].figures)) order.push_back(k);
  }
  const auto value = [&points](std::size_t k, const NetworkColumn& of) {
    return *of.number(points[k].figures);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (value(a, cost) != value(b, cost)) return value(a, cost) < value(b, cost);
    return value(a, gain) > value(b, gain);
  });
  std::vector<std::size_t> front;
  for (const std::size_t k : order) {
    if (front.empty() || value(k, gain) > value(front.back(), gain)) front.push_back(k);
  }
  return front;
}

const NetworkColumn& cost_of(const std::vector<Point>& points) {
  const NetworkColumn& area = column(&NetworkFigures::total_nand2);
  const bool measured = std::any_of(points.begin(), points.end(), [&area](const Point& point) {
    return area.has(point.figures);
  });
  return measured ? area : column(&NetworkFigures::macs_per_cycle_8);
}

bool is_area(const NetworkColumn& cost) { return &cost == &column(&NetworkFigures::total_nand2); }

const NetworkColumn& speed() { return column(&NetworkFigures::frames_per_second); }

const NetworkColumn& efficiency() { return column(&NetworkFigures::frames_per_second_per_mnand2); }

}  // namespace sluice::sweep
