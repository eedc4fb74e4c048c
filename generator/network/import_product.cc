// SPDX-License-Identifier: Apache-2.0
// Products of two maps, of one shape or of a map and one of one position.
#include <fmt/format.h>

#include <utility>

#include "generator/network/import_parts.h"
#include "generator/network/requant_scale.h"

namespace sluice::net {
namespace {

bool is_position(const FeatureMap& map) { return map.height == 1 && map.width == 1; }

std::string shape_of(const FeatureMap& map) {
  return fmt::format("[1, {}, {}, {}]", map.channels, map.height, map.width);
}

}  // namespace

void multiply_maps(Import& import, const Graph::Node& node, RealMap a, RealMap b, double scale,
                   const OutputFormat& format, const std::string& tensor) {
  spread_operands(import, node, a, b, false);
  if (is_position(import.builder.map(a.tensor.map))) std::swap(a, b);
  const FeatureMap& first = import.builder.map(a.tensor.map);
  const FeatureMap& second = import.builder.map(b.tensor.map);
  const bool same = first.height == second.height && first.width == second.width;
  if (first.channels != second.channels || !(same || is_position(second)) ||
      a.tensor.flat != b.tensor.flat)
    import.graph.fail(node, fmt::format("its inputs have shapes {} and {}; supported are equal "
                                        "shapes, and one position for all: [1, {}, 1, 1]",
                                        shape_of(first), shape_of(second), first.channels));
  const double ratio = a.scale * b.scale / scale;
  const auto requant = nearest_requant(ratio);
  if (!requant)
    import.graph.fail(node, fmt::format("the product of its scales over its output scale is {}; "
                                        "supported are positive ones below {}",
                                        ratio, kLargestMultiplier + 1));
  Layer layer;
  layer.kind = LayerKind::kMultiply;
  layer.input = a.tensor.map;
  layer.addend = b.tensor.map;
  layer.input_zero = a.zero_point;
  layer.addend_zero = b.zero_point;
  layer.requant.assign(first.channels, *requant);
  import.builder.add_quantised(node, std::move(layer), format, a.tensor, tensor);
}

void import_qlinear_mul(Import& import, const Graph::Node& node) {
  if (constant_operand(import.graph, node)) return import_with_constant(import, node);
  const RealMap a = read_operand(import, node, 0);
  const RealMap b = read_operand(import, node, 3);
  const double scale = read_scale(import.graph, node, 6, "output scale");
  const int type = import.builder.type(a.tensor.map);
  multiply_maps(import, node, a, b, scale, read_output_format(import.graph, node, 7, type),
                node.output(0));
}

}  // namespace sluice::net
