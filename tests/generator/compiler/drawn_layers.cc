// SPDX-License-Identifier: Apache-2.0
// Layers with random numbers, appended to a network.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {

net::Network start_network(int height, int width, int channels, int bits, int pad_value) {
  net::Network network;
  network.name = "test";
  net::FeatureMap map;
  map.name = "map0";
  map.height = height;
  map.width = width;
  map.channels = channels;
  map.bits = bits;
  map.pad_value = pad_value;
  network.maps.push_back(map);
  return network;
}

namespace {

/// A shift that brings random sums of `terms` products into about the output's range.
int fitting_shift(double terms, int in_bits, int weight_bits, int out_bits, int multiplier) {
  const double spread = std::sqrt(terms) * (1 << (in_bits - 1)) * (1 << (weight_bits - 1)) / 3;
  const double wanted = 1 << (out_bits - 1);
  return std::max(0, static_cast<int>(std::log2(spread * multiplier / wanted)));
}

net::Requant random_requant(const net::Layer& layer, int terms, int in_bits, int out_bits,
                            Random& random) {
  net::Requant requant;
  const bool pool = layer.kind == net::LayerKind::kMaxPool;
  requant.bias = random.between(-20, 20);
  requant.multiplier = random.between(1, net::kLargestMultiplier);
  requant.shift =
      pool ? fitting_shift(9, in_bits, 1, out_bits, requant.multiplier)
           : fitting_shift(terms, in_bits, layer.weight_bits, out_bits, requant.multiplier);
  return requant;
}

void add_gate(net::Layer& layer, const LayerShape& shape, int spread, Random& random) {
  net::Gate gate;
  gate.partitions = shape.partitions;
  gate.channel_groups = shape.channel_groups;
  gate.block = shape.gate_block;
  for (int c = 0; c < shape.out_channels; ++c) gate.tau.push_back(random.between(-spread, spread));
  layer.gate = gate;
}

net::Layer layer_of(const LayerShape& shape, Random& random) {
  net::Layer layer;
  layer.kind = shape.kind;
  layer.kernel_h = shape.kernel_h;
  layer.kernel_w = shape.kernel_w;
  layer.stride_h = shape.stride_h;
  layer.stride_w = shape.stride_w;
  layer.pad_top = shape.pad_top;
  layer.pad_left = shape.pad_left;
  layer.pad_bottom = shape.pad_bottom;
  layer.pad_right = shape.pad_right;
  layer.groups = shape.groups;
  layer.weight_bits = shape.weight_bits;
  layer.zero_point = random.between(-2, 1);
  layer.clamp_low = lowest(shape.out_bits);
  layer.clamp_high = highest(shape.out_bits);
  return layer;
}

net::FeatureMap output_of(const LayerShape& shape, const net::FeatureMap& in, Random& random) {
  net::FeatureMap out;
  out.channels = shape.kind == net::LayerKind::kMaxPool ? in.channels : shape.out_channels;
  out.height = (in.height + shape.pad_top + shape.pad_bottom - shape.kernel_h) / shape.stride_h + 1;
  out.width = (in.width + shape.pad_left + shape.pad_right - shape.kernel_w) / shape.stride_w + 1;
  out.bits = shape.out_bits;
  out.pad_value = random.between(lowest(out.bits), highest(out.bits));
  return out;
}

std::vector<std::int8_t> random_weights(std::size_t count, int bits, Random& random) {
  std::vector<std::int8_t> weights(count);
  for (auto& weight : weights) {
    weight = static_cast<std::int8_t>(random.between(lowest(bits), highest(bits)));
  }
  return weights;
}

}  // namespace

void append_layer(net::Network& network, const LayerShape& shape, Random& random, int input) {
  if (input < 0) input = static_cast<int>(network.maps.size()) - 1;
  const net::FeatureMap in = network.maps[input];
  net::FeatureMap out = output_of(shape, in, random);
  net::Layer layer = layer_of(shape, random);
  layer.name = fmt::format("layer{}", network.layers.size());
  layer.input = input;
  layer.output = static_cast<int>(network.maps.size());
  out.name = fmt::format("map{}", layer.output);
  const int terms = in.channels / shape.groups * shape.kernel_h * shape.kernel_w;
  if (shape.kind == net::LayerKind::kConv) {
    layer.weights =
        random_weights(std::size_t{1} * out.channels * terms, shape.weight_bits, random);
  }
  for (int c = 0; c < out.channels; ++c) {
    layer.requant.push_back(random_requant(layer, terms, in.bits, out.bits, random));
    if (shape.partitions == 0) continue;
    layer.requant_closed.push_back(random_requant(layer, terms, in.bits, out.bits, random));
  }
  for (int k = 0; shape.table && k < net::kTableEntries; ++k) {
    layer.table.push_back(
        static_cast<std::int8_t>(random.between(lowest(shape.out_bits), highest(shape.out_bits))));
  }
  if (shape.partitions > 0) {
    add_gate(layer, shape, terms << std::max(0, in.bits + shape.weight_bits - 8), random);
  }
  network.maps.push_back(out);
  network.layers.push_back(layer);
}

namespace {

/// Appends a layer of two inputs, all but what its kind has of its own.
net::Layer& append_second(net::Network& network, net::LayerKind kind, int input, int addend,
                          int out_bits, Random& random) {
  LayerShape shape;
  shape.kind = kind;
  shape.kernel_h = shape.kernel_w = 1;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
  shape.out_channels = network.maps[input].channels;
  shape.out_bits = out_bits;
  append_layer(network, shape, random, input);
  net::Layer& layer = network.layers.back();
  layer.addend = addend;
  return layer;
}

}  // namespace

void append_add(net::Network& network, int input, int addend, int out_bits, Random& random) {
  net::Layer& layer = append_second(network, net::LayerKind::kAdd, input, addend, out_bits, random);
  layer.factor = random.between(0, net::kLargestFactor);
  layer.addend_factor = random.between(0, net::kLargestFactor);
  const net::Requant requant{random.between(-99'999, 99'999), 1,
                             std::max(0, 15 + network.maps[input].bits - out_bits)};
  layer.requant.assign(layer.requant.size(), requant);
}

void append_multiply(net::Network& network, int input, int addend, int out_bits, Random& random) {
  net::Layer& layer =
      append_second(network, net::LayerKind::kMultiply, input, addend, out_bits, random);
  const int bits = network.maps[input].bits, addend_bits = network.maps[addend].bits;
  layer.input_zero = random.between(lowest(bits), highest(bits));
  layer.addend_zero = random.between(lowest(addend_bits), highest(addend_bits));
  const net::Requant requant{0, random.between(1 << 19, net::kLargestMultiplier),
                             std::max(0, 19 + bits + addend_bits - out_bits)};
  layer.requant.assign(layer.requant.size(), requant);
}

}  // namespace sluice::compiler::test
