// SPDX-License-Identifier: Apache-2.0
// Maps that are parts of others, layers that only move values, and what maps are padded with.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "generator/network/network_builder.h"
#include "generator/network/parts.h"

namespace sluice::net {

int NetworkBuilder::add_like(const Graph::Node& node, const std::string& tensor, MapTensor like,
                             const FeatureMap& shape) {
  const int map = add_map(tensor, states_[like.map].type, shape.channels, like.flat);
  set_shape(node, map, shape);
  network_.maps[map].bits = network_.maps[like.map].bits;
  states_[map] = states_[like.map];
  states_[map].producer = -1;
  states_[map].used = states_[like.map].used = true;
  return map;
}

void NetworkBuilder::set_shape(const Graph::Node& node, int map, const FeatureMap& shape) {
  network_.maps[map].height = shape.height;
  network_.maps[map].width = shape.width;
  if (std::int64_t{shape.height} * shape.width * shape.channels > kLargestMap)
    graph_.fail(node, fmt::format("its output of {} x {} x {} has more than {} values",
                                  shape.channels, shape.height, shape.width, kLargestMap));
}

MapTensor NetworkBuilder::add_part(const Graph::Node& node, const std::string& tensor, MapTensor of,
                                   Part place, const FeatureMap& shape) {
  const int map = add_like(node, tensor, of, shape);
  place.whole = of.map;
  network_.maps[map].part = place;
  return {map, of.flat};
}

int NetworkBuilder::add_whole(const Graph::Node& node, const std::string& tensor,
                              const OutputFormat& format, const FeatureMap& shape, bool flat) {
  const int map = add_output(node, tensor, format, shape.channels, flat);
  set_shape(node, map, shape);
  states_[map].producer = -1;
  states_[map].used = true;
  return map;
}

int NetworkBuilder::add_copy(const Graph::Node& node, int map, const std::string& tensor) {
  return add_copy(node, map, tensor, "copy of " + network_.maps[map].name);
}

int NetworkBuilder::add_copy(const Graph::Node& node, int map, const std::string& tensor,
                             const std::string& name) {
  Layer layer;
  layer.kind = kCopyingKind;
  layer.name = name;
  layer.input = map;
  add_max_pool(node, std::move(layer), tensor);
  return network_.layers.back().output;
}

bool NetworkBuilder::fits(int map, int whole) const {
  const MapState &own = states_[map], &other = states_[whole];
  return own.type == other.type && own.offset == other.offset && own.low >= other.low &&
         own.high <= other.high && network_.maps[map].bits <= network_.maps[whole].bits;
}

bool NetworkBuilder::may_join(int map, int whole) const {
  const bool written = is_shared(network_, map) ||
                       std::any_of(network_.layers.begin(), network_.layers.end(),
                                   [&](const Layer& layer) { return layer.output == map; });
  return map != 0 && written && !network_.maps[map].part && fits(map, whole);
}

void NetworkBuilder::join(int map, const Part& place) {
  FeatureMap& part = network_.maps[map];
  const FeatureMap& whole = network_.maps[place.whole];
  part.part = place;
  // A layer may have more positions than there is room for
  part.height = std::min(part.height, (whole.height - place.row - 1) / place.row_step + 1);
  part.width = std::min(part.width, (whole.width - place.column - 1) / place.column_step + 1);
  states_[map].used = true;
}

bool NetworkBuilder::pads(const Layer& layer, int root, Joined joined) const {
  return place_of(network_, layer.input).root == root && layer.traits().joined == joined &&
         layer.pad_top + layer.pad_left + layer.pad_bottom + layer.pad_right > 0;
}

/// Where sums pad a map with its zero point, or a part of it, maxima get copies to pad.
void NetworkBuilder::separate_paddings() {
  for (std::size_t i = 0; i < network_.layers.size(); ++i) {
    const Layer& layer = network_.layers[i];
    const int root = place_of(network_, layer.input).root;
    const MapState& state = states_[root];
    const int zero = states_[state.zero_point_owner].zero_point.value_or(0);
    const bool sums = std::any_of(network_.layers.begin(), network_.layers.end(),
                                  [&](const Layer& o) { return pads(o, root, Joined::kSum); });
    if (!sums || zero == state.low || !pads(layer, root, Joined::kMax)) continue;
    FeatureMap own = network_.maps[layer.input];
    Layer copy = copying_layer(own);
    copy.input = layer.input;
    copy.output = static_cast<int>(network_.maps.size());
    own.part.reset();
    states_.push_back(states_[layer.input]);
    network_.maps.push_back(own);
    network_.layers[i].input = copy.output;
    network_.layers.insert(network_.layers.begin() + static_cast<std::ptrdiff_t>(i++), copy);
  }
}

void NetworkBuilder::fold_padding(int map) { padded_.push_back(map); }

/// Padding by a layer of its own becomes that of the layers that read its map, if all are sums.
void NetworkBuilder::fold_paddings(const std::vector<ResultFormat>& results) {
  const auto is_result = [&](int map) {
    return std::any_of(results.begin(), results.end(), [&](const ResultFormat& result) {
      return std::any_of(result.sources.begin(), result.sources.end(),
                         [&](const ResultSource& source) { return source.map == map; });
    });
  };
  for (const int map : padded_) {
    const auto pad = std::find_if(network_.layers.begin(), network_.layers.end(),
                                  [&](const Layer& layer) { return layer.output == map; });
    const Layer from = *pad;
    const bool alike = states_[map].offset == states_[from.input].offset &&
                       network_.maps[map].bits == network_.maps[from.input].bits;
    const bool sums =
        std::all_of(network_.layers.begin(), network_.layers.end(), [&](const Layer& layer) {
          return !reads(layer, map) || (layer.traits().has_weights() && !layer.gate);
        });
    if (!alike || !sums || is_shared(network_, map) || is_result(map)) continue;
    network_.layers.erase(pad);
    for (Layer& layer : network_.layers) {
      if (layer.input != map) continue;
      layer.input = from.input;
      layer.pad_top += from.pad_top;
      layer.pad_left += from.pad_left;
      layer.pad_bottom += from.pad_bottom;
      layer.pad_right += from.pad_right;
    }
  }
}

/// Results that layers have written in parts, or that are one, get maps of their own.
void NetworkBuilder::set_results(std::vector<ResultFormat> results) {
  std::map<int, int> copies;
  for (ResultFormat& result : results) {
    for (ResultSource& source : result.sources) {
      if (source.map == 0)
        graph_.fail(
            fmt::format("its output '{}' is its input, or made of it by the host; results come "
                        "from layers",
                        result.name));
      if (!is_shared(network_, source.map)) continue;
      const auto [copy, first] = copies.emplace(source.map, 0);
      if (first)
        copy->second =
            add_copy(*graph_.nodes().back(), source.map, network_.maps[source.map].name + " whole");
      source.map = copy->second;
    }
  }
  network_.results = std::move(results);
}

/// What padding of a map reads as, in ONNX's numbers: its zero point where sums are taken over it;
/// the lowest value where maxima are, of which ONNX leaves padding out, and which are apart from
/// sums.
int NetworkBuilder::pad_value(int map) const {
  const MapState& state = states_[map];
  const int zero = states_[state.zero_point_owner].zero_point.value_or(0);
  const bool maxima =
      std::any_of(network_.layers.begin(), network_.layers.end(),
                  [&](const Layer& layer) { return pads(layer, map, Joined::kMax); });
  return maxima ? state.low : zero;
}

void NetworkBuilder::set_pad_values() {
  for (int i = 0; i < static_cast<int>(network_.maps.size()); ++i) {
    FeatureMap& map = network_.maps[i];
    if (map.part) continue;
    const int half = 1 << (map.bits - 1);
    const int zero = pad_value(i) - states_[i].offset;
    map.pad_value = std::clamp(zero, -half, half - 1);
    if (map.pad_value == zero) continue;
    for (const Layer& layer : network_.layers)
      if (layer.input == i &&
          layer.pad_top + layer.pad_left + layer.pad_bottom + layer.pad_right > 0)
        graph_.fail(fmt::format(
            "layer '{}' pads the map '{}' with its zero point {}, which is not among the "
            "{} values that the map can have",
            layer.name, map.name, zero + states_[i].offset, 2 * half));
  }
  for (int i = 0; i < static_cast<int>(network_.maps.size()); ++i)
    network_.maps[i].pad_value = network_.maps[place_of(network_, i).root].pad_value;
}

}  // namespace sluice::net
