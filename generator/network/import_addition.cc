// SPDX-License-Identifier: Apache-2.0
// Additions of two maps, QLinearAdd.
#include <fmt/format.h>

#include <utility>

#include "generator/network/import_parts.h"
#include "generator/network/requant_scale.h"

namespace sluice::net {
namespace {

std::string shape_of(const FeatureMap& map, bool flat) {
  if (flat) return fmt::format("[1, {}]", map.channels * map.height * map.width);
  return fmt::format("[1, {}, {}, {}]", map.channels, map.height, map.width);
}

}  // namespace

void check_shapes(const Import& import, const Graph::Node& node, MapTensor a, MapTensor b) {
  const FeatureMap& first = import.builder.map(a.map);
  const FeatureMap& second = import.builder.map(b.map);
  if (first.channels == second.channels && first.height == second.height &&
      first.width == second.width && a.flat == b.flat)
    return;
  import.graph.fail(
      node, fmt::format("its inputs have shapes {} and {}; supported are equal shapes, which a "
                        "1 x 1 convolution can bring about, and one channel or one position",
                        shape_of(first, a.flat), shape_of(second, b.flat)));
}

void add_maps(Import& import, const Graph::Node& node, RealMap a, RealMap b, double scale,
              const OutputFormat& format, const std::string& tensor) {
  spread_operands(import, node, a, b, true);
  check_shapes(import, node, a.tensor, b.tensor);
  const auto factors = nearest_factors(a.scale / scale, b.scale / scale);
  if (!factors)
    import.graph.fail(node, fmt::format("its scales of A and B over its output scale are {} and "
                                        "{}; supported are less than 2^20 for the larger of both",
                                        a.scale / scale, b.scale / scale));
  Layer layer;
  layer.kind = LayerKind::kAdd;
  layer.input = a.tensor.map;
  layer.addend = b.tensor.map;
  layer.factor = factors->first;
  layer.addend_factor = factors->second;
  const int bias = -(layer.factor * a.zero_point + layer.addend_factor * b.zero_point);
  const int channels = import.builder.map(layer.input).channels;
  layer.requant.assign(channels, Requant{bias, 1, factors->shift});
  import.builder.add_quantised(node, std::move(layer), format, a.tensor, tensor);
}

void import_qlinear_add(Import& import, const Graph::Node& node) {
  if (constant_operand(import.graph, node)) return import_with_constant(import, node);
  const RealMap a = read_operand(import, node, 0);
  const RealMap b = read_operand(import, node, 3);
  const double scale = read_scale(import.graph, node, 6, "output scale");
  const int type = import.builder.type(a.tensor.map);
  add_maps(import, node, a, b, scale, read_output_format(import.graph, node, 7, type),
           node.output(0));
}

}  // namespace sluice::net
