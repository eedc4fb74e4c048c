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

void read_average_geometry(const Graph& graph, const Graph::Node& pool, const FeatureMap& map,
                           Layer& layer) {
  if (pool.op_type() == "GlobalAveragePool") {
    layer.kernel_h = map.height;
    layer.kernel_w = map.width;
    return;
  }
  check_rounding(graph, pool);
  read_geometry(graph, pool, graph.integers(pool, "kernel_shape", {}), layer);
  const int padding = layer.pad_top + layer.pad_left + layer.pad_bottom + layer.pad_right;
  if (padding > 0 && graph.integer(pool, "count_include_pad", 0) == 0)
    graph.fail(pool, "has padding that it does not count; set count_include_pad to 1 or pads to 0");
}

}  // namespace

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
  import.builder.add_max_pool(node, std::move(layer));
}

void import_average_pool(Import& import, const Graph::Node& quantize, const Graph::Node& pool) {
  const Graph& graph = import.graph;
  const auto found = import.real_maps.find(Graph::input_of(pool, 0));
  if (found == import.real_maps.end())
    graph.fail(pool,
               fmt::format("its input '{}' is not the result of DequantizeLinear on a feature map",
                           Graph::input_of(pool, 0)));
  const RealMap& real = found->second;
  if (real.tensor.flat) graph.fail(pool, "its input has two dimensions; four are supported");
  const FeatureMap& map = import.builder.map(real.tensor.map);
  Sums sums;
  Layer& layer = sums.layer;
  layer.input = real.tensor.map;
  read_average_geometry(graph, pool, map, layer);
  const std::int64_t area = std::int64_t(layer.kernel_h) * layer.kernel_w;
  if (area * map.channels > kLargestMap)
    graph.fail(pool,
               fmt::format("its kernel of {} x {} is too large", layer.kernel_h, layer.kernel_w));
  layer.groups = map.channels;
  layer.weights.assign(static_cast<std::size_t>(area * map.channels), 1);
  sums.out_channels = map.channels;
  sums.zero_point = real.zero_point;
  const double scale = real.scale / (read_scale(graph, quantize, 1, "scale") * double(area));
  Scaling scaling;
  scaling.scale.assign(map.channels, scale);
  scaling.bias.assign(map.channels, 0);
  const OutputFormat format = read_output_format(graph, quantize, 2, onnx::TensorProto::UINT8);
  import.done.insert(&pool);
  import.builder.add_convolution(pool, std::move(sums), scaling, format, quantize.output(0));
}

}  // namespace sluice::net
