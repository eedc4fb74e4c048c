// SPDX-License-Identifier: Apache-2.0
// The parts of the importer, one a topic: each turns the nodes of one kind into layers.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "generator/network/geometry.h"
#include "generator/network/network_builder.h"
#include "generator/network/onnx_graph.h"
#include "generator/network/quantised_constant.h"

namespace sluice::net {

/// A feature map as real numbers, between DequantizeLinear and QuantizeLinear.
struct RealMap {
  MapTensor tensor;
  double scale = 1.0;
  int zero_point = 0;  ///< as a stored value
};

/// What is left to the host behind the last layer.
struct HostTail {
  RealMap from;
  std::string tensor;  ///< its result so far
  bool codes = false;  ///< which is of codes
  std::vector<HostStep> steps;
};

/// State of one import.
struct Import {
  explicit Import(const std::string& path) : graph(path), builder(graph) {}

  Graph graph;
  NetworkBuilder builder;
  std::map<std::string, RealMap> real_maps;  ///< by tensor name
  std::set<const Graph::Node*> done;         ///< nodes that have become part of a layer
  std::optional<HostTail> host;
};

/// Weights at input `index`, less their zero point at input `zero_index`: one for all, or one for
/// each output channel, which are the dimension `axis`.
Constant read_weights(const Graph& graph, const Graph::Node& node, int index, int zero_index,
                      std::size_t axis);
/// Fails if weights are beyond the 8 bits that the array multiplies by.
void check_weights(const Graph& graph, const Graph::Node& node,
                   const std::vector<std::int64_t>& weights);

/// One positive number at input `index`.
double read_scale(const Graph& graph, const Graph::Node& node, int index, const std::string& what);

/// Output zero point at input `index`; `absent_type` is the type if the node does not have it, or 0
/// if it must have it.
OutputFormat read_output_format(const Graph& graph, const Graph::Node& node, int index,
                                int absent_type);

/// The sums of a convolution node over the first `channels` channels of the map, with weights
/// [output channel][input channel / groups][ky][kx].
Sums convolution_sums(const Import& import, const Graph::Node& node, int map, int channels,
                      int zero_point, const Constant& weights);
/// The sums of a matrix product of a two-dimensional map, with weights [input][output]: a kernel as
/// large as the map.
Sums dense_sums(const Import& import, const Graph::Node& node, MapTensor tensor, int zero_point,
                const Constant& weights);

/// Fails if a Gemm or QGemm is more than a matrix product.
void check_gemm(const Graph& graph, const Graph::Node& node);
/// Swaps both dimensions of a matrix.
void transpose(Constant& matrix);

void import_qlinear_conv(Import& import, const Graph::Node& node);
void import_qlinear_matmul(Import& import, const Graph::Node& node);
/// The map at input `index` of an operator of QOperator form, its scale and zero point behind it.
RealMap read_operand(Import& import, const Graph::Node& node, int index);
/// The same of a constant.
RealConstant real_operand_constant(const Graph& graph, const Graph::Node& node, int index);
void import_qlinear_mul(Import& import, const Graph::Node& node);
void import_qgemm(Import& import, const Graph::Node& node);
/// QLinearAveragePool and QLinearGlobalAveragePool.
void import_qlinear_average(Import& import, const Graph::Node& node);
void import_qlinear_add(Import& import, const Graph::Node& node);
/// The window of a MaxPool.
Geometry read_max_pool(const Graph& graph, const Graph::Node& node);
/// A max pooling of a map.
Layer max_pool_of(const Import& import, const Graph::Node& node, MapTensor map);
void import_max_pool(Import& import, const Graph::Node& node);
/// A number for each channel, and one that is added to it, as real numbers.
struct ChannelScaling {
  std::vector<double> slope, offset;
};
/// Sums of a layer that keeps the channels of a map; kernel and weights are left open.
Sums same_channels(const Import& import, const RealMap& x);
/// Adds a layer whose real numbers are the sums of each channel's codes in a window, times a slope,
/// plus an offset; `sums` has all but groups and weights. The output has the scale `scale`.
void add_scaled(Import& import, const Graph::Node& node, Sums sums, const ChannelScaling& channels,
                double scale, const OutputFormat& format, const std::string& tensor);
/// One number for each channel, of a constant that is broadcast to a map.
std::vector<double> channel_values(const Graph& graph, const Graph::Node& node,
                                   const RealConstant& given, int channels, bool flat);

/// The window of an average pooling, the whole map for all operators but AveragePool.
Sums average_sums(const Import& import, const Graph::Node& node, const RealMap& x);
/// An addition of two maps as real numbers, with an output of scale `scale`, as tensor `tensor`.
void add_maps(Import& import, const Graph::Node& node, const RealMap& a, const RealMap& b,
              double scale, const OutputFormat& format, const std::string& tensor);

/// `map` with the number of dimensions that a Flatten, Reshape or Squeeze gives it.
MapTensor reshaped(const Import& import, const Graph::Node& node, MapTensor tensor);

/// Whether `quantize`, a QuantizeLinear, ends an operator on real numbers; else it ends scaled
/// integer sums.
bool ends_real_operator(const Import& import, const Graph::Node& quantize);
/// `quantize` ends an operator on real numbers: see import_real.cc.
void import_real(Import& import, const Graph::Node& quantize);
/// Whether a node is left to the host, behind the last layer.
bool import_host(Import& import, const Graph::Node& node);
/// `quantize` is a QuantizeLinear of scaled integer sums, with gates or without: see
/// import_sums.cc.
void import_sums(Import& import, const Graph::Node& quantize);

/// The map of a tensor of real numbers; none if the tensor is not quantised. Relu, Clip and MaxPool
/// behind a DequantizeLinear become layers of their own, on codes.
std::optional<RealMap> find_real(Import& import, const std::string& tensor);

}  // namespace sluice::net
