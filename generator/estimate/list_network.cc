// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/list_network.h"

#include <fmt/format.h>

#include <algorithm>

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
  gate.channel_groups = true;
  gate.block = gate_block(layer, plan);
  return gate;
}

net::Layer layer_of(const ListedLayer& from, int output_bits) {
  net::Layer layer;
  layer.name = from.name;
  layer.kind = from.traits().computed_as;
  layer.kernel_h = from.kernel_h;
  layer.kernel_w = from.kernel_w;
  layer.stride_h = from.stride_h;
  layer.stride_w = from.stride_w;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = from.padding;
  const int constant_bits = from.traits().constant_bits;
  layer.groups = constant_bits > 0 ? from.channels : from.groups;
  layer.weight_bits = constant_bits > 0 ? constant_bits : from.weight_bits;
  layer.clamp_low = -(1 << (output_bits - 1));
  layer.clamp_high = -layer.clamp_low - 1;
  return layer;
}

}  // namespace

int gate_block(const ListedLayer& layer, const Plan& plan) {
  if (layer.gate->block > 0) return layer.gate->block;
  const int group = layer.outputs / layer.gate->partitions;
  int block = std::min(plan.config.columns, std::max(group, 1));
  while (group % block != 0) --block;
  return block;
}

int source_of(const LayerList& list, std::size_t k) {
  const ListedLayer& layer = list.layers[k];
  if (layer.input >= 0) return layer.input;
  return layer.chained ? static_cast<int>(k) - 1 : -1;
}

namespace {

/// Width of the map that layer `k` writes: that of the first layer of the program that reads it.
int output_bits(const LayerList& list, std::size_t k, std::size_t end) {
  for (std::size_t reader = k + 1; reader < end; ++reader) {
    const int map = static_cast<int>(k);
    if (source_of(list, reader) == map || list.layers[reader].addend == map) {
      return list.layers[reader].bits;
    }
  }
  return list.layers[k].bits;
}

/// The map of a program that starts with layer `first`: map 0 is its input.
int map_index(int layer, std::size_t first) {
  return std::max(0, layer - static_cast<int>(first) + 1);
}

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
    network.maps.push_back(
        map_of(from.name, from.out_height(), from.out_width(), from.outputs, bits));
    network.layers.push_back(layer);
  }
  return network;
}

std::string shape_text(const ListedLayer& l) {
  std::string text =
      fmt::format("{} {}x{}x{} {} k{}x{} s{}x{} p{} g{} b{},{}", l.traits().spelling, l.height,
                  l.width, l.channels, l.outputs, l.kernel_h, l.kernel_w, l.stride_h, l.stride_w,
                  l.padding, l.groups, l.bits, l.weight_bits);
  if (l.gate) {
    text += fmt::format(" gate {} {} {}", l.gate->partitions, l.gate->block,
                        l.gate->density.value_or(-1));
  }
  return text;
}

}  // namespace sluice::estimate
