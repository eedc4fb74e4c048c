// SPDX-License-Identifier: Apache-2.0
#include "verif/run/random_layer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace sluice::run {
namespace {

constexpr int kOtherInputs = 4;  ///< that uneven thresholds come from

void raise(std::vector<int>& largest, const std::vector<int>& values) {
  for (std::size_t k = 0; k < values.size(); k++) largest[k] = std::max(largest[k], values[k]);
}

}  // namespace

RandomLayer::RandomLayer(const RandomLayerOptions& options, const estimate::ListedLayer& shape)
    : options_(options),
      shape_(shape),
      random_(options.seed * 1000 + static_cast<unsigned>(shape.channels + shape.height)),
      input_(draw_input()) {
  network_.name = shape.name;
  network_.maps = {{"in", shape.height, shape.width, shape.channels, options.bits, 0},
                   {"out", shape.out_height(), shape.out_width(), shape.outputs, options.bits, 0}};
  network_.layers.push_back(layer());
}

golden::Tensor RandomLayer::draw_input() {
  golden::Tensor tensor{shape_.height, shape_.width, shape_.channels, {}};
  const int values = shape_.height * shape_.width * shape_.channels;
  if (even()) {
    for (int k = 0; k < values; k++) tensor.values.push_back(value());
    return tensor;
  }
  tensor.values.resize(values);
  for (int c = 0; c < shape_.channels; c++) add_smooth_channel(c, tensor);
  return tensor;
}

/// Sums of two by two numbers of a grid, as estimate::draw_uneven_gates has them, and one more
/// number for the whole channel.
void RandomLayer::add_smooth_channel(int channel, golden::Tensor& tensor) {
  const int columns = tensor.width + 1, limit = 1 << (options_.bits - 1);
  const int level = 2 * value() * estimate::kImageSpread / 1000;
  std::vector<int> grid((tensor.height + 1) * columns);
  for (int& number : grid) number = value();
  for (int y = 0; y < tensor.height; y++) {
    for (int x = 0; x < tensor.width; x++) {
      const int* at = grid.data() + y * columns + x;
      const int sum = level + at[0] + at[1] + at[columns] + at[columns + 1];
      tensor.values[(y * tensor.width + x) * tensor.channels + channel] =
          static_cast<std::int8_t>(std::clamp(sum / 2, -limit, limit - 1));
    }
  }
}

net::Layer RandomLayer::layer() {
  net::Layer layer;
  layer.name = shape_.name;
  layer.input = 0;
  layer.output = 1;
  layer.kernel_h = shape_.kernel_h;
  layer.kernel_w = shape_.kernel_w;
  layer.stride_h = shape_.stride_h;
  layer.stride_w = shape_.stride_w;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = shape_.padding;
  layer.weight_bits = options_.bits;
  const int weights = shape_.outputs * shape_.channels * shape_.kernel_h * shape_.kernel_w;
  for (int k = 0; k < weights; k++) layer.weights.push_back(value());
  const int shift = 2 * options_.bits - 2;
  layer.requant.assign(shape_.outputs, {0, 40000, 16 + shift - options_.bits + 4});
  layer.requant_closed = layer.requant;
  layer.clamp_low = -(1 << (options_.bits - 1));
  layer.clamp_high = (1 << (options_.bits - 1)) - 1;
  if (!options_.dense) layer.gate = gate(layer);
  return layer;
}

std::int8_t RandomLayer::value() {
  const int range = 1 << options_.bits;
  return static_cast<std::int8_t>(static_cast<int>(random_() % range) - range / 2);
}

/// Thresholds such that of each block's gates just its share is open.
net::Gate RandomLayer::gate(const net::Layer& layer) {
  net::Gate gate;
  gate.partitions = shape_.gate->partitions;
  gate.channel_groups = true;
  gate.block = options_.block;
  std::vector<double> shares(shape_.outputs / gate.block, options_.open);
  std::vector<golden::Tensor> inputs = {input_};
  if (!even()) {
    shares = estimate::uneven_shares(static_cast<int>(shares.size()), options_.open, random_());
    for (int k = 0; k < kOtherInputs; k++) inputs.push_back(draw_input());
    inputs.erase(inputs.begin());
  }
  density_ = estimate::of_channels(shares, gate.block, shape_.outputs);
  const std::size_t positions = std::size_t(shape_.out_height()) * shape_.out_width();
  for (int first = 0; first < shape_.outputs; first += gate.block) {
    std::vector<int> largest;
    for (const golden::Tensor& input : inputs) {
      std::vector<int> of_one(positions, std::numeric_limits<int>::min());
      for (int c = first; c < first + gate.block; c++) raise(of_one, base_sums(layer, input, c));
      largest.insert(largest.end(), of_one.begin(), of_one.end());
    }
    const double share = shares[first / gate.block];
    const auto open = static_cast<std::size_t>(std::lround(share * largest.size()));
    std::sort(largest.begin(), largest.end(), std::greater<>());
    const int tau = open < largest.size() ? largest[open] : std::numeric_limits<int>::min();
    gate.tau.insert(gate.tau.end(), gate.block, tau);
  }
  return gate;
}

/// Sums over the base channels of output channel c, from the definition.
std::vector<int> RandomLayer::base_sums(const net::Layer& layer, const golden::Tensor& input,
                                        int c) const {
  const int partitions = shape_.gate->partitions, channels = shape_.channels / partitions;
  const int begin = c * partitions / shape_.outputs * channels;
  std::vector<int> sums;
  for (int y = 0; y < shape_.out_height(); y++) {
    for (int x = 0; x < shape_.out_width(); x++) {
      int sum = 0;
      for (int ky = 0; ky < layer.kernel_h; ky++) {
        for (int kx = 0; kx < layer.kernel_w; kx++) {
          const int row = y * layer.stride_h + ky - layer.pad_top;
          const int column = x * layer.stride_w + kx - layer.pad_left;
          if (row < 0 || row >= shape_.height || column < 0 || column >= shape_.width) continue;
          const std::size_t filter = std::size_t(c) * shape_.channels;
          for (int i = begin; i < begin + channels; i++) {
            const std::size_t at = ((filter + i) * layer.kernel_h + ky) * layer.kernel_w + kx;
            sum += layer.weights[at] * input.at(row, column, i);
          }
        }
      }
      sums.push_back(sum);
    }
  }
  return sums;
}

}  // namespace sluice::run
