// SPDX-License-Identifier: Apache-2.0
// Numbers of one layer of a drawn network: weights, gates, requantisation.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "verif/run/dice.h"
#include "verif/run/random_network.h"

namespace sluice::run {

/// Sums of `terms` products of random values of these widths spread about this far.
inline double spread(int terms, int activation_bits, int weight_bits) {
  return std::sqrt(static_cast<double>(terms)) * (1 << activation_bits) * (1 << weight_bits) / 12.0;
}

class LayerMaker {
 protected:
  LayerMaker(const Plan& plan, Dice& dice) : plan_(plan), dice_(dice) {}

  const Config& config() const { return plan_.config; }

  /// A layer that reads map `input` and writes a new one.
  net::Layer start_layer(int input) {
    source_ = input;
    net::Layer layer;
    layer.name = fmt::format("layer{}", network_.layers.size());
    layer.input = input;
    layer.output = last_map() + 1;
    return layer;
  }

  double convolution_spread(const net::Layer& layer) const {
    const int terms = source().channels / layer.groups * layer.kernel_h * layer.kernel_w;
    return spread(terms, source().bits, layer.weight_bits);
  }

  /// The map that the layer in work reads.
  const net::FeatureMap& source() const { return network_.maps[source_]; }
  int last_map() const { return static_cast<int>(network_.maps.size()) - 1; }

  std::vector<int> possible_partitions(int channels) {
    std::vector<int> list;
    for (int p : {2, 3, 4}) {
      if (source().channels % p == 0 && channels % p == 0) list.push_back(p);
    }
    return list;
  }

  /// Draws the weights in the width that they have.
  void fill_weights(net::Layer& layer) {
    for (std::int8_t& w : layer.weights) {
      w = static_cast<std::int8_t>(
          dice_.range(low_of(layer.weight_bits), high_of(layer.weight_bits)));
    }
  }

  void draw_weights(net::Layer& layer, int channels, int inputs) {
    layer.weight_bits = dice_.percent(60) ? source().bits : dice_.pick(config().precisions);
    layer.weights.resize(static_cast<std::size_t>(channels) * inputs * layer.kernel_h *
                         layer.kernel_w);
    fill_weights(layer);
  }

  /// Whether a gate splits the bits of the map that is read.
  bool splits_bits() {
    if (!config().precision_gating || source().bits < 4) return false;
    const auto& precisions = config().precisions;
    const bool has = std::count(precisions.begin(), precisions.end(), source().bits / 2) > 0;
    return has && dice_.percent(60);
  }

  void make_gate(net::Layer& layer, int channels, int partitions) {
    if (splits_bits()) return make_precision_gate(layer, channels);
    net::Gate gate;
    gate.partitions = partitions;
    gate.channel_groups = dice_.percent(70);
    gate.block = random_block(gate.channel_groups ? channels / partitions : channels);
    const int kind = dice_.range(0, 9);  // 0: all closed, 1: all open, else mixed
    const double centre = dice_.pick(std::vector<double>{-1, 0, 0.5, 1, 1.5, 2});
    const int terms = source().channels / partitions * layer.kernel_h * layer.kernel_w;
    const double width = spread(terms, source().bits, layer.weight_bits);
    for (int c = 0; c < channels; c++) {
      const double tau = width * (centre + 0.3 * dice_.normal());
      gate.tau.push_back(kind == 0 ? 1 << 24 : kind == 1 ? -(1 << 24) : static_cast<int>(tau));
    }
    layer.gate = gate;
  }

  /// With weights of half the bits, and padding whose halves are alike in both planes.
  void make_precision_gate(net::Layer& layer, int channels) {
    net::Gate gate;
    gate.partitions = 2;
    gate.channel_groups = false;
    gate.plane_bits = source().bits / 2;
    gate.block = random_block(channels);
    layer.weight_bits = gate.plane_bits;
    fill_weights(layer);
    const int terms = source().channels * layer.kernel_h * layer.kernel_w;
    const double width = spread(terms, gate.plane_bits, layer.weight_bits);
    const double centre = dice_.pick(std::vector<double>{-1, 0, 0.5, 1, 1.5, 2});
    for (int c = 0; c < channels; c++) {
      gate.tau.push_back(static_cast<int>(width * (centre + 0.3 * dice_.normal())));
    }
    const int half = dice_.range(low_of(gate.plane_bits), high_of(gate.plane_bits));
    network_.maps[source_].pad_value =
        half * (1 << gate.plane_bits) + half + (1 << (gate.plane_bits - 1));
    layer.gate = gate;
  }

  /// 1, or a block that a lane can hold and that divides the channels of an output group.
  int random_block(int channels) {
    std::vector<int> blocks = {1};
    for (int b = 2; b <= config().columns; b++) {
      const bool whole_bytes = b % (8 / narrowest()) == 0;
      if (channels % b == 0 && whole_bytes) blocks.push_back(b);
    }
    return dice_.percent(50) ? blocks.back() : dice_.pick(blocks);
  }

  int narrowest() const { return config().precisions.back(); }

  /// Requantisation of sums that spread about `width` far, output map.
  void finish(net::Layer& layer, int channels, double width) {
    const net::FeatureMap in = source();
    net::FeatureMap out;
    out.name = fmt::format("map{}", layer.output);
    out.height =
        (in.height + layer.pad_top + layer.pad_bottom - layer.kernel_h) / layer.stride_h + 1;
    out.width = (in.width + layer.pad_left + layer.pad_right - layer.kernel_w) / layer.stride_w + 1;
    out.channels = channels;
    out.bits = dice_.pick(config().precisions);
    layer.zero_point = dice_.percent(50) ? 0 : dice_.range(low_of(out.bits), high_of(out.bits));
    out.pad_value = layer.zero_point;
    layer.clamp_low = dice_.percent(50) ? layer.zero_point : low_of(out.bits);
    layer.clamp_high = high_of(out.bits);
    const double scale = (1 << out.bits) / width * (0.3 + dice_.range(0, 100) / 100.0);
    for (int c = 0; c < channels; c++) layer.requant.push_back(random_requant(scale, width));
    if (layer.gate) {
      for (int c = 0; c < channels; c++)
        layer.requant_closed.push_back(random_requant(scale, width));
    }
    draw_rounding(layer);
    network_.maps.push_back(out);
  }

  /// Some layers round twice. Their channels that are not scaled become like the first.
  void draw_rounding(net::Layer& layer) const {
    const net::Requant first = layer.requant.front();
    const bool planes = layer.gate && layer.gate->plane_bits > 0;
    layer.rounds_twice = !layer.traits().two_inputs() && source().bits == 8 && !planes &&
                         first.multiplier % 4 == 0 && first.shift > net::kMultiplierBits;
    if (!layer.rounds_twice) return;
    for (auto* list : {&layer.requant, &layer.requant_closed})
      for (net::Requant& requant : *list)
        if (requant.shift <= net::kMultiplierBits) requant = first;
  }

  net::Requant random_requant(double scale, double width) {
    net::Requant requant;
    requant.bias = static_cast<int>(width * 0.3 * dice_.normal());
    if (dice_.percent(5)) {  // no scaling at all
      requant.multiplier = 1;
      requant.shift = 0;
      return requant;
    }
    int exponent = 0;
    const double fraction = std::frexp(scale * (0.7 + dice_.range(0, 60) / 100.0), &exponent);
    requant.shift = std::clamp(net::kMultiplierBits - exponent, 0, net::kLargestShift);
    requant.multiplier = static_cast<std::int32_t>(std::ldexp(fraction, net::kMultiplierBits));
    return requant;
  }

  static void set_kernel(net::Layer& layer, int size) {
    layer.kernel_h = layer.kernel_w = size;
    layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = size / 2;
  }

  const Plan& plan_;
  Dice& dice_;
  net::Network network_;
  int source_ = 0;  ///< the map that the layer in work reads
};

}  // namespace sluice::run
