// SPDX-License-Identifier: Apache-2.0
#include "verif/run/random_parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::run {
namespace {

/// Numbers [first, first + count).
struct Cut {
  int first = 0, count = 0;
};

class PartsMaker {
 public:
  PartsMaker(net::Network& network, Dice& dice) : network_(network), dice_(dice) {}

  void draw() {
    // The result is no part: layers of which there is one keep it
    for (std::size_t i = 0; i + 1 < network_.layers.size(); ++i) {
      if (network_.maps[network_.layers[i].output].part) continue;
      if (dice_.percent(40)) {
        i += cut_channels(i);
      } else if (dice_.percent(20)) {
        i += cut_rows(i);
      }
    }
    for (std::size_t i = 0; i + 1 < network_.layers.size(); ++i) {
      if (dice_.percent(25)) put_beside(network_.layers[i].input, network_.layers[i].output);
    }
    for (net::Layer& layer : network_.layers) {
      const bool sums = layer.traits().has_weights() && layer.groups == 1 && !layer.gate;
      if (sums && dice_.percent(25)) read_some(layer);
    }
  }

 private:
  /// A part of a map, of some of its channels.
  int channels_of(int map, const Cut& cut) {
    net::FeatureMap part = network_.maps[map];
    part.name = fmt::format("{}[{}:{}]", part.name, cut.first, cut.first + cut.count);
    part.channels = cut.count;
    part.part = net::Part{map, cut.first};
    network_.maps.push_back(part);
    return static_cast<int>(network_.maps.size()) - 1;
  }

  // ---- layers by channels ----

  /// Channels that a cut may not go through; 0: the layer is not cut.
  static int granule(const net::Network& network, const net::Layer& layer) {
    const int channels = network.maps[layer.output].channels;
    if (layer.gate) return layer.gate->channel_groups ? 0 : layer.gate->block;
    return layer.traits().has_weights() && layer.groups > 1 ? channels / layer.groups : 1;
  }

  /// Returns how many layers were added.
  int cut_channels(std::size_t index) {
    const int channels = network_.maps[network_.layers[index].output].channels;
    const int step = granule(network_, network_.layers[index]);
    if (step == 0 || channels / step < 2) return 0;
    int at = step * dice_.range(1, (channels - 1) / step);
    if (dice_.percent(50)) at = std::max(step, at / 8 * 8 / step * step);
    if (at >= channels) return 0;
    const net::Layer layer = network_.layers[index];
    network_.layers[index] = cut_layer(layer, {0, at});
    network_.layers.insert(network_.layers.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                           cut_layer(layer, {at, channels - at}));
    return 1;
  }

  net::Layer cut_layer(const net::Layer& from, const Cut& cut) {
    net::Layer layer = from;
    const int channels = network_.maps[from.output].channels;
    layer.name += fmt::format("_{}", cut.first);
    layer.output = channels_of(from.output, cut);
    take(layer.requant, cut, channels);
    take(layer.requant_closed, cut, channels);
    if (layer.gate) take(layer.gate->tau, cut, channels);
    take(layer.weights, cut, channels);
    if (from.traits().has_weights() && from.groups == 1) return layer;
    const int inputs = network_.maps[from.input].channels;
    const Cut read{cut.first * inputs / channels, cut.count * inputs / channels};
    layer.input = channels_of(from.input, read);
    if (from.traits().two_inputs()) layer.addend = channels_of(from.addend, read);
    if (from.traits().has_weights()) layer.groups = read.count / (inputs / from.groups);
    return layer;
  }

  /// What belongs to some of the channels of which a table holds as much each.
  template <typename T>
  static void take(std::vector<T>& table, const Cut& cut, int channels) {
    const auto each = static_cast<std::ptrdiff_t>(table.size()) / channels;
    table = {table.begin() + cut.first * each, table.begin() + (cut.first + cut.count) * each};
  }

  // ---- layers by positions ----

  /// Every second row by a layer of its own, where padding leaves the second one its first row.
  int cut_rows(std::size_t index) {
    const net::Layer layer = network_.layers[index];
    const int rows = network_.maps[layer.output].height;
    if (rows < 2 || layer.pad_top < layer.stride_h || layer.traits().two_inputs()) return 0;
    network_.layers[index] = every_second(layer, 0, (rows + 1) / 2);
    network_.layers.insert(network_.layers.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                           every_second(layer, 1, rows / 2));
    return 1;
  }

  net::Layer every_second(const net::Layer& from, int first, int rows) {
    net::Layer layer = from;
    layer.name += fmt::format("_row{}", first);
    layer.stride_h *= 2;
    layer.pad_top -= first * from.stride_h;
    const int read = (rows - 1) * layer.stride_h + layer.kernel_h;
    layer.pad_bottom = std::max(0, read - layer.pad_top - network_.maps[from.input].height);
    net::FeatureMap part = network_.maps[from.output];
    part.name += fmt::format("[{}::2]", first);
    part.height = rows;
    part.part = net::Part{from.output, 0, first, 0, 2, 1};
    network_.maps.push_back(part);
    layer.output = static_cast<int>(network_.maps.size()) - 1;
    return layer;
  }

  // ---- maps beside each other ----

  /// Makes two maps of one size parts of a third, so that a layer reads one part and writes
  /// another.
  void put_beside(int input, int output) {
    const net::FeatureMap &a = network_.maps[input], &b = network_.maps[output];
    const int half = 1 << (b.bits - 1);
    const bool pads = a.pad_value >= -half && a.pad_value < half;
    const bool alike = a.height == b.height && a.width == b.width && pads;
    if (!alike || input == 0 || a.part || b.part) return;
    net::FeatureMap whole = a;
    const int index = static_cast<int>(network_.maps.size());
    whole.name = fmt::format("{} and {}", a.name, b.name);
    whole.channels = a.channels + b.channels;
    whole.bits = std::max(a.bits, b.bits);
    const int behind = a.channels;
    network_.maps[input].part = net::Part{index, 0};
    network_.maps[output].part = net::Part{index, behind};
    network_.maps.push_back(whole);
    share_padding();
  }

  /// Parts have the padding of their wholes.
  void share_padding() {
    for (std::size_t depth = 0; depth < network_.maps.size(); ++depth) {
      for (net::FeatureMap& map : network_.maps) {
        if (map.part) map.pad_value = network_.maps[map.part->whole].pad_value;
      }
    }
  }

  // ---- inputs ----

  /// A convolution reads some channels of its input only.
  void read_some(net::Layer& layer) {
    const int channels = network_.maps[layer.input].channels;
    const int count = dice_.range(1, channels), first = dice_.range(0, channels - count);
    const std::size_t taps = std::size_t(layer.kernel_h) * layer.kernel_w;
    const std::size_t outputs = layer.weights.size() / (taps * channels);
    std::vector<std::int8_t> weights;
    for (std::size_t c = 0; c < outputs; ++c) {
      const auto begin = layer.weights.begin() +
                         static_cast<std::ptrdiff_t>((c * channels + std::size_t(first)) * taps);
      weights.insert(weights.end(), begin, begin + static_cast<std::ptrdiff_t>(count * taps));
    }
    layer.weights = std::move(weights);
    layer.input = channels_of(layer.input, {first, count});
  }

  net::Network& network_;
  Dice& dice_;
};

}  // namespace

void draw_parts(net::Network& network, Dice& dice) { PartsMaker(network, dice).draw(); }

}  // namespace sluice::run
