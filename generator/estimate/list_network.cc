// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/list_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace sluice::estimate {
namespace {

net::FeatureMap map_of(const std::string& name, int height, int width, int channels, int bits) {
  net::FeatureMap map;
  map.name = name;
  map.height = height;
  map.width = width;
  map.channels = channels;
  map.bits = bits;
  return map;
}

net::Gate gate_of(const ListedLayer& layer, const Plan& plan) {
  net::Gate gate;
  gate.partitions = layer.gate->partitions;
  gate.plane_bits = layer.gate->plane_bits;
  gate.channel_groups = gate.plane_bits == 0;
  gate.block = gate_block(layer, plan);
  return gate;
}

/// Before and behind along an axis; what is odd of it is behind.
std::pair<int, int> padding_of(const ListedLayer& layer, int size, int kernel, int stride) {
  if (!layer.same) return {layer.padding, layer.padding};
  const int outputs = layer.outputs_along(size, kernel, stride);
  const int all = std::max((outputs - 1) * stride + kernel - size, 0);
  return {all / 2, all - all / 2};
}

net::Layer layer_of(const ListedLayer& from, int output_bits) {
  net::Layer layer;
  layer.name = from.name;
  layer.kind = from.traits().computed_as;
  layer.kernel_h = from.kernel_h;
  layer.kernel_w = from.kernel_w;
  layer.stride_h = from.stride_h;
  layer.stride_w = from.stride_w;
  std::tie(layer.pad_top, layer.pad_bottom) =
      padding_of(from, from.height, from.kernel_h, from.stride_h);
  std::tie(layer.pad_left, layer.pad_right) =
      padding_of(from, from.width, from.kernel_w, from.stride_w);
  const int constant_bits = from.traits().constant_bits;
  layer.groups = constant_bits > 0 ? from.channels : from.groups;
  layer.weight_bits = constant_bits > 0 ? constant_bits : from.weight_bits;
  layer.circulant = from.circulant;
  layer.hadamard = from.hadamard;
  layer.clamp_low = -(1 << (output_bits - 1));
  layer.clamp_high = -layer.clamp_low - 1;
  return layer;
}

}  // namespace

int gate_block(const ListedLayer& layer, const Plan& plan) {
  if (layer.gate->block > 0) return layer.gate->block;
  const bool planes = layer.gate->plane_bits > 0;
  const int group = planes ? layer.outputs : layer.outputs / layer.gate->partitions;
  int block = std::min(plan.config.columns, std::max(group, 1));
  while (group % block != 0) --block;
  return block;
}

int source_of(const LayerList& list, std::size_t k) {
  const ListedLayer& layer = list.layers[k];
  if (layer.input >= 0 || !layer.parts.empty()) return layer.input;
  return layer.chained ? static_cast<int>(k) - 1 : -1;
}

std::vector<int> sources_of(const LayerList& list, std::size_t k) {
  std::vector<int> sources;
  for (const ListedPart& part : list.layers[k].parts) sources.push_back(part.layer);
  if (sources.empty() && source_of(list, k) >= 0) sources.push_back(source_of(list, k));
  return sources;
}

namespace {

/// Width of the map that layer `k` writes: that of the first layer of the program that reads it.
int output_bits(const LayerList& list, std::size_t k, std::size_t end) {
  for (std::size_t reader = k + 1; reader < end; ++reader) {
    const int map = static_cast<int>(k);
    const std::vector<int> sources = sources_of(list, reader);
    if (std::count(sources.begin(), sources.end(), map) > 0 || list.layers[reader].addend == map) {
      return list.layers[reader].bits;
    }
  }
  return list.layers[k].bits;
}

/// The map of a program that starts with layer `first`: map 0 is its input.
int map_index(int layer, std::size_t first) {
  return std::max(0, layer - static_cast<int>(first) + 1);
}

/// Maps behind those of the layers: concatenations, of which these are parts, and some channels of
/// one.
class PartMaps {
 public:
  PartMaps(net::Network& network, std::size_t first) : network_(network), first_(first) {}

  /// The map of a layer's parts; of one that covers a layer's output that itself.
  int map_of_parts(const ListedLayer& layer) {
    if (layer.parts.size() == 1)
      return channels_of(layer.parts[0].layer, layer.parts[0].first, layer.channels);
    const auto known = wholes_.find(layer.parts);
    if (known != wholes_.end()) return known->second;
    const int whole = static_cast<int>(network_.maps.size());
    network_.maps.push_back(
        map_of("input of " + layer.name, layer.height, layer.width, layer.channels, layer.bits));
    int channel = 0;
    for (const ListedPart& part : layer.parts) {
      net::FeatureMap& map = network_.maps[map_index(part.layer, first_)];
      map.part = net::Part{whole, channel};
      channel += map.channels;
    }
    return wholes_[layer.parts] = whole;
  }

  int channels_of(int layer, int channel, int count) {
    const int of = map_index(layer, first_);
    if (layer < static_cast<int>(first_) || network_.maps[of].channels == count) return of;
    const auto [slice, is_new] =
        slices_.insert({{of, channel, count}, static_cast<int>(network_.maps.size())});
    if (!is_new) return slice->second;
    net::FeatureMap map = network_.maps[of];
    map.name += " from " + std::to_string(channel);
    map.channels = count;
    map.part = net::Part{of, channel};
    network_.maps.push_back(map);
    return slice->second;
  }

 private:
  net::Network& network_;
  std::size_t first_;
  std::map<std::vector<ListedPart>, int> wholes_;
  std::map<std::tuple<int, int, int>, int> slices_;
};

}  // namespace

net::Network network_of(const LayerList& list, std::size_t first, std::size_t count,
                        const Plan& plan, bool gated) {
  const ListedLayer& begin = list.layers[first];
  net::Network network;
  network.name = list.name;
  network.maps.push_back(map_of("input", begin.height, begin.width, begin.channels, begin.bits));
  for (std::size_t k = first; k < first + count; ++k) {
    const ListedLayer& from = list.layers[k];
    const int bits = output_bits(list, k, first + count);
    net::Layer layer = layer_of(from, bits);
    layer.input = map_index(source_of(list, k), first);
    layer.addend = map_index(from.addend, first);
    layer.output = static_cast<int>(network.maps.size());
    if (gated && from.gate) layer.gate = gate_of(from, plan);
    // Planes are padded with the zero point of a ReLU
    net::FeatureMap& in = network.maps[layer.input];
    if (from.gate && from.gate->plane_bits > 0) in.pad_value = -(1 << (in.bits - 1));
    network.maps.push_back(
        map_of(from.name, from.out_height(), from.out_width(), from.outputs, bits));
    network.layers.push_back(layer);
  }
  PartMaps parts(network, first);
  for (std::size_t k = first; k < first + count; ++k) {
    const ListedLayer& from = list.layers[k];
    if (!from.parts.empty() && k > first)
      network.layers[k - first].input = parts.map_of_parts(from);
    if (from.addend >= 0)
      network.layers[k - first].addend =
          parts.channels_of(from.addend, from.addend_first, from.channels);
  }
  return network;
}

std::string shape_text(const ListedLayer& l) {
  std::string text =
      fmt::format("{} {}x{}x{} {} k{}x{} s{}x{} p{} g{} b{},{}", l.traits().spelling, l.height,
                  l.width, l.channels, l.outputs, l.kernel_h, l.kernel_w, l.stride_h, l.stride_w,
                  l.same ? -1 : l.padding, l.groups, l.bits, l.weight_bits);
  if (l.circulant > 1) text += fmt::format(" circulant {}", l.circulant);
  if (l.hadamard > 1) text += fmt::format(" hadamard {}", l.hadamard);
  if (l.gate) {
    text += fmt::format(" gate {} {} {}", l.gate->partitions, l.gate->block,
                        l.gate->density.value_or(-1));
    if (l.gate->plane_bits > 0) text += fmt::format(" planes {}", l.gate->plane_bits);
  }
  return text;
}

}  // namespace sluice::estimate
