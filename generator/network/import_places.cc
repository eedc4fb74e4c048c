// SPDX-License-Identifier: Apache-2.0
// Concatenations and slices: maps that are parts of others.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// Axes of a map, without the batch.
enum Axis { kChannels, kRows, kColumns };

int& size_along(FeatureMap& map, Axis axis) {
  return axis == kChannels ? map.channels : axis == kRows ? map.height : map.width;
}

int& first_along(Part& part, Axis axis) {
  return axis == kChannels ? part.channel : axis == kRows ? part.row : part.column;
}

Axis axis_of(const Import& import, const Node& node, std::int64_t axis, MapTensor tensor) {
  const FeatureMap& map = import.builder.map(tensor.map);
  const int dimensions = tensor.flat ? 2 : 4;
  const std::int64_t place = axis < 0 ? axis + dimensions : axis;
  const bool whole = !tensor.flat || (map.height == 1 && map.width == 1);
  if (place >= 1 && place < dimensions && whole) return static_cast<Axis>(place - 1);
  import.graph.fail(node, fmt::format("its axis is {}; supported are channels, height and width, "
                                      "and values of maps of one position",
                                      axis));
}

/// What is split or sliced: of a flattened map its values.
Source divided_source(Import& import, const Node& node) {
  Source source = source_of(import, node, 0);
  if (!source.map.tensor.flat) return source;
  source.map.tensor = as_values(import, node, source.map.tensor, node.output(0) + " values");
  source.map.zero_point = import.builder.stored_zero_point(source.map.tensor.map);
  return source;
}

/// The name of a tensor that the graph does not have.
std::string made_name(const Node& node, const char* what, int index) {
  return fmt::format("{} {} {}", node.output(0), what, index);
}

/// A map in the format of the whole; the map itself where it can be its part.
int as_part(Import& import, const Node& node, const RealMap& x, int whole, double scale,
            const OutputFormat& format, const std::string& tensor) {
  NetworkBuilder& builder = import.builder;
  const int map = x.tensor.map;
  const bool same = x.scale == scale && builder.zero_point_code(map) == format.zero_point &&
                    builder.type(map) == format.type;
  if (same && builder.may_join(map, whole)) return map;
  if (same && builder.fits(map, whole)) return builder.add_copy(node, map, tensor);
  Sums sums = same_channels(import, x);
  sums.layer.name = tensor;
  const auto channels = static_cast<std::size_t>(sums.out_channels);
  add_scaled(import, node, std::move(sums),
             {std::vector<double>(channels, x.scale), std::vector<double>(channels, 0.0)}, scale,
             format, tensor);
  return builder.find(tensor)->map;
}

/// A part of a source, as `tensor`; the source itself if that is all of it.
void give_part(Import& import, const Node& node, const std::string& tensor, const Source& source,
               const Part& place, const FeatureMap& shape) {
  const MapTensor from = source.map.tensor;
  const FeatureMap& map = import.builder.map(from.map);
  const bool all =
      shape.channels == map.channels && shape.height == map.height && shape.width == map.width;
  if (all) return give(import, tensor, source, from);
  give(import, tensor, source,
       import.builder.add_part(node, name_of_codes(source, tensor), from, place, shape));
}

std::vector<std::int64_t> split_sizes(const Graph& graph, const Node& node, int size) {
  std::vector<std::int64_t> sizes = graph.integers(node, "split", {});
  if (const auto given = graph.optional_constant(node, 1, "split")) sizes = given->ints;
  const int outputs = node.output_size();
  const int each = (size + outputs - 1) / outputs;
  for (int left = size; sizes.empty() || (static_cast<int>(sizes.size()) < outputs && left > 0);) {
    sizes.push_back(std::min(each, left));
    left -= each;
  }
  std::int64_t sum = 0;
  bool good = static_cast<int>(sizes.size()) == outputs;
  for (const std::int64_t part : sizes) {
    good = good && part > 0;
    sum += part;
  }
  if (!good || sum != size)
    graph.fail(node, fmt::format("splits {} into {} for {} outputs", size, text(sizes), outputs));
  return sizes;
}

}  // namespace

Source source_of(Import& import, const Node& node, int index) {
  const auto real = import.real_maps.find(Graph::input_of(node, index));
  if (real != import.real_maps.end()) return {real->second, true};
  return {{import.builder.input(node, index), 1, 0}, false};
}

std::string name_of_codes(const Source& source, const std::string& tensor) {
  return source.real ? tensor + " codes" : tensor;
}

void give(Import& import, const std::string& tensor, Source source, MapTensor result) {
  source.map.tensor = result;
  if (source.real)
    import.real_maps[tensor] = source.map;
  else
    import.builder.alias(tensor, result);
}

void add_concatenation(Import& import, const Node& node, std::vector<RealMap> operands,
                       double scale, const OutputFormat& format, const std::string& tensor) {
  NetworkBuilder& builder = import.builder;
  if (operands.empty()) import.graph.fail(node, "has no inputs");
  int flattened = 0;
  for (RealMap& operand : operands)
    if (operand.tensor.flat) {
      operand.tensor =
          as_values(import, node, operand.tensor, made_name(node, "values", flattened++));
      operand.zero_point = builder.stored_zero_point(operand.tensor.map);
    }
  const MapTensor first = operands.front().tensor;
  const Axis axis = axis_of(import, node, import.graph.integer(node, "axis", 1), first);
  FeatureMap shape = builder.map(first.map);
  size_along(shape, axis) = 0;
  for (const RealMap& operand : operands) {
    FeatureMap map = builder.map(operand.tensor.map), expected = shape;
    size_along(expected, axis) = size_along(map, axis);
    if (map.channels != expected.channels || map.height != expected.height ||
        map.width != expected.width || operand.tensor.flat != first.flat)
      import.graph.fail(node, "its inputs differ in shape in another axis than that of the node");
    size_along(shape, axis) += size_along(map, axis);
  }
  const int whole = builder.add_whole(node, tensor, format, shape, first.flat);
  Part place{whole};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const int part = as_part(import, node, operands[i], whole, scale, format,
                             made_name(node, "input", static_cast<int>(i)));
    builder.join(part, place);
    FeatureMap map = builder.map(part);
    first_along(place, axis) += size_along(map, axis);
  }
}

void import_qlinear_concat(Import& import, const Node& node) {
  const Graph& graph = import.graph;
  const double scale = read_scale(graph, node, 0, "output scale");
  const OutputFormat format = read_output_format(graph, node, 1, 0);
  std::vector<RealMap> operands;
  for (int index = 2; index < node.input_size(); index += 3)
    operands.push_back(read_operand(import, node, index));
  add_concatenation(import, node, operands, scale, format, node.output(0));
}

void import_concat(Import& import, const Node& node) {
  NetworkBuilder& builder = import.builder;
  std::vector<RealMap> operands;
  for (int index = 0; index < node.input_size(); ++index) {
    const MapTensor tensor = builder.input(node, index);
    const int zero = builder.zero_point_code(tensor.map);
    if (index > 0 && (zero != builder.zero_point_code(operands[0].tensor.map) ||
                      builder.type(tensor.map) != builder.type(operands[0].tensor.map)))
      import.graph.fail(node,
                        "its inputs differ in type or zero point; QLinearConcat brings them "
                        "to one scale");
    operands.push_back({tensor, 1, builder.stored_zero_point(tensor.map)});
  }
  if (operands.empty()) import.graph.fail(node, "has no inputs");
  const int first = operands.front().tensor.map;
  add_concatenation(import, node, operands, 1,
                    {builder.type(first), builder.zero_point_code(first)}, node.output(0));
}

void import_slice(Import& import, const Node& node) {
  const Graph& graph = import.graph;
  const Source source = divided_source(import, node);
  const std::vector<std::int64_t> starts = graph.constant(node, 1, "starts").ints;
  const std::vector<std::int64_t> ends = graph.constant(node, 2, "ends").ints;
  std::vector<std::int64_t> axes(starts.size()), steps(starts.size(), 1);
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<std::int64_t>(i);
  if (const auto given = graph.optional_constant(node, 3, "axes")) axes = given->ints;
  if (const auto given = graph.optional_constant(node, 4, "steps")) steps = given->ints;
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    graph.fail(node, "has starts, ends, axes and steps of different lengths");
  FeatureMap shape = import.builder.map(source.map.tensor.map);
  Part place;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] == 0 && starts[i] == 0 && ends[i] >= 1) continue;  // the batch
    const Axis axis = axis_of(import, node, axes[i], source.map.tensor);
    const std::int64_t size = size_along(shape, axis);
    const auto within = [&](std::int64_t at) {
      return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
    };
    const std::int64_t first = within(starts[i]), end = within(ends[i]), step = steps[i];
    if (step < 1 || (step > 1 && axis == kChannels) || end <= first)
      graph.fail(node, fmt::format("takes {} to {} in steps of {} of {}; supported are one value "
                                   "or more, forwards, and of channels without gaps",
                                   starts[i], ends[i], step, size));
    first_along(place, axis) = static_cast<int>(first);
    const auto count = static_cast<int>((end - first - 1) / step + 1);
    size_along(shape, axis) = count;
    if (axis == kRows && count > 1) place.row_step = static_cast<int>(step);
    if (axis == kColumns && count > 1) place.column_step = static_cast<int>(step);
  }
  give_part(import, node, node.output(0), source, place, shape);
}

void import_split(Import& import, const Node& node) {
  const Source source = divided_source(import, node);
  const MapTensor from = source.map.tensor;
  const Axis axis = axis_of(import, node, import.graph.integer(node, "axis", 0), from);
  FeatureMap shape = import.builder.map(from.map);
  const auto sizes = split_sizes(import.graph, node, size_along(shape, axis));
  Part place;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    size_along(shape, axis) = static_cast<int>(sizes[i]);
    give_part(import, node, node.output(static_cast<int>(i)), source, place, shape);
    first_along(place, axis) += static_cast<int>(sizes[i]);
  }
}

}  // namespace sluice::net
