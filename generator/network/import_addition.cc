// SPDX-License-Identifier: Apache-2.0
// Additions of two maps, QLinearAdd.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "generator/network/import_parts.h"
#include "generator/network/requant_scale.h"

namespace sluice::net {
namespace {

constexpr int kLargestFactor = 127;

std::string shape_of(const FeatureMap& map, bool flat) {
  if (flat) return fmt::format("[1, {}]", map.channels * map.height * map.width);
  return fmt::format("[1, {}, {}, {}]", map.channels, map.height, map.width);
}

void check_shapes(const Import& import, const Graph::Node& node, MapTensor a, MapTensor b) {
  const FeatureMap& first = import.builder.map(a.map);
  const FeatureMap& second = import.builder.map(b.map);
  if (first.channels == second.channels && first.height == second.height &&
      first.width == second.width && a.flat == b.flat)
    return;
  import.graph.fail(
      node, fmt::format("its inputs have shapes {} and {}; supported are equal shapes, which a "
                        "1 x 1 convolution can bring about",
                        shape_of(first, a.flat), shape_of(second, b.flat)));
}

/// The input at `index` with its scale and zero point behind.
RealMap read_operand(Import& import, const Graph::Node& node, int index, const std::string& name) {
  RealMap operand;
  operand.tensor = import.builder.input(node, index);
  operand.scale = read_scale(import.graph, node, index + 1, "scale of " + name);
  const auto zero = import.graph.optional_constant(node, index + 2, "zero point of " + name);
  operand.zero_point = import.builder.zero_point(node, operand.tensor.map, zero);
  return operand;
}

}  // namespace

std::pair<int, int> nearest_factors(double ratio) {
  if (ratio > 1) {
    const auto [second, first] = nearest_factors(1 / ratio);
    return {first, second};
  }
  int best = 1;
  double least = 2;
  for (int second = 1; second <= kLargestFactor; ++second) {
    const double error = std::abs(std::round(ratio * second) / second - ratio);
    if (error >= least) continue;
    least = error;
    best = second;
  }
  return {static_cast<int>(std::round(ratio * best)), best};
}

void import_qlinear_add(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  const RealMap a = read_operand(import, node, 0, "A");
  const RealMap b = read_operand(import, node, 3, "B");
  check_shapes(import, node, a.tensor, b.tensor);
  const double scale = read_scale(graph, node, 6, "output scale");
  Layer layer;
  layer.kind = LayerKind::kAdd;
  layer.input = a.tensor.map;
  layer.addend = b.tensor.map;
  std::tie(layer.factor, layer.addend_factor) = nearest_factors(a.scale / b.scale);
  // The larger scale is met exactly.
  const double unit = a.scale > b.scale ? a.scale / layer.factor : b.scale / layer.addend_factor;
  const std::int64_t bias = -(std::int64_t{layer.factor} * a.zero_point +
                              std::int64_t{layer.addend_factor} * b.zero_point);
  const int type = import.builder.type(a.tensor.map);
  const OutputFormat format = read_output_format(graph, node, 7, type);
  auto requant = nearest_requant(unit / scale);
  if (!requant)
    graph.fail(node,
               fmt::format("the larger of its input scales over {} times its output scale is {}; "
                           "values from 2^-32 to 65535 are supported",
                           std::max(layer.factor, layer.addend_factor), unit / scale));
  requant->bias = static_cast<std::int32_t>(bias);  // two products of 8 bits
  layer.weight_bits = smallest_weight_bits(
      {static_cast<std::int8_t>(layer.factor), static_cast<std::int8_t>(layer.addend_factor)});
  const int channels = import.builder.map(layer.input).channels;
  layer.requant.assign(channels, *requant);
  import.builder.add_quantised(node, std::move(layer), channels, format, a.tensor);
}

}  // namespace sluice::net
