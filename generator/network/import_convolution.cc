// SPDX-License-Identifier: Apache-2.0
// Sums of convolutions and dense layers, and what operators have in common: weights and scales.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

/// The weights with zeros between the taps of a kernel that is dilated.
std::vector<std::int16_t> dilated(const Constant& weights, const Geometry& geometry) {
  const auto size = [](std::int64_t value) { return static_cast<std::size_t>(value); };
  const std::size_t kernel_h = size(weights.dims[2]), kernel_w = size(weights.dims[3]);
  const std::size_t wide_h = size(geometry[0].kernel), wide_w = size(geometry[1].kernel);
  const std::size_t down = size(geometry[0].dilation), right = size(geometry[1].dilation);
  const std::size_t planes = weights.ints.size() / (kernel_h * kernel_w);
  std::vector<std::int16_t> result(planes * wide_h * wide_w);
  auto weight = weights.ints.begin();
  for (std::size_t plane = 0; plane < planes; ++plane)
    for (std::size_t y = 0; y < kernel_h; ++y)
      for (std::size_t x = 0; x < kernel_w; ++x)
        result[(plane * wide_h + y * down) * wide_w + x * right] =
            static_cast<std::int16_t>(*weight++);
  return result;
}

}  // namespace

Constant read_weights(const Graph& graph, const Graph::Node& node, int index, int zero_index,
                      std::size_t axis) {
  Constant weights = graph.constant(node, index, "weight");
  const auto zeros = graph.optional_constant(node, zero_index, "weight zero point");
  if (weights.type != onnx::TensorProto::INT8 && weights.type != onnx::TensorProto::UINT8)
    graph.fail(node, fmt::format("its weights are of type {}; INT8 and UINT8 are supported",
                                 type_name(weights.type)));
  if (weights.ints.empty()) graph.fail(node, "has no weights");
  if (zeros && zeros->type != weights.type)
    graph.fail(node, fmt::format("its weights are of type {}, but their zero point of type {}",
                                 type_name(weights.type), type_name(zeros->type)));
  if (axis >= weights.dims.size())
    graph.fail(node,
               fmt::format("its weights have shape {}, too few dimensions", text(weights.dims)));
  const AlongAxis outputs = along_axis(weights.dims, axis);
  if (zeros && zeros->size() != 1 && zeros->size() != outputs.places)
    graph.fail(node, fmt::format("its weights have {} zero points; supported are one, or one for "
                                 "each of its {} output channels",
                                 zeros->size(), outputs.places));
  for (std::size_t i = 0; zeros && i < weights.ints.size(); ++i)
    weights.ints[i] -= zeros->ints[zeros->size() == 1 ? 0 : outputs.place(i)];
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

Sums convolution_sums(const Import& import, const Graph::Node& node, int map, int channels,
                      int zero_point, const Constant& weights) {
  const Graph& graph = import.graph;
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
  const Geometry geometry = read_geometry(graph, node, kernel);
  set_window(sums.layer, geometry, import.builder.map(map));
  const double filter = double(sums.layer.kernel_h) * sums.layer.kernel_w;
  if (filter * double(weights.dims[0]) * double(weights.dims[1]) > double(kLargestMap))
    graph.fail(node, fmt::format("its dilated kernel of {} x {} is too large", sums.layer.kernel_h,
                                 sums.layer.kernel_w));
  sums.layer.input = map;
  sums.layer.groups = static_cast<int>(groups);
  sums.weights = dilated(weights, geometry);
  sums.out_channels = static_cast<int>(weights.dims[0]);
  sums.zero_point = zero_point;
  return sums;
}

Sums dense_sums(const Import& import, const Graph::Node& node, MapTensor tensor, int zero_point,
                const Constant& weights, bool outputs_first) {
  const Graph& graph = import.graph;
  const FeatureMap& map = import.builder.map(tensor.map);
  if (!tensor.flat)
    graph.fail(node,
               "its input has four dimensions; put Flatten or Reshape to two dimensions before it");
  const std::int64_t inputs = std::int64_t(map.channels) * map.height * map.width;
  if (weights.dims.size() != 2 || weights.dims[outputs_first ? 1 : 0] != inputs)
    graph.fail(node, fmt::format("its weights have shape {}; needed is [{}]", text(weights.dims),
                                 outputs_first ? fmt::format("outputs, {}", inputs)
                                               : fmt::format("{}, outputs", inputs)));
  Sums sums;
  sums.layer.input = tensor.map;
  sums.layer.kernel_h = map.height;
  sums.layer.kernel_w = map.width;
  sums.out_channels = static_cast<int>(weights.dims[outputs_first ? 0 : 1]);
  sums.zero_point = zero_point;
  sums.flat_output = true;
  // The flattened order of inputs is channel, y, x: that of a filter's weights.
  const auto outputs = static_cast<std::size_t>(sums.out_channels);
  const std::size_t to_input = outputs_first ? 1 : outputs;
  const std::size_t to_output = outputs_first ? static_cast<std::size_t>(inputs) : 1;
  sums.weights.resize(weights.ints.size());
  auto weight = sums.weights.begin();
  for (std::size_t c = 0; c < outputs; ++c)
    for (std::size_t i = 0; i < static_cast<std::size_t>(inputs); ++i)
      *weight++ = static_cast<std::int16_t>(weights.ints[c * to_output + i * to_input]);
  return sums;
}

void check_gemm(const Graph& graph, const Graph::Node& node) {
  if (graph.integer(node, "transA", 0) != 0)
    graph.fail(node, "has transA; supported is a first operand as it is");
  if (!(graph.real(node, "alpha", 1) > 0))
    graph.fail(node, "its alpha is not positive; supported are numbers from above 0 on");
}

std::vector<std::int64_t> axes_of(const Graph& graph, const Graph::Node& node) {
  std::vector<std::int64_t> axes = graph.integers(node, "axes", {});
  if (const auto given = graph.optional_constant(node, 1, "axes")) axes = given->ints;
  for (std::int64_t& axis : axes) axis += axis < 0 ? 4 : 0;
  std::sort(axes.begin(), axes.end());
  return axes;
}

bool is_over_map(const Graph& graph, const Graph::Node& node) {
  return axes_of(graph, node) == std::vector<std::int64_t>{2, 3};
}

}  // namespace sluice::net
