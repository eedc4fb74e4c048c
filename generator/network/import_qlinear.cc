// SPDX-License-Identifier: Apache-2.0
// QOperator form: operators on quantised tensors, each with the scales and zero points of its
// operands and output among its inputs. QLinearConv and QLinearMatMul are ONNX's own, the rest of
// the domain com.microsoft.
#include <fmt/format.h>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

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

/// Where an operator on sums has its scales, behind those of its input at 1.
struct ScaleInputs {
  int weights, output, output_zero_point;
  double factor = 1;  ///< of the sums
};

/// Adds the layer of an operator.
void add_qlinear(Import& import, const Graph::Node& node, Sums sums, std::vector<std::int64_t> bias,
                 ScaleInputs at) {
  const Graph& graph = import.graph;
  Scaling scaling;
  scaling.scale = read_channel_scales(graph, node, at.weights, sums.out_channels);
  const double factor = at.factor * read_scale(graph, node, 1, "input scale") /
                        read_scale(graph, node, at.output, "output scale");
  for (double& scale : scaling.scale) scale *= factor;
  scaling.bias = std::move(bias);
  const OutputFormat format = read_output_format(graph, node, at.output_zero_point, 0);
  import.builder.add_convolution(node, std::move(sums), scaling, format, node.output(0));
}

std::vector<std::int64_t> read_bias(const Graph& graph, const Graph::Node& node, int index,
                                    int channels) {
  std::vector<std::int64_t> bias(channels);
  if (const auto given = graph.optional_constant(node, index, "bias")) {
    if (given->type != onnx::TensorProto::INT32 || given->size() != bias.size())
      graph.fail(node, fmt::format("its bias has type {} and {} values; needed are {} of INT32",
                                   type_name(given->type), given->size(), bias.size()));
    bias = given->ints;
  }
  return bias;
}

}  // namespace

RealMap read_operand(Import& import, const Graph::Node& node, int index) {
  RealMap operand;
  operand.tensor = import.builder.input(node, index);
  operand.scale = read_scale(import.graph, node, index + 1, "input scale");
  operand.zero_point = import.builder.zero_point(
      node, operand.tensor.map,
      import.graph.optional_constant(node, index + 2, "input zero point"));
  return operand;
}

void import_qlinear_conv(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  const MapTensor tensor = import.builder.input(node, 0);
  if (tensor.flat) graph.fail(node, "its input has two dimensions; four are supported");
  const int zero =
      import.builder.zero_point(node, tensor.map, graph.constant(node, 2, "input zero point"));
  Sums sums = convolution_sums(import, node, tensor.map, import.builder.map(tensor.map).channels,
                               zero, read_weights(graph, node, 3, 5, 0));
  auto bias = read_bias(graph, node, 8, sums.out_channels);
  add_qlinear(import, node, std::move(sums), std::move(bias), {4, 6, 7});
}

void import_qlinear_matmul(Import& import, const Graph::Node& node) {
  const MapTensor tensor = import.builder.input(node, 0);
  const Constant given = import.graph.constant(node, 2, "input zero point");
  const int zero = import.builder.zero_point(node, tensor.map, given);
  Sums sums = dense_sums(import, node, tensor, zero, read_weights(import.graph, node, 3, 5, 1));
  const int channels = sums.out_channels;
  add_qlinear(import, node, std::move(sums), std::vector<std::int64_t>(channels), {4, 6, 7});
}

void import_qgemm(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  check_gemm(graph, node);
  const RealMap x = read_operand(import, node, 0);
  const bool turned = graph.integer(node, "transB", 0) != 0;
  Sums sums = dense_sums(import, node, x.tensor, x.zero_point,
                         read_weights(graph, node, 3, 5, turned ? 0 : 1), turned);
  auto bias = read_bias(graph, node, 6, sums.out_channels);
  add_qlinear(import, node, std::move(sums), std::move(bias),
              {4, 7, 8, graph.real(node, "alpha", 1)});
}

void import_qlinear_average(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  if (graph.integer(node, "channels_last", 0) != 0)
    graph.fail(node, "has channels last; supported are channels behind the batch");
  const RealMap x = read_operand(import, node, 0);
  const auto count = static_cast<std::size_t>(import.builder.map(x.tensor.map).channels);
  const OutputFormat format = read_output_format(graph, node, 4, import.builder.type(x.tensor.map));
  add_average(import, node, x, {std::vector<double>(count, 1.0), std::vector<double>(count, 0.0)},
              read_scale(graph, node, 3, "output scale"), format, node.output(0));
}

}  // namespace sluice::net
