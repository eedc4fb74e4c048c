// SPDX-License-Identifier: Apache-2.0
// Operators of two maps that become additions, products and maxima of others: differences, means,
// maxima and minima, operands that are spread over channels or positions.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generator/network/real_parser.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

ChannelScaling scaled_by(double slope, int channels, double offset = 0) {
  const auto count = static_cast<std::size_t>(channels);
  return {std::vector<double>(count, slope), std::vector<double>(count, offset)};
}

/// A map in another scale, times a number, plus another.
RealMap scaled(Import& import, const Node& node, const RealMap& x, double slope, double offset,
               double scale, const OutputFormat& format, const std::string& tensor) {
  Sums sums = same_channels(import, x);
  sums.layer.name = tensor;
  const int channels = sums.out_channels;
  add_scaled(import, node, std::move(sums), scaled_by(slope * x.scale, channels, offset), scale,
             format, tensor);
  const MapTensor map = *import.builder.find(tensor);
  return {map, scale, import.builder.stored_zero_point(map.map)};
}

/// The format with which a map's negative has mirrored codes.
OutputFormat mirrored(const OutputFormat& format) {
  return {format.type, 2 * lowest_of_type(format.type) + 255 - format.zero_point};
}

bool is_position(const FeatureMap& map) { return map.height * map.width == 1; }

/// One channel as each of those of another map.
RealMap over_channels(Import& import, const Node& node, const RealMap& x, int channels) {
  const std::string tensor = import.builder.map(x.tensor.map).name + " of each channel";
  const std::vector<int> from(static_cast<std::size_t>(channels), 0);
  const MapTensor map = with_channels(import, node, x.tensor, from, {}, tensor);
  return {map, x.scale, import.builder.stored_zero_point(map.map)};
}

/// One position as each of those of another map: its product with ones.
RealMap over_positions(Import& import, const Node& node, const RealMap& x, const RealMap& like) {
  NetworkBuilder& builder = import.builder;
  const std::string tensor = node.output(0) + " of each position";
  const RealMap ones =
      scaled(import, node, like, 0, 1, 1, {onnx::TensorProto::INT8, 0}, tensor + ": ones");
  multiply_maps(import, node, ones, x, x.scale,
                {builder.type(x.tensor.map), builder.zero_point_code(x.tensor.map)}, tensor);
  const MapTensor map = *builder.find(tensor);
  return {map, x.scale, builder.stored_zero_point(map.map)};
}

}  // namespace

void spread_operands(Import& import, const Node& node, RealMap& a, RealMap& b, bool positions) {
  for (auto [x, other] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
    const FeatureMap own = import.builder.map(x->tensor.map);
    const FeatureMap like = import.builder.map(other->tensor.map);
    if (x->tensor.flat || other->tensor.flat) continue;
    const bool alike = own.height == like.height && own.width == like.width;
    const bool spreads = is_position(own) && !alike;
    if (own.channels == 1 && like.channels > 1 && (alike || spreads))
      *x = over_channels(import, node, *x, like.channels);
    if (positions && spreads && (own.channels == like.channels || own.channels == 1))
      *x = over_positions(import, node, *x, *other);
  }
}

RealMap negative_of(Import& import, const Node& node, const RealMap& x) {
  const int map = x.tensor.map;
  const OutputFormat format{import.builder.type(map), import.builder.zero_point_code(map)};
  return scaled(import, node, x, -1, 0, x.scale, mirrored(format), node.output(0) + " subtrahend");
}

/// Both in the output's scale, as rows that take turns, of which each two are pooled. A minimum is
/// the negative of the largest negative.
MapTensor RealParser::extreme(const Node& node) {
  check_nothing_behind("a maximum or minimum of two maps");
  if (node.input_size() != 2)
    graph_.fail(node, fmt::format("has {} inputs; supported are 2", node.input_size()));
  NetworkBuilder& builder = import_.builder;
  std::array<RealMap, 2> operands = {real_operand(import_, node, 0),
                                     real_operand(import_, node, 1)};
  spread_operands(import_, node, operands[0], operands[1], true);
  check_shapes(import_, node, operands[0].tensor, operands[1].tensor);
  const bool minimum = node.op_type() == "Min";
  const OutputFormat plain{format_.type, format_.zero_point};
  const OutputFormat inner = minimum ? mirrored(plain) : plain;
  FeatureMap shape = builder.map(operands[0].tensor.map);
  shape.height *= 2;
  const std::string tensor = quantize_.output(0) + " pairs";
  const bool flat = operands[0].tensor.flat;
  const int whole = builder.add_whole(node, tensor, inner, shape, flat);
  for (const int i : {0, 1}) {
    const RealMap part = scaled(import_, node, operands[i], minimum ? -1 : 1, 0, scale_, inner,
                                fmt::format("{} {}", tensor, i));
    builder.join(part.tensor.map, {whole, 0, i, 0, 2, 1});
  }
  const std::string largest = quantize_.output(0) + " largest";
  builder.add_max_pool(node, max_pool_of_rows(whole, 2), largest);
  const MapTensor map{builder.find(largest)->map, flat};
  const RealMap result{map, scale_, builder.stored_zero_point(map.map)};
  return scaled(import_, quantize_, result, minimum ? -1 : 1, 0, scale_, format_,
                quantize_.output(0))
      .tensor;
}

}  // namespace sluice::net
