// SPDX-License-Identifier: Apache-2.0
// The parts of the importer, one a topic: each turns the nodes of one kind into layers.
#pragma once

#include <map>
#include <set>
#include <string>

#include "generator/network/network_builder.h"
#include "generator/network/onnx_graph.h"

namespace sluice::net {

/// A feature map as real numbers, between DequantizeLinear and QuantizeLinear.
struct RealMap {
  MapTensor tensor;
  double scale = 1.0;
  int zero_point = 0;  ///< as a stored value
};

/// State of one import.
struct Import {
  explicit Import(const std::string& path) : graph(path), builder(graph) {}

  Graph graph;
  NetworkBuilder builder;
  std::map<std::string, RealMap> real_maps;  ///< by tensor name
  std::set<const Graph::Node*> done;         ///< nodes that have become part of a layer
};

/// Geometry of a convolution or pooling with kernel `kernel` (height, width): fills a layer's
/// kernel, stride and padding from the node's attributes; refuses dilation and automatic padding.
void read_geometry(const Graph& graph, const Graph::Node& node,
                   const std::vector<std::int64_t>& kernel, Layer& layer);

/// Weights at input `index` with their zero point at input `zero_index`, as signed values.
Constant read_weights(const Graph& graph, const Graph::Node& node, int index, int zero_index);

/// One positive number at input `index`.
double read_scale(const Graph& graph, const Graph::Node& node, int index, const std::string& what);

/// Output zero point at input `index`; `absent_type` is the type if the node does not have it, or 0
/// if it must have it.
OutputFormat read_output_format(const Graph& graph, const Graph::Node& node, int index,
                                int absent_type);

/// The sums of a convolution node over the first `channels` channels of the map: weights at input
/// `weights_index`, their zero point at input `zero_index`.
Sums read_convolution(const Import& import, const Graph::Node& node, int map, int channels,
                      int zero_point, int weights_index, int zero_index);
/// The sums of a matrix product of a two-dimensional map: a kernel as large as the map.
Sums read_dense(const Import& import, const Graph::Node& node, MapTensor tensor, int zero_point,
                int weights_index, int zero_index);

void import_qlinear_conv(Import& import, const Graph::Node& node);
void import_qlinear_matmul(Import& import, const Graph::Node& node);
void import_qlinear_add(Import& import, const Graph::Node& node);
/// Kernel, strides and padding of a MaxPool; its input is left open.
Layer read_max_pool(const Graph& graph, const Graph::Node& node);
void import_max_pool(Import& import, const Graph::Node& node);
/// `quantize` is a QuantizeLinear, `pool` the GlobalAveragePool or AveragePool before it.
void import_average_pool(Import& import, const Graph::Node& quantize, const Graph::Node& pool);
/// `quantize` is a QuantizeLinear of scaled integer sums, with gates or without: see
/// import_sums.cc.
void import_sums(Import& import, const Graph::Node& quantize);

}  // namespace sluice::net
