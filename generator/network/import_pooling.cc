// SPDX-License-Identifier: Apache-2.0
// Max and average pooling.
#include <fmt/format.h>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

void check_rounding(const Graph& graph, const Graph::Node& node) {
  if (graph.integer(node, "ceil_mode", 0) != 0)
    graph.fail(node, "its ceil_mode is 1; only 0 (sizes rounded down) is supported");
}

/// Kernel, strides and padding of an average pooling of `map`.
Layer read_average_pool(const Graph& graph, const Graph::Node& node, const FeatureMap& map) {
  Layer layer;
  if (!node.op_type().ends_with("AveragePool") || node.op_type().ends_with("GlobalAveragePool")) {
    layer.kernel_h = map.height;
    layer.kernel_w = map.width;
    return layer;
  }
  check_rounding(graph, node);
  read_geometry(graph, node, graph.integers(node, "kernel_shape", {}), layer);
  const int padding = layer.pad_top + layer.pad_left + layer.pad_bottom + layer.pad_right;
  if (padding > 0 && graph.integer(node, "count_include_pad", 0) == 0)
    graph.fail(node, "has padding that it does not count; set count_include_pad to 1 or pads to 0");
  return layer;
}

}  // namespace

Sums average_sums(const Import& import, const Graph::Node& node, const RealMap& x) {
  const Graph& graph = import.graph;
  if (x.tensor.flat) graph.fail(node, "its input has two dimensions; four are supported");
  Sums sums = same_channels(import, x);
  sums.layer = read_average_pool(graph, node, import.builder.map(x.tensor.map));
  sums.layer.input = x.tensor.map;
  return sums;
}

Layer read_max_pool(const Graph& graph, const Graph::Node& node) {
  if (node.output_size() > 1 && !node.output(1).empty())
    graph.fail(node, "has a second output (Indices); only the first is supported");
  check_rounding(graph, node);
  Layer layer;
  layer.kind = LayerKind::kMaxPool;
  read_geometry(graph, node, graph.integers(node, "kernel_shape", {}), layer);
  return layer;
}

void import_max_pool(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  const MapTensor tensor = import.builder.input(node, 0);
  if (tensor.flat) graph.fail(node, "its input has two dimensions; four are supported");
  Layer layer = read_max_pool(graph, node);
  layer.input = tensor.map;
  import.builder.add_max_pool(node, std::move(layer), node.output(0));
}

}  // namespace sluice::net
