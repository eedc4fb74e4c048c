// SPDX-License-Identifier: Apache-2.0
// Convolutions and dense layers, and what they have in common with others: weights, scales,
// geometry.
#include <fmt/format.h>

#include <cmath>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

constexpr std::int64_t kLargestGeometry = 4096;

/// Checks that `values` are `count` numbers from `low` on.
void check_geometry(const Graph& graph, const Graph::Node& node, const std::string& what,
                    const std::vector<std::int64_t>& values, std::size_t count, std::int64_t low) {
  bool good = values.size() == count;
  for (const std::int64_t value : values) good = good && value >= low && value <= kLargestGeometry;
  if (!good)
    graph.fail(node, fmt::format("its {} are {}; supported are {} numbers from {} to {}", what,
                                 text(values), count, low, kLargestGeometry));
}

/// Scale of each output channel from one number or one per channel.
std::vector<double> read_channel_scales(const Graph& graph, const Graph::Node& node, int index,
                                        int channels) {
  const Constant scales = graph.constant(node, index, "weight scale");
  if (!scales.is_real() ||
      (scales.size() != 1 && scales.size() != static_cast<std::size_t>(channels)))
    graph.fail(
        node, fmt::format("its weight scale has type {} and {} values; needed are 1 or {} of FLOAT",
                          type_name(scales.type), scales.size(), channels));
  if (scales.size() == 1) return std::vector<double>(channels, scales.reals[0]);
  return scales.reals;
}

/// Bias and scales of QLinearConv and QLinearMatMul, which have their inputs in the same order.
void add_qlinear(Import& import, const Graph::Node& node, Sums sums,
                 std::vector<std::int64_t> bias) {
  const Graph& graph = import.graph;
  Scaling scaling;
  scaling.scale = read_channel_scales(graph, node, 4, sums.out_channels);
  const double factor =
      read_scale(graph, node, 1, "input scale") / read_scale(graph, node, 6, "output scale");
  for (double& scale : scaling.scale) scale *= factor;
  scaling.bias = std::move(bias);
  const OutputFormat format = read_output_format(graph, node, 7, 0);
  import.builder.add_convolution(node, std::move(sums), scaling, format, node.output(0));
}

}  // namespace

void read_geometry(const Graph& graph, const Graph::Node& node,
                   const std::vector<std::int64_t>& kernel, Layer& layer) {
  check_geometry(graph, node, "kernel's height and width", kernel, 2, 1);
  const auto strides = graph.integers(node, "strides", {1, 1});
  check_geometry(graph, node, "strides", strides, 2, 1);
  const std::string automatic = graph.word(node, "auto_pad", "NOTSET");
  if (automatic != "NOTSET" && automatic != "VALID")
    graph.fail(
        node, fmt::format("its auto_pad is {}; supported are NOTSET (with explicit pads) and VALID",
                          automatic));
  auto pads = graph.integers(node, "pads", {0, 0, 0, 0});
  check_geometry(graph, node, "pads", pads, 4, 0);
  if (automatic == "VALID") pads = {0, 0, 0, 0};
  const auto dilations = graph.integers(node, "dilations", {1, 1});
  for (const std::int64_t dilation : dilations)
    if (dilation != 1)
      graph.fail(node, fmt::format("its dilations are {}; only 1 is supported", text(dilations)));
  layer.kernel_h = static_cast<int>(kernel[0]);
  layer.kernel_w = static_cast<int>(kernel[1]);
  layer.stride_h = static_cast<int>(strides[0]);
  layer.stride_w = static_cast<int>(strides[1]);
  layer.pad_top = static_cast<int>(pads[0]);
  layer.pad_left = static_cast<int>(pads[1]);
  layer.pad_bottom = static_cast<int>(pads[2]);
  layer.pad_right = static_cast<int>(pads[3]);
}

Constant read_weights(const Graph& graph, const Graph::Node& node, int index, int zero_index) {
  Constant weights = graph.constant(node, index, "weight");
  const auto zeros = graph.optional_constant(node, zero_index, "weight zero point");
  const bool is_signed = weights.type == onnx::TensorProto::INT8;
  if (!is_signed && weights.type != onnx::TensorProto::UINT8)
    graph.fail(node, fmt::format("its weights are of type {}; INT8 and UINT8 are supported",
                                 type_name(weights.type)));
  if (zeros && zeros->type != weights.type)
    graph.fail(node, fmt::format("its weights are of type {}, but their zero point of type {}",
                                 type_name(weights.type), type_name(zeros->type)));
  const std::int64_t needed = is_signed ? 0 : 128;
  for (const std::int64_t zero : zeros ? zeros->ints : std::vector<std::int64_t>{0})
    if (zero != needed)
      graph.fail(node,
                 fmt::format("its weights have zero point {}; supported are 0 for INT8 and 128 for "
                             "UINT8",
                             zero));
  for (std::int64_t& weight : weights.ints) weight -= needed;
  if (weights.ints.empty()) graph.fail(node, "has no weights");
  return weights;
}

double read_scale(const Graph& graph, const Graph::Node& node, int index, const std::string& what) {
  const Constant scale = graph.constant(node, index, what);
  if (!scale.is_real() || scale.size() != 1 || !(scale.reals[0] > 0) ||
      !std::isfinite(scale.reals[0]))
    graph.fail(node, fmt::format("its {} must be one positive number of type FLOAT", what));
  return scale.reals[0];
}

OutputFormat read_output_format(const Graph& graph, const Graph::Node& node, int index,
                                int absent_type) {
  if (absent_type != 0 && Graph::input_of(node, index).empty()) return {absent_type, 0};
  const Constant zero = graph.constant(node, index, "output zero point");
  const bool good_type =
      zero.type == onnx::TensorProto::UINT8 || zero.type == onnx::TensorProto::INT8;
  if (!good_type || zero.size() != 1)
    graph.fail(
        node,
        fmt::format("its output zero point has type {} and {} values; supported is one UINT8 or "
                    "INT8",
                    type_name(zero.type), zero.size()));
  return {zero.type, static_cast<int>(zero.ints[0])};
}

Sums read_convolution(const Import& import, const Graph::Node& node, int map, int channels,
                      int zero_point, int weights_index, int zero_index) {
  const Graph& graph = import.graph;
  const Constant weights = read_weights(graph, node, weights_index, zero_index);
  if (weights.dims.size() != 4)
    graph.fail(node,
               fmt::format("its weights have shape {}; two-dimensional convolutions with four "
                           "dimensions are supported",
                           text(weights.dims)));
  const std::vector<std::int64_t> kernel = {weights.dims[2], weights.dims[3]};
  if (graph.integers(node, "kernel_shape", kernel) != kernel)
    graph.fail(node,
               fmt::format("its kernel_shape is not that of its weights, {}", text(weights.dims)));
  const std::int64_t groups = graph.integer(node, "group", 1);
  if (groups < 1 || groups > channels || weights.dims[1] * groups != channels ||
      weights.dims[0] % groups != 0)
    graph.fail(
        node,
        fmt::format("its weights of shape {} in {} group(s) do not fit an input of {} channels",
                    text(weights.dims), groups, channels));
  Sums sums;
  read_geometry(graph, node, kernel, sums.layer);
  sums.layer.input = map;
  sums.layer.groups = static_cast<int>(groups);
  sums.layer.weights.assign(weights.ints.begin(), weights.ints.end());
  sums.out_channels = static_cast<int>(weights.dims[0]);
  sums.zero_point = zero_point;
  return sums;
}

Sums read_dense(const Import& import, const Graph::Node& node, MapTensor tensor, int zero_point,
                int weights_index, int zero_index) {
  const Graph& graph = import.graph;
  const FeatureMap& map = import.builder.map(tensor.map);
  if (!tensor.flat)
    graph.fail(node,
               "its input has four dimensions; put Flatten or Reshape to two dimensions before it");
  const Constant weights = read_weights(graph, node, weights_index, zero_index);
  const std::int64_t inputs = std::int64_t(map.channels) * map.height * map.width;
  if (weights.dims.size() != 2 || weights.dims[0] != inputs)
    graph.fail(node, fmt::format("its weights have shape {}; needed is [{}, outputs]",
                                 text(weights.dims), inputs));
  Sums sums;
  sums.layer.input = tensor.map;
  sums.layer.kernel_h = map.height;
  sums.layer.kernel_w = map.width;
  sums.out_channels = static_cast<int>(weights.dims[1]);
  sums.zero_point = zero_point;
  sums.flat_output = true;
  // The flattened order is channel, y, x: that of a filter's weights. Only the matrix is
  // transposed.
  sums.layer.weights.resize(weights.ints.size());
  for (std::size_t c = 0; c < static_cast<std::size_t>(sums.out_channels); ++c)
    for (std::size_t i = 0; i < static_cast<std::size_t>(inputs); ++i)
      sums.layer.weights[c * inputs + i] =
          static_cast<std::int8_t>(weights.ints[i * sums.out_channels + c]);
  return sums;
}

void import_qlinear_conv(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  const MapTensor tensor = import.builder.input(node, 0);
  if (tensor.flat) graph.fail(node, "its input has two dimensions; four are supported");
  const int zero =
      import.builder.zero_point(node, tensor.map, graph.constant(node, 2, "input zero point"));
  Sums sums = read_convolution(import, node, tensor.map, import.builder.map(tensor.map).channels,
                               zero, 3, 5);
  std::vector<std::int64_t> bias(sums.out_channels);
  if (const auto given = graph.optional_constant(node, 8, "bias")) {
    if (given->type != onnx::TensorProto::INT32 || given->size() != bias.size())
      graph.fail(node, fmt::format("its bias has type {} and {} values; needed are {} of INT32",
                                   type_name(given->type), given->size(), bias.size()));
    bias = given->ints;
  }
  add_qlinear(import, node, std::move(sums), std::move(bias));
}

void import_qlinear_matmul(Import& import, const Graph::Node& node) {
  const MapTensor tensor = import.builder.input(node, 0);
  const Constant given = import.graph.constant(node, 2, "input zero point");
  const int zero = import.builder.zero_point(node, tensor.map, given);
  Sums sums = read_dense(import, node, tensor, zero, 3, 5);
  const int channels = sums.out_channels;
  add_qlinear(import, node, std::move(sums), std::vector<std::int64_t>(channels));
}

}  // namespace sluice::net
