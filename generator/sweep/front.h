// SPDX-License-Identifier: Apache-2.0
// The Pareto front of a sweep: points that no other beats in both area and speed.
#pragma once

#include <vector>

#include "generator/results/sweep_result.h"

namespace sluice::sweep {

using NetworkColumn = results::Column<results::NetworkFigures>;

/// Indices of the points that no other beats in both, smallest cost first. `costs` are to be small,
/// `gains` to be large.
std::vector<std::size_t> pareto_front(const std::vector<double>& costs,
                                      const std::vector<double>& gains);

/// Indices of the good points on the front, smallest cost first; those that lack one of the figures
/// are left out. `cost` is to be small, `gain` to be large.
std::vector<std::size_t> pareto_front(const std::vector<results::Point>& points,
                                      const NetworkColumn& cost, const NetworkColumn& gain);

/// What an area is compared by: NAND2 of logic and memories if they were measured, else
/// multiply-accumulates a cycle.
const NetworkColumn& cost_of(const std::vector<results::Point>& points);

/// Whether that is the area of logic and memories.
bool is_area(const NetworkColumn& cost);

/// Frames a second.
const NetworkColumn& speed();

/// The same for each million NAND2 of logic and memories.
const NetworkColumn& efficiency();

}  // namespace sluice::sweep
