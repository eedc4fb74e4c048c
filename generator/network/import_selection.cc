// SPDX-License-Identifier: Apache-2.0
// Values that change places: channels in another order, positions that become channels and channels
// that become positions. Convolutions of zeros and ones compute them exactly.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// The most weights of such a layer.
constexpr std::int64_t kMostSelected = std::int64_t{1} << 24;

/// A layer whose outputs are values of a window each, in the order of a filter's weights; of -1
/// zero.
MapTensor add_selection(Import& import, const Node& node, Layer layer, const std::vector<int>& from,
                        const std::string& tensor) {
  NetworkBuilder& builder = import.builder;
  const int map = layer.input;
  const std::int64_t window =
      std::int64_t{builder.map(map).channels} * layer.kernel_h * layer.kernel_w;
  const auto outputs = static_cast<std::int64_t>(from.size());
  if (window * outputs > kMostSelected)
    import.graph.fail(node, fmt::format("moves {} values to {} places, by a layer of {} weights; "
                                        "supported are {}: use smaller maps",
                                        window, outputs, window * outputs, kMostSelected));
  Sums sums;
  sums.layer = std::move(layer);
  sums.out_channels = static_cast<int>(outputs);
  sums.zero_point = builder.stored_zero_point(map);
  sums.weights.resize(static_cast<std::size_t>(window * outputs));
  for (std::int64_t c = 0; c < outputs; ++c)
    if (from[c] >= 0) sums.weights[static_cast<std::size_t>(c * window + from[c])] = 1;
  const auto channels = static_cast<std::size_t>(outputs);
  const Scaling scaling{
      std::vector<std::int64_t>(channels), {}, std::vector<double>(channels, 1.0), {}};
  builder.add_convolution(node, std::move(sums), scaling,
                          {builder.type(map), builder.zero_point_code(map)}, tensor);
  const MapTensor result = *builder.find(tensor);
  if (std::count(from.begin(), from.end(), -1) == 0) builder.share_zero_point(result.map, map);
  return result;
}

Layer layer_of(const Node& node, int map, int index = -1) {
  Layer layer;
  layer.input = map;
  if (index >= 0) layer.name = fmt::format("{} {}", Graph::name_of(node), index);
  return layer;
}

/// Channels of a map that go to positions of a larger one: `from(c, y, x)` is the channel of
/// channel c at (y, x) of each `down` x `right` positions.
template <typename From>
MapTensor spread_channels(Import& import, const Node& node, MapTensor x, FeatureMap shape, int down,
                          int right, const std::string& tensor, From from) {
  NetworkBuilder& builder = import.builder;
  const int whole = builder.add_like(node, tensor, x, shape);
  for (int y = 0; y < down; ++y)
    for (int column = 0; column < right; ++column) {
      std::vector<int> channels(static_cast<std::size_t>(shape.channels));
      for (int c = 0; c < shape.channels; ++c) channels[c] = from(c, y, column);
      const int index = y * right + column;
      const MapTensor part = add_selection(import, node, layer_of(node, x.map, index), channels,
                                           fmt::format("{} position {}", tensor, index));
      builder.join(part.map, {whole, 0, y, column, down, right});
    }
  return {whole, false};
}

/// The block size of DepthToSpace or SpaceToDepth.
int block_of(const Graph& graph, const Node& node) {
  const std::int64_t block = graph.integer(node, "blocksize", 0);
  if (block < 1 || block > 64)
    graph.fail(node, fmt::format("its blocksize is {}; supported are 1 to 64", block));
  return static_cast<int>(block);
}

}  // namespace

MapTensor with_channels(Import& import, const Node& node, MapTensor x, const std::vector<int>& from,
                        const std::array<int, 4>& pads, const std::string& tensor) {
  Layer layer = layer_of(node, x.map);
  layer.pad_top = pads[0];
  layer.pad_left = pads[1];
  layer.pad_bottom = pads[2];
  layer.pad_right = pads[3];
  MapTensor result = add_selection(import, node, std::move(layer), from, tensor);
  result.flat = x.flat;
  return result;
}

MapTensor as_values(Import& import, const Node& node, MapTensor x, const std::string& tensor) {
  const FeatureMap& map = import.builder.map(x.map);
  if (map.height * map.width == 1) return {x.map, true};
  Layer layer = layer_of(node, x.map);
  layer.name = "values of " + map.name;
  layer.kernel_h = map.height;
  layer.kernel_w = map.width;
  std::vector<int> all(static_cast<std::size_t>(map.channels) * map.height * map.width);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
  return {add_selection(import, node, std::move(layer), all, tensor).map, true};
}

MapTensor as_map(Import& import, const Node& node, MapTensor x,
                 const std::vector<std::int64_t>& dims, const std::string& tensor) {
  x = as_values(import, node, x, tensor + " values");
  FeatureMap shape;
  shape.channels = static_cast<int>(dims[0]);
  shape.height = static_cast<int>(dims[1]);
  shape.width = static_cast<int>(dims[2]);
  if (std::int64_t{shape.height} * shape.width > 256)
    import.graph.fail(node, fmt::format("makes a map of {} x {} positions of values; supported are "
                                        "256, each of which becomes a layer",
                                        shape.height, shape.width));
  x.flat = false;
  return spread_channels(
      import, node, x, shape, shape.height, shape.width, tensor,
      [&](int c, int y, int column) { return (c * shape.height + y) * shape.width + column; });
}

void import_depth_to_space(Import& import, const Node& node) {
  const Source source = source_of(import, node, 0);
  const MapTensor x = source.map.tensor;
  const int block = block_of(import.graph, node);
  FeatureMap shape = import.builder.map(x.map);
  if (x.flat || shape.channels % (block * block) != 0)
    import.graph.fail(node, fmt::format("its {} channels are no multiple of its blocksize squared, "
                                        "{}",
                                        shape.channels, block * block));
  const std::string mode = import.graph.word(node, "mode", "DCR");
  shape.channels /= block * block;
  shape.height *= block;
  shape.width *= block;
  const MapTensor result = spread_channels(
      import, node, x, shape, block, block, name_of_codes(source, node.output(0)),
      [&](int c, int y, int column) {
        const int place = y * block + column;
        return mode == "CRD" ? c * block * block + place : place * shape.channels + c;
      });
  give(import, node.output(0), source, result);
}

void import_space_to_depth(Import& import, const Node& node) {
  const Source source = source_of(import, node, 0);
  const MapTensor x = source.map.tensor;
  const int block = block_of(import.graph, node);
  const FeatureMap map = import.builder.map(x.map);
  if (x.flat || map.height % block != 0 || map.width % block != 0)
    import.graph.fail(node, fmt::format("its map of {} x {} is no multiple of its blocksize {}",
                                        map.height, map.width, block));
  Layer layer = layer_of(node, x.map);
  layer.kernel_h = layer.kernel_w = layer.stride_h = layer.stride_w = block;
  std::vector<int> from;
  for (int place = 0; place < block * block; ++place)
    for (int c = 0; c < map.channels; ++c) from.push_back(c * block * block + place);
  give(import, node.output(0), source,
       add_selection(import, node, std::move(layer), from, name_of_codes(source, node.output(0))));
}

}  // namespace sluice::net
