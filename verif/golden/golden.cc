// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/golden.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>

namespace sluice::golden {
namespace {

/// First and one past the last element of a range.
struct Range {
  std::size_t begin = 0, end = 0;
};

/// Input values under the kernel at one output position, [channel][ky][kx] like a filter's weights.
/// 16 bits wide, as are the filters, because compilers know a multiply-add instruction for that.
using Patch = std::vector<std::int16_t>;

/// An input value; the map's padding value outside of the map.
std::int8_t value_or_padding(const Tensor& input, int y, int x, int channel, int pad_value) {
  const bool inside = y >= 0 && y < input.height && x >= 0 && x < input.width;
  return inside ? input.at(y, x, channel) : static_cast<std::int8_t>(pad_value);
}

void gather(const net::Layer& layer, const Tensor& input, int pad_value, int out_y, int out_x,
            Patch& patch) {
  const int top = out_y * layer.stride_h - layer.pad_top;
  const int left = out_x * layer.stride_w - layer.pad_left;
  std::size_t i = 0;
  for (int channel = 0; channel < input.channels; ++channel)
    for (int ky = 0; ky < layer.kernel_h; ++ky)
      for (int kx = 0; kx < layer.kernel_w; ++kx)
        patch[i++] = value_or_padding(input, top + ky, left + kx, channel, pad_value);
}

std::int32_t sum_of_products(const std::int16_t* values, const std::int16_t* weights, Range range) {
  std::int32_t sum = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) sum += values[i] * weights[i];
  return sum;
}

/// value / 2^shift to the nearest.
std::int64_t halves_to_even(std::int64_t value, int shift) {
  const std::int64_t floor = value >> shift;  // also below zero
  const std::int64_t whole = std::int64_t{1} << shift, rest = value - floor * whole;
  const bool raise = 2 * rest > whole || (2 * rest == whole && floor % 2 != 0);
  return floor + (raise ? 1 : 0);
}

/// The same for shifts above 0.
std::int64_t halves_up(std::int64_t value, int shift) {
  return (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

std::int8_t requantise(std::int32_t sum, const net::Requant& requant, const net::Layer& layer) {
  const std::int64_t product = (std::int64_t{sum} + requant.bias) * requant.multiplier;
  const std::int64_t scaled = layer.rounds_twice
                                  ? halves_up(halves_up(product, net::kMultiplierBits),
                                              requant.shift - net::kMultiplierBits)
                                  : halves_to_even(product, requant.shift);
  const std::int64_t value =
      std::clamp<std::int64_t>(scaled + layer.zero_point, layer.clamp_low, layer.clamp_high);
  return layer.table.empty() ? static_cast<std::int8_t>(value) : layer.table.at(value + 128);
}

/// The weights that channel `c` of `channels` takes as its base, as a range of its filter.
Range base_range(const net::Gate& gate, int c, int channels, std::size_t filter_size) {
  const std::size_t size = filter_size / gate.partitions;
  const std::size_t group =
      gate.channel_groups ? std::size_t(c) * gate.partitions / channels : std::size_t{0};
  return {group * size, (group + 1) * size};
}

/// Opens the gates of one position: a block is open when any of its channels is above its
/// threshold.
void decide(const net::Gate& gate, const std::vector<std::int32_t>& base_sums, std::uint8_t* open) {
  const int channels = static_cast<int>(base_sums.size());
  for (int first = 0; first < channels; first += gate.block) {
    const int end = std::min(first + gate.block, channels);
    bool any = false;
    for (int c = first; c < end; ++c) any = any || base_sums[c] > gate.tau[c];
    std::fill(open + first, open + end, any ? 1 : 0);
  }
}

/// Row `c` of the Hadamard matrix, which has (-1)^popcount(i & j) in row i and column j, times the
/// sums of the `size` channels of which c is one.
std::int32_t transformed(const std::vector<std::int32_t>& sums, int c, int size) {
  const int first = c / size * size;
  std::int32_t result = 0;
  for (int j = 0; j < size; ++j) {
    const int common = (c - first) & j;
    const bool negative = std::popcount(static_cast<unsigned>(common)) % 2 != 0;
    result += negative ? -sums[first + j] : sums[first + j];
  }
  return result;
}

/// A convolution of which the weights are prepared and one position after the other is computed.
class Convolution {
 public:
  Convolution(const net::Layer& layer, int in_channels, int out_channels)
      : layer_(layer),
        channels_(out_channels),
        filter_size_(std::size_t(in_channels) / layer.groups * layer.kernel_h * layer.kernel_w),
        weights_(layer.weights.begin(), layer.weights.end()),
        base_sums_(out_channels) {
    assert(weights_.size() == filter_size_ * out_channels);
    for (std::size_t i = 0; i < layer.more_weights.size(); ++i)
      weights_[i] = static_cast<std::int16_t>(weights_[i] + layer.more_weights[i]);
  }

  std::size_t patch_size() const { return filter_size_ * layer_.groups; }

  void compute(const Patch& patch, std::int8_t* output) {
    for (int c = 0; c < channels_; ++c) {
      const std::size_t group = std::size_t(c) * layer_.groups / channels_;
      const std::int16_t* values = patch.data() + group * filter_size_;
      base_sums_[c] = sum_of_products(values, filter(c), {0, filter_size_});
    }
    for (int c = 0; c < channels_; ++c)
      output[c] =
          requantise(transformed(base_sums_, c, layer_.hadamard), layer_.requant[c], layer_);
  }

  /// The same with gates; gating is defined for one convolution group only. The conditional sum is
  /// computed for closed gates as well and then not used: this model is for results, not for speed.
  void compute_gated(const Patch& patch, std::int8_t* output, std::uint8_t* open) {
    assert(layer_.groups == 1 && layer_.hadamard == 1);
    const net::Gate& gate = *layer_.gate;
    if (gate.plane_bits > 0) return compute_precision_gated(patch, output, open);
    for (int c = 0; c < channels_; ++c)
      base_sums_[c] =
          sum_of_products(patch.data(), filter(c), base_range(gate, c, channels_, filter_size_));
    decide(gate, base_sums_, open);
    for (int c = 0; c < channels_; ++c) {
      const Range base = base_range(gate, c, channels_, filter_size_);
      const std::int32_t conditional =
          sum_of_products(patch.data(), filter(c), {0, base.begin}) +
          sum_of_products(patch.data(), filter(c), {base.end, filter_size_});
      output[c] = gated_output(c, open[c], base_sums_[c], conditional);
    }
  }

 private:
  /// Where gates split the bits of the inputs.
  void compute_precision_gated(const Patch& patch, std::int8_t* output, std::uint8_t* open) {
    const int parts = 1 << layer_.gate->plane_bits;
    Patch upper, lower;
    for (const std::int16_t value : patch) {
      const int rest = (value % parts + parts) % parts;
      lower.push_back(static_cast<std::int16_t>(rest));
      upper.push_back(static_cast<std::int16_t>((value - rest) / parts));
    }
    for (int c = 0; c < channels_; ++c)
      base_sums_[c] = sum_of_products(upper.data(), filter(c), {0, filter_size_});
    decide(*layer_.gate, base_sums_, open);
    for (int c = 0; c < channels_; ++c) {
      const std::int32_t rest = sum_of_products(lower.data(), filter(c), {0, filter_size_});
      output[c] = gated_output(c, open[c], parts * base_sums_[c], rest);
    }
  }

  std::int8_t gated_output(int c, bool open, std::int32_t base, std::int32_t conditional) const {
    return open ? requantise(base + conditional, layer_.requant[c], layer_)
                : requantise(base, layer_.requant_closed[c], layer_);
  }

  const std::int16_t* filter(int c) const { return weights_.data() + c * filter_size_; }

  const net::Layer& layer_;
  int channels_;
  std::size_t filter_size_;
  std::vector<std::int16_t> weights_;
  std::vector<std::int32_t> base_sums_;  ///< of the base pass; of layers without gates all
};

void convolve(const net::Layer& layer, const Tensor& input, int pad_value, bool gated,
              LayerResult& result) {
  Tensor& output = result.output;
  if (gated) result.open.resize(output.values.size());
  Convolution convolution(layer, input.channels, output.channels);
  Patch patch(convolution.patch_size());
  std::size_t position = 0;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < output.width; ++x, position += output.channels) {
      gather(layer, input, pad_value, y, x, patch);
      std::int8_t* values = output.values.data() + position;
      if (gated)
        convolution.compute_gated(patch, values, result.open.data() + position);
      else
        convolution.compute(patch, values);
    }
}

void max_pool(const net::Layer& layer, const Tensor& input, int pad_value, Tensor& output) {
  std::size_t i = 0;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < output.width; ++x)
      for (int channel = 0; channel < output.channels; ++channel) {
        std::int8_t largest = -128;
        for (int ky = 0; ky < layer.kernel_h; ++ky)
          for (int kx = 0; kx < layer.kernel_w; ++kx)
            largest =
                std::max(largest, value_or_padding(input, y * layer.stride_h - layer.pad_top + ky,
                                                   x * layer.stride_w - layer.pad_left + kx,
                                                   channel, pad_value));
        output.values[i++] = requantise(largest, layer.requant[channel], layer);
      }
}

void add(const net::Layer& layer, const Tensor& input, const Tensor& addend, Tensor& output) {
  std::size_t i = 0;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < output.width; ++x)
      for (int channel = 0; channel < output.channels; ++channel) {
        const std::int32_t sum =
            layer.factor * input.at(y, x, channel) + layer.addend_factor * addend.at(y, x, channel);
        output.values[i++] = requantise(sum, layer.requant[channel], layer);
      }
}

/// The second map has the shape of the first, or one position for all.
void multiply(const net::Layer& layer, const Tensor& input, const Tensor& by, Tensor& output) {
  const bool one = by.height == 1 && by.width == 1;
  std::size_t i = 0;
  for (int y = 0; y < output.height; ++y)
    for (int x = 0; x < output.width; ++x)
      for (int channel = 0; channel < output.channels; ++channel) {
        const int first = input.at(y, x, channel) - layer.input_zero;
        const int second = by.at(one ? 0 : y, one ? 0 : x, channel) - layer.addend_zero;
        output.values[i++] = requantise(first * second, layer.requant[channel], layer);
      }
}

bool two_inputs(const net::Layer& layer) {
  return layer.kind == net::LayerKind::kAdd || layer.kind == net::LayerKind::kMultiply;
}

}  // namespace

LayerResult evaluate(const net::Network& network, const net::Layer& layer, const Tensor& input,
                     const Tensor* addend, bool gated) {
  const net::FeatureMap& from = network.maps[layer.input];
  const net::FeatureMap& to = network.maps[layer.output];
  assert(input.height == from.height && input.width == from.width &&
         input.channels == from.channels);
  LayerResult result;
  result.output = {to.height, to.width, to.channels, {}};
  result.output.values.resize(std::size_t(to.height) * to.width * to.channels);
  if (layer.kind == net::LayerKind::kMaxPool)
    max_pool(layer, input, from.pad_value, result.output);
  else if (layer.kind == net::LayerKind::kAdd)
    add(layer, input, *addend, result.output);
  else if (layer.kind == net::LayerKind::kMultiply)
    multiply(layer, input, *addend, result.output);
  else
    convolve(layer, input, from.pad_value, gated && layer.gate.has_value(), result);
  return result;
}

namespace {

/// The values of a map that is a part, from its whole.
Tensor taken(const net::FeatureMap& map, const Tensor& whole) {
  const net::Part& part = *map.part;
  Tensor values{map.height, map.width, map.channels, {}};
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x)
      for (int c = 0; c < map.channels; ++c)
        values.values.push_back(whole.at(part.row + y * part.row_step,
                                         part.column + x * part.column_step, part.channel + c));
  return values;
}

/// Puts the values of a map that is a part into its whole.
void put(const net::FeatureMap& map, const Tensor& values, Tensor& whole) {
  const net::Part& part = *map.part;
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x)
      for (int c = 0; c < map.channels; ++c) {
        const std::size_t row = part.row + y * part.row_step;
        const std::size_t column = part.column + x * part.column_step;
        whole.values[(row * whole.width + column) * whole.channels + part.channel + c] =
            values.at(y, x, c);
      }
}

/// The maps of a network. What counts of those that are parts lies in their wholes.
class Maps {
 public:
  Maps(const net::Network& network, const Tensor& input) : network_(network) {
    for (const net::FeatureMap& map : network.maps) {
      const std::size_t size = std::size_t(map.height) * map.width * map.channels;
      tensors_.push_back({map.height, map.width, map.channels, {}});
      if (!map.part) tensors_.back().values.resize(size);
    }
    tensors_[0] = input;
  }

  const Tensor& read(int map) {
    const net::FeatureMap& from = network_.maps[map];
    if (from.part) tensors_[map] = taken(from, read(from.part->whole));
    return tensors_[map];
  }

  void write(int map, const Tensor& values) {
    tensors_[map] = values;
    if (!network_.maps[map].part) return;
    const int whole = network_.maps[map].part->whole;
    read(whole);
    put(network_.maps[map], values, tensors_[whole]);
    if (network_.maps[whole].part) write(whole, Tensor(tensors_[whole]));
  }

 private:
  const net::Network& network_;
  std::vector<Tensor> tensors_;
};

}  // namespace

std::vector<LayerResult> evaluate(const net::Network& network, const Tensor& input, bool gated) {
  std::vector<LayerResult> results;
  results.reserve(network.layers.size());
  Maps maps(network, input);
  for (const net::Layer& layer : network.layers) {
    const Tensor* addend = two_inputs(layer) ? &maps.read(layer.addend) : nullptr;
    results.push_back(evaluate(network, layer, maps.read(layer.input), addend, gated));
    maps.write(layer.output, results.back().output);
  }
  return results;
}

}  // namespace sluice::golden
