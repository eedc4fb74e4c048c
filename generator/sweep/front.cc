// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/front.h"

#include <algorithm>
#include <numeric>

namespace sluice::sweep {

using results::column;
using results::NetworkFigures;
using results::Point;

std::vector<std::size_t> pareto_front(const std::vector<double>& costs,
                                      const std::vector<double>& gains) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (costs[a] != costs[b]) return costs[a] < costs[b];
    return gains[a] > gains[b];
  });
  std::vector<std::size_t> front;
  for (const std::size_t k : order) {
    if (front.empty() || gains[k] > gains[front.back()]) front.push_back(k);
  }
  return front;
}

std::vector<std::size_t> pareto_front(const std::vector<Point>& points, const NetworkColumn& cost,
                                      const NetworkColumn& gain) {
  std::vector<std::size_t> good;
  std::vector<double> costs, gains;
  for (std::size_t k = 0; k < points.size(); k++) {
    if (points[k].outcome() != results::Outcome::kGood) continue;
    if (!cost.has(points[k].figures) || !gain.has(points[k].figures)) continue;
    good.push_back(k);
    costs.push_back(*cost.number(points[k].figures));
    gains.push_back(*gain.number(points[k].figures));
  }
  std::vector<std::size_t> front = pareto_front(costs, gains);
  for (std::size_t& k : front) k = good[k];
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
