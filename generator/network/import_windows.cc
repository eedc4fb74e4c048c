// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generator/network/windows.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;
using Runs = std::vector<WindowRun>;

/// The largest weight of a layer, of 9 bits.
constexpr int kLargestWeight = 255;

/// The inputs that a run takes along an axis, and the padding around them.
struct Cut {
  int first = 0, count = 0;
  int pad_before = 0, pad_behind = 0;
};

Cut cut_of(const WindowRun& run, int size) {
  const int taps = static_cast<int>(run.window.weights.size());
  const int end = run.window.begin + (run.count - 1) * run.stride + taps;
  Cut cut;
  cut.first = std::max(run.window.begin, 0);
  cut.pad_before = cut.first - run.window.begin;
  cut.pad_behind = std::max(end - size, 0);
  cut.count = end - cut.pad_behind - cut.first;
  // Inputs behind the last window do no harm where they are too few for another one.
  if (size - end < run.stride) cut.count = size - cut.first;
  return cut;
}

int outputs_of(const Runs& runs) {
  int count = 0;
  for (const WindowRun& run : runs) count += run.count;
  return count;
}

bool is_like(const Window& window, const Window& first, int distance) {
  return window.weights == first.weights && window.divisor == first.divisor &&
         window.begin == first.begin + distance;
}

/// What a layer reads of a map.
int input_of_run(Import& import, const Node& node, const RealMap& x, const Cut& rows,
                 const Cut& columns, const std::string& tensor) {
  FeatureMap shape = import.builder.map(x.tensor.map);
  if (rows.count == shape.height && columns.count == shape.width) return x.tensor.map;
  shape.height = rows.count;
  shape.width = columns.count;
  const Part place{x.tensor.map, 0, rows.first, columns.first};
  return import.builder.add_part(node, tensor + " input", x.tensor, place, shape).map;
}

/// The layer of a pair of runs, without its name.
Sums sums_of(Import& import, const Node& node, const RealMap& x, const WindowRun& rows,
             const WindowRun& columns, const std::string& tensor) {
  const FeatureMap map = import.builder.map(x.tensor.map);
  const Cut down = cut_of(rows, map.height), right = cut_of(columns, map.width);
  Sums sums = same_channels(import, x);
  Layer& layer = sums.layer;
  layer.input = input_of_run(import, node, x, down, right, tensor);
  layer.kernel_h = static_cast<int>(rows.window.weights.size());
  layer.kernel_w = static_cast<int>(columns.window.weights.size());
  layer.stride_h = rows.count > 1 ? rows.stride : 1;
  layer.stride_w = columns.count > 1 ? columns.stride : 1;
  layer.pad_top = down.pad_before;
  layer.pad_bottom = down.pad_behind;
  layer.pad_left = right.pad_before;
  layer.pad_right = right.pad_behind;
  for (const int y : rows.window.weights)
    for (const int x_weight : columns.window.weights) {
      if (y * x_weight > kLargestWeight)
        import.graph.fail(node, fmt::format("takes weights of up to {}; supported are {}, as of "
                                            "smaller factors",
                                            y * x_weight, kLargestWeight));
      sums.weights.push_back(static_cast<std::int16_t>(y * x_weight));
    }
  return sums;
}

/// Whether an average is that of TFLite: of codes without padding, whose scale and zero point the
/// output has.
bool averages_codes(const Import& import, const Node& node, const RealMap& x,
                    const ChannelScaling& channels, double scale, const OutputFormat& format) {
  const auto all = [](const std::vector<double>& values, double wanted) {
    return std::all_of(values.begin(), values.end(), [&](double v) { return v == wanted; });
  };
  return import.graph.rounds_twice() && node.op_type() == "AveragePool" && x.scale == scale &&
         import.builder.zero_point_code(x.tensor.map) == format.zero_point &&
         all(channels.slope, 1) && all(channels.offset, 0);
}

}  // namespace

std::vector<WindowRun> runs_of(const std::vector<Window>& windows, int step, int stride) {
  Runs runs;
  const int size = static_cast<int>(windows.size());
  for (int phase = 0; phase < step; ++phase)
    for (int i = phase; i < size; i += step) {
      const bool begins = i == phase;
      if (!begins && is_like(windows[i], runs.back().window, runs.back().count * stride))
        ++runs.back().count;
      else
        runs.push_back({i, 1, step, stride, windows[i]});
    }
  return runs;
}

void add_windows(Import& import, const Node& node, const RealMap& x,
                 const std::array<Runs, 2>& runs, const ChannelScaling& channels, double scale,
                 const OutputFormat& format, const std::string& tensor) {
  NetworkBuilder& builder = import.builder;
  const std::size_t layers = runs[0].size() * runs[1].size();
  if (layers > kMostRuns)
    import.graph.fail(node, fmt::format("has {} positions with windows of their own; supported are "
                                        "{}, each of which becomes a layer",
                                        layers, kMostRuns));
  int whole = -1;
  if (layers > 1) {
    FeatureMap shape = builder.map(x.tensor.map);
    shape.height = outputs_of(runs[0]);
    shape.width = outputs_of(runs[1]);
    whole = builder.add_whole(node, tensor, format, shape, false);
  }
  int index = 0;
  for (const WindowRun& rows : runs[0])
    for (const WindowRun& columns : runs[1]) {
      const std::string own = layers > 1 ? fmt::format("{} window {}", tensor, index) : tensor;
      Sums sums = sums_of(import, node, x, rows, columns, own);
      if (layers > 1) sums.layer.name = fmt::format("{} {}", Graph::name_of(node), index);
      ChannelScaling mean = channels;
      mean.averages_codes = averages_codes(import, node, x, channels, scale, format);
      for (double& slope : mean.slope)
        slope *= x.scale / (double(rows.window.divisor) * columns.window.divisor);
      add_scaled(import, node, std::move(sums), mean, scale, format, own);
      if (layers > 1)
        builder.join(builder.find(own)->map,
                     {whole, 0, rows.first, columns.first, rows.step, columns.step});
      ++index;
    }
}

}  // namespace sluice::net
