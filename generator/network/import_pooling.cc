// SPDX-License-Identifier: Apache-2.0
// Max and average pooling.
#include <fmt/format.h>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

/// The window of a pooling.
Geometry read_pool(const Graph& graph, const Graph::Node& node) {
  const Geometry geometry = read_geometry(graph, node, graph.integers(node, "kernel_shape", {}));
  if (geometry[0].dilation != 1 || geometry[1].dilation != 1)
    graph.fail(node, "has dilations; only convolutions may have them");
  return geometry;
}

/// Fills in the window of an average pooling of `map`.
void set_average_window(const Graph& graph, const Graph::Node& node, const FeatureMap& map,
                        Layer& layer) {
  if (!node.op_type().ends_with("AveragePool") || node.op_type().ends_with("GlobalAveragePool")) {
    layer.kernel_h = map.height;
    layer.kernel_w = map.width;
    return;
  }
  if (graph.integer(node, "ceil_mode", 0) != 0)
    graph.fail(node, "its ceil_mode is 1; only 0 (sizes rounded down) is supported of averages");
  set_window(layer, read_pool(graph, node), map);
  const int padding = layer.pad_top + layer.pad_left + layer.pad_bottom + layer.pad_right;
  if (padding > 0 && graph.integer(node, "count_include_pad", 0) == 0)
    graph.fail(node, "has padding that it does not count; set count_include_pad to 1 or pads to 0");
}

}  // namespace

Sums average_sums(const Import& import, const Graph::Node& node, const RealMap& x) {
  const Graph& graph = import.graph;
  if (x.tensor.flat) graph.fail(node, "its input has two dimensions; four are supported");
  Sums sums = same_channels(import, x);
  set_average_window(graph, node, import.builder.map(x.tensor.map), sums.layer);
  return sums;
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
  Layer layer;
  layer.kind = LayerKind::kMaxPool;
  layer.input = map.map;
  set_window(layer, read_max_pool(import.graph, node), import.builder.map(map.map));
  return layer;
}

void import_max_pool(Import& import, const Graph::Node& node) {
  Layer layer = max_pool_of(import, node, import.builder.input(node, 0));
  import.builder.add_max_pool(node, std::move(layer), node.output(0));
}

}  // namespace sluice::net
