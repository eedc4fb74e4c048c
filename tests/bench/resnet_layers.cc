// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/resnet_layers.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace sluice::bench {
namespace {

constexpr int kPartitions = 4;

void raise(std::vector<int>& largest, const std::vector<int>& values) {
  for (std::size_t k = 0; k < values.size(); k++) largest[k] = std::max(largest[k], values[k]);
}

}  // namespace

LayerMaker::LayerMaker(const LayerOptions& options, const Shape& shape)
    : options_(options), shape_(shape), random_(options.seed * 1000 + shape.inputs + shape.size) {
  for (int k = 0; k < shape.size * shape.size * shape.inputs; k++) input_.values.push_back(value());
}

net::Network LayerMaker::network() {
  net::Network network;
  network.name = shape_.name;
  const int out = (shape_.size - 1) / shape_.stride + 1;
  network.maps = {{"in", shape_.size, shape_.size, shape_.inputs, options_.bits, 0},
                  {"out", out, out, shape_.outputs, options_.bits, 0}};
  net::Layer layer;
  layer.name = shape_.name;
  layer.input = 0;
  layer.output = 1;
  layer.kernel_h = layer.kernel_w = 3;
  layer.stride_h = layer.stride_w = shape_.stride;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 1;
  layer.weight_bits = options_.bits;
  for (int k = 0; k < shape_.outputs * shape_.inputs * 9; k++) layer.weights.push_back(value());
  const int shift = 2 * options_.bits - 2;
  layer.requant.assign(shape_.outputs, {0, 40000, 16 + shift - options_.bits + 4});
  layer.requant_closed = layer.requant;
  layer.clamp_low = -(1 << (options_.bits - 1));
  layer.clamp_high = (1 << (options_.bits - 1)) - 1;
  if (!options_.dense) layer.gate = gate(layer, out);
  network.layers.push_back(layer);
  return network;
}

std::int8_t LayerMaker::value() {
  const int range = 1 << options_.bits;
  return static_cast<std::int8_t>(static_cast<int>(random_() % range) - range / 2);
}

/// Thresholds such that of each block's gates just the wanted share is open.
net::Gate LayerMaker::gate(const net::Layer& layer, int out) {
  net::Gate gate;
  gate.partitions = kPartitions;
  gate.channel_groups = true;
  gate.block = options_.block;
  for (int first = 0; first < shape_.outputs; first += gate.block) {
    std::vector<int> largest(static_cast<std::size_t>(out) * out, std::numeric_limits<int>::min());
    for (int c = first; c < first + gate.block; c++) raise(largest, base_sums(layer, c, out));
    const auto open = static_cast<std::size_t>(std::lround(options_.open * largest.size()));
    std::sort(largest.begin(), largest.end(), std::greater<>());
    const int tau = open < largest.size() ? largest[open] : std::numeric_limits<int>::min();
    gate.tau.insert(gate.tau.end(), gate.block, tau);
  }
  return gate;
}

/// Sums over the base channels of output channel c, from the definition.
std::vector<int> LayerMaker::base_sums(const net::Layer& layer, int c, int out) const {
  const int channels = shape_.inputs / kPartitions;
  const int begin = c * kPartitions / shape_.outputs * channels;
  std::vector<int> sums;
  for (int y = 0; y < out; y++) {
    for (int x = 0; x < out; x++) {
      int sum = 0;
      for (int ky = 0; ky < 3; ky++) {
        for (int kx = 0; kx < 3; kx++) {
          const int row = y * shape_.stride + ky - 1, column = x * shape_.stride + kx - 1;
          if (row < 0 || row >= shape_.size || column < 0 || column >= shape_.size) continue;
          for (int i = begin; i < begin + channels; i++) {
            sum += layer.weights[((c * shape_.inputs + i) * 3 + ky) * 3 + kx] *
                   input_.at(row, column, i);
          }
        }
      }
      sums.push_back(sum);
    }
  }
  return sums;
}

}  // namespace sluice::bench
