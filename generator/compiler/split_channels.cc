// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/split_channels.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "generator/compiler/channel_families.h"
#include "generator/compiler/splitting.h"
#include "generator/network/parts.h"

namespace sluice::compiler {
namespace {

using net::FeatureMap;
using net::Layer;

/// Rows of an array of `rows` equal ones, in an order of their own or more than once, or zeros.
template <typename T>
void arrange_rows(std::vector<T>& values, std::size_t rows, const Channels& channels) {
  if (values.empty()) return;
  const std::size_t size = values.size() / rows;
  std::vector<T> arranged;
  arranged.reserve(channels.size() * size);
  for (const int row : channels) {
    if (row == kNothing) {
      arranged.resize(arranged.size() + size);
      continue;
    }
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * size);
    arranged.insert(arranged.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  values = std::move(arranged);
}

/// Weights of a layer that sums over all inputs, `given` of them: at each the narrow part that
/// those before have left of the wide weight.
std::vector<std::int8_t> narrow_parts(const std::vector<std::int8_t>& weights, std::size_t inputs,
                                      std::size_t taps, const Channels& given, int bits) {
  const int low = -(1 << (bits - 1)), high = -low - 1;
  std::vector<std::int8_t> all;
  const std::size_t size = inputs * taps;
  all.reserve(weights.size() / inputs * given.size());
  for (std::size_t begin = 0; begin < weights.size(); begin += size) {
    const auto first = weights.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<int> left(first, first + static_cast<std::ptrdiff_t>(size));
    for (const int channel : given) {
      for (std::size_t t = 0; t < taps; ++t) {
        if (channel == kNothing) {
          all.push_back(0);
          continue;
        }
        int& weight = left[channel * taps + t];
        const int part = std::clamp(weight, low, high);
        all.push_back(static_cast<std::int8_t>(part));
        weight -= part;
      }
    }
  }
  return all;
}

/// Rewrites a network for a family's splitting.
class Rewriter {
 public:
  Rewriter(net::Network& network, std::vector<int>& layers, const Splitting& splitting)
      : network_(network), layers_(layers), splitting_(splitting) {}

  void rewrite(const ChannelFamilies& families, int first) {
    const std::size_t channels = network_.maps[first].channels;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      Layer& layer = network_.layers[i];
      if (sums_all_inputs(layer) && families.of(layer.input) == first)
        arrange_inputs(layer, channels, splitting_.weight_bits[i]);
      if (families.of(layer.output) == first) arrange_outputs(layer, channels);
    }
    const int maps = static_cast<int>(network_.maps.size());
    for (int map = 0; map < maps; ++map) {
      if (families.of(map) != first) continue;
      network_.maps[map].channels = static_cast<int>(splitting_.written.size());
      if (splitting_.copied.count(map) > 0) copy_channels(map);
    }
  }

 private:
  void arrange_inputs(Layer& layer, std::size_t channels, int bits) const {
    const std::size_t taps = static_cast<std::size_t>(layer.kernel_h) * layer.kernel_w;
    const Channels& given = splitting_.of(layer.input);
    layer.weights = narrow_parts(layer.weights, channels, taps, given, bits);
    layer.more_weights = narrow_parts(layer.more_weights, channels, taps, given, bits);
    layer.weight_bits = std::min(layer.weight_bits, bits);
  }

  void arrange_outputs(Layer& layer, std::size_t channels) const {
    if (layer.groups > 1) layer.groups = static_cast<int>(splitting_.written.size());
    arrange_rows(layer.weights, channels, splitting_.written);
    arrange_rows(layer.more_weights, channels, splitting_.written);
    arrange_rows(layer.requant, channels, splitting_.written);
  }

  /// The map becomes the first channels of one with the copies behind, which sums read.
  void copy_channels(int map) {
    FeatureMap whole = network_.maps[map];
    whole.channels = static_cast<int>(splitting_.read.size());
    const int index = add_map(whole);
    network_.maps[map].part = net::Part{index};
    std::size_t writer = 0;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      Layer& layer = network_.layers[i];
      if (layer.output == map) writer = i;
      if (layer.input == map && sums_all_inputs(layer)) layer.input = index;
    }
    network_.layers.insert(network_.layers.begin() + static_cast<std::ptrdiff_t>(writer + 1),
                           copying_layer(index));
    layers_.insert(layers_.begin() + static_cast<std::ptrdiff_t>(writer + 1), -1);
  }

  /// A convolution of zeros and ones from the map's wide channels, which are its first ones.
  Layer copying_layer(int whole) {
    const Channels& read = splitting_.read;
    const auto begin = read.begin() + splitting_.first_copy;
    const int copies = static_cast<int>(read.end() - begin);
    const auto place = [&](int channel) {
      return static_cast<int>(std::find(read.begin(), begin, channel) - read.begin());
    };
    int inputs = 0;
    for (auto copy = begin; copy != read.end() && *copy != kNothing; ++copy)
      inputs = std::max(inputs, place(*copy) + 1);
    const FeatureMap output = part_of(whole, splitting_.first_copy, copies);
    Layer layer = net::copying_layer(output);
    layer.kind = net::LayerKind::kConv;
    layer.weight_bits = 2;
    layer.weights.assign(static_cast<std::size_t>(inputs) * copies, 0);
    for (int k = 0; k < copies && begin[k] != kNothing; ++k)
      layer.weights[k * inputs + place(begin[k])] = 1;
    layer.input = add_map(part_of(whole, 0, inputs));
    layer.output = add_map(output);
    return layer;
  }

  FeatureMap part_of(int whole, int first, int count) const {
    FeatureMap map = network_.maps[whole];
    map.channels = count;
    map.part = net::Part{whole, first};
    return map;
  }

  int add_map(const FeatureMap& map) {
    network_.maps.push_back(map);
    return static_cast<int>(network_.maps.size()) - 1;
  }

  net::Network& network_;
  std::vector<int>& layers_;
  const Splitting& splitting_;
};

/// Where each channel is found first.
std::vector<int> places_among(const Channels& channels) {
  std::vector<int> places(1 + *std::max_element(channels.begin(), channels.end()));
  for (int k = static_cast<int>(channels.size()) - 1; k >= 0; --k)
    if (channels[k] != kNothing) places[channels[k]] = k;
  return places;
}

}  // namespace

SplitNetwork::SplitNetwork(const net::Network& original, const Plan& plan) : original_(original) {
  auto families = std::make_unique<ChannelFamilies>(original);
  for (int map = 0; map < static_cast<int>(original.maps.size()); ++map) {
    if (families->of(map) != map || !families->may_change(map)) continue;
    const auto splitting = best_splitting(network(), *families, map, plan);
    if (!splitting) continue;
    if (!rewritten_) {
      rewritten_ = original;
      layers_.resize(original.layers.size());
      std::iota(layers_.begin(), layers_.end(), 0);
      places_.resize(original.maps.size());
    }
    for (int member = map; member < static_cast<int>(original.maps.size()); ++member)
      if (families->of(member) == map) places_[member] = places_among(splitting->written);
    Rewriter(*rewritten_, layers_, *splitting).rewrite(*families, map);
    families = std::make_unique<ChannelFamilies>(*rewritten_);
  }
}

std::vector<int> SplitNetwork::places_in(int map) const {
  return rewritten_ ? places_[map] : std::vector<int>();
}

int SplitNetwork::added_for_weights_of(int layer) const {
  if (!rewritten_) return 0;
  const Layer& after = rewritten_->layers[layer];
  if (layers_[layer] < 0) return 0;
  const Layer& before = original_.layers[layers_[layer]];
  if (after.weight_bits >= before.weight_bits) return 0;
  return rewritten_->maps[after.input].channels - original_.maps[before.input].channels;
}

}  // namespace sluice::compiler
