// SPDX-License-Identifier: Apache-2.0
// The integer network that every other part works on: what the importer produces, the golden
// model evaluates, the compiler maps onto hardware. Plain data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generator/network/host_program.h"
#include "generator/network/layer_kinds.h"

namespace sluice::net {

/// Where the values of a map lie in another one, its whole: channel c at (y, x) is channel
/// `channel` + c of the whole at (`row` + y * `row_step`, `column` + x * `column_step`). A layer
/// that writes a part writes into the whole, and one that reads it reads what is there.
struct Part {
  int whole = 0;  ///< index into Network::maps
  int channel = 0;
  int row = 0, column = 0;
  int row_step = 1, column_step = 1;
};

/// Shape and number format of one feature map. Values are signed integers of `bits` bits, i.e. in
/// [-2^(bits-1), 2^(bits-1) - 1]. An unsigned ONNX tensor is shifted down by 2^(bits-1) on import;
/// the shift is folded into biases and thresholds, so every sum stays exactly what ONNX defines.
struct FeatureMap {
  std::string name;
  int height = 0;
  int width = 0;
  int channels = 0;
  int bits = 8;                   ///< 8, 4 or 2
  int pad_value = 0;              ///< the stored value that stands for zero; padding reads as this
  std::optional<Part> part = {};  ///< of a map with the same pad value, of as many bits or more
  int offset = 0;                 ///< from a stored value to the code that the ONNX graph has
  bool is_signed = true;          ///< codes are INT8, else UINT8
};

/// Requantisation of one output channel:
///   y = clamp(round((sum + bias) * multiplier / 2^shift) + zero_point, low, high)
/// to the nearest, halves to even. A layer that rounds twice, as TFLite does (gemmlowp), takes the
/// nearest multiple of 2^(20 - shift) first and then the nearest integer, halves up both times.
struct Requant {
  std::int32_t bias = 0;
  std::int32_t multiplier = 1;  ///< 0 to kLargestMultiplier
  int shift = 0;                ///< 0 to kLargestShift
};

/// Channel gating of one convolution (Hua et al., NeurIPS 2019). The input channels are split into
/// `partitions` equal groups. Output channel c of C takes group `channel_groups ? c * partitions /
/// C : 0` as its base; the other groups are conditional. With one gate per output, the gate of (y,
/// x, c) is open when base_sum(y, x, c) > tau[c] (strict, signed). With blocks, channels [k *
/// block, (k + 1) * block) share one gate: open when any of them exceeds its threshold. An open
/// output is base + conditional sum, a closed one the base sum alone.
///
/// Precision gating (Zhang et al., ICLR 2020), if `plane_bits` is p > 0: bits are split, not
/// channels. An input x is 2^p * upper + lower with 0 <= lower < 2^p. The base sum takes the upper
/// parts of all channels, the conditional sum the lower ones. The sum of an open output is 2^p *
/// base + conditional sum, that of x; of a closed one 2^p * base.
struct Gate {
  int partitions = 4;  ///< parts of the products, of which the base is one; 2 with `plane_bits`
  bool channel_groups = true;  ///< not with `plane_bits`
  int plane_bits = 0;          ///< half the bits of the input, or 0
  int block = 1;               ///< output channels that share a gate; 1 = one gate per output
  std::vector<std::int32_t> tau;
};

/// Bits of the multipliers of requantisations, and of the factors of additions.
inline constexpr int kMultiplierBits = 20;
inline constexpr int kLargestMultiplier = (1 << kMultiplierBits) - 1;
/// The largest factor of an addition.
inline constexpr int kLargestFactor = kLargestMultiplier;
/// The largest bias of an addition, either way.
inline constexpr int kLargestAdditionBias = (1 << 28) - 1;
/// The most bits of a shift, of requantisations and additions.
inline constexpr int kLargestShift = 47;
/// Entries of a table, one for each value of 8 bits.
inline constexpr int kTableEntries = 256;

/// The longest Hadamard transform of sums; the shortest has 4 channels.
inline constexpr int kLargestHadamard = 64;

/// One layer. One of two inputs adds maps of the same shape, or multiplies them. What is
/// requantised of an addition is
///   factor * input(y, x, c) + addend_factor * addend(y, x, c)
/// all channels alike, with the multiplier 1 and a bias of at most 2^28 - 1 either way; of a
/// product
///   (input(y, x, c) - input_zero) * (addend(y, x, c) - addend_zero)
/// all channels alike, without a bias. The addend of a product may have one position, for all
/// positions of the input.
/// A dense layer is a convolution whose kernel covers the whole input; global average
/// pooling is a depthwise convolution of ones whose divisor sits in the requantisation.
struct Layer {
  std::string name;
  LayerKind kind{};
  int input = 0;                        ///< index into Network::maps
  int output = 0;                       ///< index into Network::maps
  int addend = 0;                       ///< the second of two inputs, index into Network::maps
  int factor = 1, addend_factor = 1;    ///< of an addition: 0 to kLargestFactor
  int input_zero = 0, addend_zero = 0;  ///< of a product: the values that stand for zero
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  int groups = 1;
  int weight_bits = 8;
  /// See Requant; the input has 8 bits, which gates do not split, and all shifts are above
  /// kMultiplierBits.
  bool rounds_twice = false;
  int circulant = 1;  ///< of a layer without weights: k of the circulant blocks that it would have
  /// Output channels whose exact sums, so many neighbours at a time, are multiplied by the
  /// Hadamard matrix of that size before they are requantised: a power of two, 4 to
  /// kLargestHadamard, that divides the channels. 1: they are not. Of convolutions without gates.
  int hadamard = 1;
  /// [output channel][input channel / groups][ky][kx]; of convolutions only.
  std::vector<std::int8_t> weights;
  /// What is added to them where weights take more than 8 bits: the array then goes over the inputs
  /// in two rounds. Empty, or of the size of `weights`; of convolutions without gates and groups.
  std::vector<std::int8_t> more_weights;
  /// Per output channel, for open gates and ungated layers; all kinds of layers have them.
  std::vector<Requant> requant;
  /// Per output channel, for closed gates; empty for ungated layers.
  std::vector<Requant> requant_closed;
  int zero_point = 0;
  int clamp_low = -128, clamp_high = 127;  ///< ReLU: clamp_low = zero_point
  /// Empty, or 2^8 entries: the output is table[clamped value + 128]. Not of two inputs.
  std::vector<std::int8_t> table;
  std::optional<Gate> gate;

  const KindTraits& traits() const { return traits_of(kind); }
  /// How often the array goes over the inputs.
  int rounds() const { return more_weights.empty() ? 1 : 2; }
};

/// Whether a layer reads a map.
inline bool reads(const Layer& layer, int map) {
  return layer.input == map || (layer.traits().two_inputs() && layer.addend == map);
}

/// What the ONNX graph takes, and how it becomes the values of map 0. A code is an ONNX value, a
/// stored value plus `offset`.
struct InputFormat {
  std::optional<float> scale;  ///< of the QuantizeLinear that begins the graph, which takes real
                               ///< numbers; none: the graph takes codes
  int zero_point = 0;          ///< of that node
  bool is_signed = false;      ///< codes are INT8, else UINT8
  int offset = 128;
  /// What the host does before that node: value 0 is the graph's input, the result (channel, y, x)
  /// what is quantised. Empty if it does nothing.
  HostProgram host = {};
  bool bytes = false;  ///< with `host`: the graph takes UINT8 as the numbers that they are
  /// With `host`: of the graph's input, whose last dimension are the channels if `channels_last`.
  int height = 0, width = 0, channels = 0;
  bool channels_last = false;
  bool chained = false;  ///< its numbers are those that another network gives, see import_chain()
};

/// Stands for the map that the last layer gives.
inline constexpr int kLastMap = -1;

/// A map that a result of the ONNX graph comes from, and what its values are there.
struct ResultSource {
  std::optional<float> scale = {};  ///< of the DequantizeLinear behind the map, which gives real
                                    ///< numbers; none: codes
  int zero_point = 0;               ///< of that node
  bool is_signed = false;           ///< codes are INT8, else UINT8
  int offset = 128;
  int map = kLastMap;  ///< index into Network::maps
};

/// One result of the ONNX graph.
struct ResultFormat {
  std::string name = {};              ///< of the tensor in the graph
  std::vector<ResultSource> sources;  ///< one, or with `host` the values that it begins with
  bool flat = false;                  ///< two dimensions (batch, values) in place of four
  HostProgram host = {};              ///< behind the sources; empty if nothing is
  bool chained = false;  ///< another network takes these numbers, (channel, y, x) of a map
};

/// Layers in execution order; maps[0] is the network's input, and the last layer's output a map
/// that results come from. Neither these nor the input have parts or are one, and the input is no
/// result. A map that is read has been written by layers before, itself, its whole, or all its
/// parts; no value is written twice.
struct Network {
  std::string name;
  std::vector<FeatureMap> maps;
  std::vector<Layer> layers;
  InputFormat input = {};
  std::vector<ResultFormat> results = {{"", {{}}}};  ///< in the graph's order; at least one
  /// In the file that it comes from, whose arrays have (y, x, channel), but for what is chained.
  bool channels_last = false;
};

/// Whether any layer has gates.
inline bool has_gates(const Network& network) {
  return std::any_of(network.layers.begin(), network.layers.end(),
                     [](const Layer& layer) { return layer.gate.has_value(); });
}

/// Whether any layer of networks one after the other has.
inline bool has_gates(std::span<const Network> chain) {
  return std::any_of(chain.begin(), chain.end(),
                     [](const Network& network) { return has_gates(network); });
}

/// The layers of all.
inline std::size_t layers_of(std::span<const Network> chain) {
  std::size_t layers = 0;
  for (const Network& network : chain) layers += network.layers.size();
  return layers;
}

/// Of a list with an element for each layer of all: those of network `place`. Of an empty list
/// nothing.
template <typename T>
std::vector<T> of_network(std::span<const Network> chain, std::size_t place,
                          const std::vector<T>& all) {
  if (all.empty()) return {};
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(layers_of(chain.first(place)));
  return {begin, begin + static_cast<std::ptrdiff_t>(chain[place].layers.size())};
}

/// The map of a result.
inline int map_of(const Network& network, const ResultSource& source) {
  return source.map == kLastMap ? network.layers.back().output : source.map;
}

/// The maps that results come from, each once, in the order of the results.
std::vector<int> result_maps(const Network& network);

/// Whether a result comes from a map.
bool is_result(const Network& network, int map);

/// Multiply-accumulates of a layer, without gates, those with padding among them; 0 for layers
/// without weights.
inline std::int64_t macs_of(const Network& network, const Layer& layer) {
  if (!layer.traits().has_weights()) return 0;
  const FeatureMap& in = network.maps[layer.input];
  const FeatureMap& out = network.maps[layer.output];
  return std::int64_t{out.height} * out.width * out.channels * (in.channels / layer.groups) *
         layer.kernel_h * layer.kernel_w;
}

}  // namespace sluice::net
