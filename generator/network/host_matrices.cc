// SPDX-License-Identifier: Apache-2.0
// Sums of products with constants that are left to the host: products with matrices that nobody has
// quantised, sums of neighbours, and interpolation.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;
using Dims = std::vector<std::int64_t>;

/// An axis of a value times a matrix [places][places of the axis].
HostValue multiplied(Import& import, const Node& node, const HostValue& value, std::size_t axis,
                     const RealConstant& matrix) {
  if (matrix.dims.size() != 2 || matrix.dims[1] != value.dims[axis])
    import.graph.fail(node, fmt::format("multiplies {} places of {} by a matrix of {}",
                                        value.dims[axis], text(value.dims), text(matrix.dims)));
  HostStep step;
  step.kind = HostStep::Kind::kMatrix;
  step.inputs = {value.index};
  step.length = value.dims[axis];
  step.count = matrix.dims[0];
  for (std::size_t i = axis + 1; i < value.dims.size(); ++i) step.inner *= value.dims[i];
  for (const double weight : matrix.values) step.constants.push_back(static_cast<float>(weight));
  Dims dims = value.dims;
  dims[axis] = matrix.dims[0];
  if (size_of(dims) > kLargestMap) import.graph.fail(node, "gives too many numbers");
  return add_host_step(import, std::move(step), dims);
}

/// A matrix of two dimensions, the other way round.
RealConstant transposed(const RealConstant& matrix) {
  if (matrix.dims.size() != 2) return matrix;
  const auto rows = static_cast<std::size_t>(matrix.dims[0]);
  const auto columns = static_cast<std::size_t>(matrix.dims[1]);
  RealConstant turned{{matrix.dims[1], matrix.dims[0]}, {}};
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t r = 0; r < rows; ++r) turned.values.push_back(matrix.values[r * columns + c]);
  return turned;
}

void import_matmul(Import& import, const Node& node) {
  const HostValue value = real_host_operand(import, node, 0);
  give_host(import, node.output(0),
            multiplied(import, node, value, value.dims.size() - 1,
                       transposed(host_constant(import, node, 1))));
}

void import_gemm(Import& import, const Node& node) {
  const Graph& graph = import.graph;
  const HostValue value = real_host_operand(import, node, 0);
  if (value.dims.size() != 2 || graph.integer(node, "transA", 0) != 0)
    graph.fail(node, "its first operand is turned, or has not two dimensions");
  RealConstant weights = host_constant(import, node, 1);
  if (graph.integer(node, "transB", 0) == 0) weights = transposed(weights);
  for (double& weight : weights.values) weight *= graph.real(node, "alpha", 1);
  HostValue result = multiplied(import, node, value, 1, weights);
  if (!Graph::input_of(node, 2).empty()) {
    RealConstant bias = host_constant(import, node, 2);
    for (double& each : bias.values) each *= graph.real(node, "beta", 1);
    result = join_constant(import, node, HostFunction::kAdd, result, bias);
  }
  give_host(import, node.output(0), result);
}

/// Of kernels of one position: the channels are multiplied by a matrix.
void import_pointwise(Import& import, const Node& node) {
  const HostValue value = real_host_operand(import, node, 0);
  RealConstant weights = host_constant(import, node, 1);
  const Graph& graph = import.graph;
  const auto is = [&](const char* name, std::int64_t wanted) {
    const Dims given = graph.integers(node, name, {});
    return std::all_of(given.begin(), given.end(),
                       [&](std::int64_t each) { return each == wanted; });
  };
  const std::int64_t taps = weights.dims.size() < 3 ? 0 : size_of(weights.dims) / weights.dims[0];
  if (taps != weights.dims[1] || value.dims.size() != weights.dims.size() || !is("strides", 1) ||
      !is("pads", 0) || graph.integer(node, "group", 1) != 1)
    graph.fail(node,
               "has weights that are not quantised; the host computes kernels of one position, "
               "strides of 1 and one group");
  weights.dims.resize(2);
  HostValue result = multiplied(import, node, value, 1, weights);
  if (!Graph::input_of(node, 2).empty()) {
    RealConstant bias = host_constant(import, node, 2);
    bias.dims.resize(value.dims.size() - 1, 1);
    result = join_constant(import, node, HostFunction::kAdd, result, bias);
  }
  give_host(import, node.output(0), result);
}

/// One axis after the other.
void resize_axes(Import& import, const Node& node) {
  const Graph& graph = import.graph;
  HostValue value = real_host_operand(import, node, 0);
  const auto scales = graph.optional_constant(node, 2, "scales");
  const auto sizes = graph.optional_constant(node, 3, "sizes");
  const bool scaled = scales && scales->reals.size() == value.dims.size();
  const bool sized = sizes && sizes->ints.size() == value.dims.size();
  if (!scaled && !sized) graph.fail(node, "does not say to what size it brings each dimension");
  for (std::size_t axis = 0; axis < value.dims.size(); ++axis) {
    const auto input = static_cast<double>(value.dims[axis]);
    const double scale = scaled ? scales->reals[axis] : double(sizes->ints[axis]) / input;
    const double output = scaled ? std::floor(input * scale) : double(sizes->ints[axis]);
    if (!(output >= 1 && output <= double(kLargestMap)))
      graph.fail(node, fmt::format("brings {} places to {}", input, output));
    if (output == input) continue;
    value = multiplied(
        import, node, value, axis,
        resize_matrix(graph, node, static_cast<int>(input), static_cast<int>(output), scale));
  }
  give_host(import, node.output(0), value);
}

/// x (bias + alpha / size * sum of x^2 over neighbouring channels)^-beta: Krizhevsky et al., NIPS
/// 2012.
void import_lrn(Import& import, const Node& node) {
  const Graph& graph = import.graph;
  const HostValue value = real_host_operand(import, node, 0);
  const std::int64_t size = graph.integer(node, "size", 0);
  if (value.dims.size() < 2 || size < 1 || size > kLargestMap)
    graph.fail(node, fmt::format("its size is {} of {}", size, text(value.dims)));
  const std::int64_t channels = value.dims[1];
  RealConstant near{{channels, channels}, {}};
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t k = 0; k < channels; ++k)
      near.values.push_back(k >= c - (size - 1) / 2 && k <= c + size / 2
                                ? graph.real(node, "alpha", 1e-4) / double(size)
                                : 0);
  const HostValue squares = join_values(import, node, HostFunction::kMul, value, value);
  HostValue sums = multiplied(import, node, squares, 1, near);
  sums = join_constant(import, node, HostFunction::kAdd, sums, {{}, {graph.real(node, "bias", 1)}});
  sums = join_constant(import, node, HostFunction::kPow, sums,
                       {{}, {-graph.real(node, "beta", 0.75)}});
  give_host(import, node.output(0), join_values(import, node, HostFunction::kMul, value, sums));
}

}  // namespace

const HostTable& host_matrices() {
  static const HostTable all = {{"Conv", import_pointwise},
                                {"Gemm", import_gemm},
                                {"LRN", import_lrn},
                                {"MatMul", import_matmul},
                                {"Resize", resize_axes}};
  return all;
}

bool is_host_matrix(const Graph& graph, const Node& node) {
  if (is_of(node, {"LRN", "Resize"})) return true;
  return graph.is_float_constant(Graph::input_of(node, 1));
}

}  // namespace sluice::net
