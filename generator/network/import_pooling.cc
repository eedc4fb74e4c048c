// SPDX-License-Identifier: Apache-2.0
// Max and average pooling.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "generator/network/windows.h"

namespace sluice::net {
namespace {

/// The window of a pooling.
Geometry read_pool(const Graph& graph, const Graph::Node& node) {
  const Geometry geometry = read_geometry(graph, node, graph.integers(node, "kernel_shape", {}));
  if (geometry[0].dilation != 1 || geometry[1].dilation != 1)
    graph.fail(node, "has dilations; only convolutions may have them");
  return geometry;
}

/// Whether the windows of an average are given; else one is the whole map, or some of its axes.
bool has_windows(const Graph::Node& node) {
  return node.op_type() == "AveragePool" || node.op_type() == "QLinearAveragePool";
}

/// What the divisor of an average counts.
enum class Counting {
  kMap,
  kPadded,  ///< the map and the padding that the node gives, not that of a last window for which
            ///< the size is rounded up: AveragePool
  kKernel   ///< all: QLinearAveragePool
};

/// The windows of an average along one axis.
std::vector<WindowRun> average_runs(Extent extent, int size, int end, Counting counting) {
  std::vector<Window> windows;
  for (int begin = -extent.pad_before; begin + extent.kernel <= size + end;
       begin += extent.stride) {
    const int behind = begin + extent.kernel;
    const int first = std::max(begin, 0), last = std::min(behind, size);
    const int counted = counting == Counting::kMap ? last - first
                        : counting == Counting::kKernel
                            ? extent.kernel
                            : std::min(behind, size + extent.pad_behind) - begin;
    windows.push_back({begin, std::vector<int>(extent.kernel, 1), counted});
  }
  std::vector<WindowRun> runs = runs_of(windows, 1, extent.stride);
  for (WindowRun& run : runs) {
    if (run.count > 1) continue;
    const int first = std::max(run.window.begin, 0);
    const int last = std::min(run.window.begin + extent.kernel, size);
    run.window.weights.resize(static_cast<std::size_t>(last - first));
    run.window.begin = first;
  }
  return runs;
}

bool reduces(const Graph::Node& node) { return node.op_type().starts_with("Reduce"); }

/// One window, of all positions along an axis.
std::vector<WindowRun> whole_axis(int size, bool taken) {
  if (!taken) return {{0, size, 1, 1, {0, {1}, 1}}};
  return {{0, 1, 1, 1, {0, std::vector<int>(size, 1), size}}};
}

std::array<std::vector<WindowRun>, 2> pool_runs(const Graph& graph, const Graph::Node& node,
                                                const FeatureMap& map) {
  const bool pads = graph.integer(node, "count_include_pad", 0) != 0;
  const Counting counting = !pads                             ? Counting::kMap
                            : node.op_type() == "AveragePool" ? Counting::kPadded
                                                              : Counting::kKernel;
  Geometry geometry = read_pool(graph, node), wide = geometry;
  for (Extent& extent : wide) extent.rounds_up = graph.integer(node, "ceil_mode", 0) != 0;
  fit_extents(geometry, map);
  fit_extents(wide, map);
  std::array<std::vector<WindowRun>, 2> runs;
  for (const int axis : {0, 1}) {
    const int size = axis == 0 ? map.height : map.width;
    const Extent& extent = geometry[axis];
    if (extent.pad_before >= extent.kernel || extent.pad_behind >= extent.kernel)
      graph.fail(node, "has padding as large as its kernel; supported is less");
    runs[axis] = average_runs(extent, size, wide[axis].pad_behind, counting);
    if (runs[axis].empty())
      graph.fail(node, fmt::format("its kernel of {} is larger than its input of {} with padding",
                                   extent.kernel, size));
  }
  return runs;
}

}  // namespace

bool gives_values(const Graph& graph, const Graph::Node& node) {
  return reduces(node) && graph.integer(node, "keepdims", 1) == 0;
}

void add_average(Import& import, const Graph::Node& node, const RealMap& x,
                 const ChannelScaling& channels, double scale, const OutputFormat& format,
                 const std::string& tensor) {
  const Graph& graph = import.graph;
  if (x.tensor.flat) graph.fail(node, "its input has two dimensions; four are supported");
  const FeatureMap map = import.builder.map(x.tensor.map);
  if (has_windows(node))
    return add_windows(import, node, x, pool_runs(graph, node, map), channels, scale, format,
                       tensor);
  const std::vector<std::int64_t> axes =
      reduces(node) ? axes_of(graph, node) : std::vector<std::int64_t>{2, 3};
  const auto taken = [&](int axis) { return std::count(axes.begin(), axes.end(), axis) > 0; };
  std::array<std::vector<WindowRun>, 2> runs{whole_axis(map.height, taken(2)),
                                             whole_axis(map.width, taken(3))};
  if (node.op_type() == "ReduceSum")
    for (auto& axis : runs) axis.front().window.divisor = 1;
  add_windows(import, node, x, runs, channels, scale, format, tensor);
  if (gives_values(graph, node))
    import.builder.alias(tensor, {import.builder.find(tensor)->map, true});
}

bool is_max_pool(const Graph& graph, const Graph::Node& node) {
  return is_of(node, {"GlobalMaxPool", "MaxPool"}) ||
         (node.op_type() == "ReduceMax" && is_over_map(graph, node));
}

Geometry read_max_pool(const Graph& graph, const Graph::Node& node) {
  if (node.output_size() > 1 && !node.output(1).empty())
    graph.fail(node, "has a second output (Indices); only the first is supported");
  Geometry geometry = read_pool(graph, node);
  for (Extent& extent : geometry) extent.rounds_up = graph.integer(node, "ceil_mode", 0) != 0;
  return geometry;
}

Layer max_pool_of(const Import& import, const Graph::Node& node, MapTensor map) {
  if (map.flat) import.graph.fail(node, "its input has two dimensions; four are supported");
  if (!is_max_pool(import.graph, node))
    import.graph.fail(node, "is over other axes than height and width, 2 and 3");
  Layer layer;
  layer.kind = LayerKind::kMaxPool;
  layer.input = map.map;
  const FeatureMap& input = import.builder.map(map.map);
  if (node.op_type() == "MaxPool") {
    set_window(layer, read_max_pool(import.graph, node), input);
  } else {
    layer.kernel_h = input.height;
    layer.kernel_w = input.width;
  }
  return layer;
}

Layer max_pool_of_rows(int map, int rows) {
  Layer layer;
  layer.kind = LayerKind::kMaxPool;
  layer.input = map;
  layer.kernel_h = layer.stride_h = rows;
  return layer;
}

void import_max_pool(Import& import, const Graph::Node& node) {
  Layer layer = max_pool_of(import, node, import.builder.input(node, 0));
  import.builder.add_max_pool(node, std::move(layer), node.output(0));
  if (gives_values(import.graph, node))
    import.builder.alias(node.output(0), {import.builder.find(node.output(0))->map, true});
}

}  // namespace sluice::net
