// SPDX-License-Identifier: Apache-2.0
// Layers that take, for each output position, a weighted mean of a window of their input, where
// not all positions have the same window: averages that leave padding out, linear interpolation.
// Positions with one set of weights, evenly apart, are a run; each pair of runs of rows and of
// columns becomes a layer, whose output is a part of the map.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "generator/network/import_parts.h"

namespace sluice::net {

/// What an output position takes along an axis: inputs from `begin` on, which may lie in the
/// padding, times their weights, over a divisor.
struct Window {
  int begin = 0;
  std::vector<int> weights = {};
  int divisor = 1;
};

/// Outputs `step` apart whose windows are `stride` apart and alike.
struct WindowRun {
  int first = 0, count = 0, step = 1;
  int stride = 1;
  Window window;  ///< of the first
};

/// The runs of the windows of an axis: windows `step` outputs apart are to be `stride` inputs
/// apart.
std::vector<WindowRun> runs_of(const std::vector<Window>& windows, int step, int stride);

/// The most layers that windows of one node become.
inline constexpr std::size_t kMostRuns = 256;

/// Adds the layers of the runs of both axes, as the tensor `tensor`: its real numbers are the
/// means of real numbers, each channel's times a slope plus an offset.
void add_windows(Import& import, const Graph::Node& node, const RealMap& x,
                 const std::array<std::vector<WindowRun>, 2>& runs, const ChannelScaling& channels,
                 double scale, const OutputFormat& format, const std::string& tensor);

}  // namespace sluice::net
