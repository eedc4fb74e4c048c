// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/split_channels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "generator/compiler/layout.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

using net::FeatureMap;
using net::Layer;

/// A convolution that sums over all channels of its input, without gates: of one whose weights are
/// known the input may be given more channels, and more outputs computed.
bool sums_all(const Layer& layer) {
  return layer.traits().has_weights() && layer.groups == 1 && !layer.gate && !layer.weights.empty();
}

/// Maps between which channels are handed on as they are: all get the same channels, or none.
class Families {
 public:
  explicit Families(const net::Network& network)
      : network_(network), first_(network.maps.size()), fixed_(network.maps.size(), false) {
    std::iota(first_.begin(), first_.end(), 0);
    fixed_[of(0)] = true;
    for (const int map : net::result_maps(network)) fix(map);
    for (std::size_t map = 0; map < network.maps.size(); ++map) {
      if (!network.maps[map].part) continue;
      fix(static_cast<int>(map));
      fix(network.maps[map].part->whole);
    }
    for (const Layer& layer : network.layers) add(layer);
  }

  /// The first map of a family.
  int of(int map) const {
    while (first_[map] != map) map = first_[map];
    return map;
  }
  bool may_grow(int map) const { return !fixed_[of(map)]; }

 private:
  void fix(int map) { fixed_[of(map)] = true; }

  void join(int a, int b) {
    a = of(a);
    b = of(b);
    fixed_[std::min(a, b)] = fixed_[a] || fixed_[b];
    first_[std::max(a, b)] = std::min(a, b);
  }

  void add(const Layer& layer) {
    if (layer.hadamard > 1) fix(layer.output);  // which is whole transforms
    if (sums_all(layer)) return;
    const bool passes = !layer.traits().has_weights() ||
                        (is_depthwise(network_, layer) && !layer.gate && !layer.weights.empty());
    join(layer.input, layer.output);
    if (layer.traits().two_inputs()) join(layer.addend, layer.output);
    if (!passes || has_vector(layer)) fix(layer.output);
  }

  bool has_vector(const Layer& layer) const {
    if (!layer.traits().two_inputs()) return false;
    const FeatureMap &a = network_.maps[layer.input], &b = network_.maps[layer.addend];
    return a.height != b.height || a.width != b.width;
  }

  const net::Network& network_;
  std::vector<int> first_;
  std::vector<bool> fixed_;
};

/// Cycles of a layer for its products with so many channels, with the best fold.
double product_cycles(const FeatureMap& out, const Layer& layer, int inputs, int outputs, int mode,
                      const Plan& plan) {
  const Config& config = plan.config;
  const int atoms = ceil_div(inputs * mode, 8 * config.atom);
  const double bytes = 1.0 * layer.kernel_h * layer.kernel_w * atoms * config.atom;
  double least = std::numeric_limits<double>::max();
  for (int fold = 1; fold <= config.segments; fold *= 2) {
    const int record = fold * config.columns * config.lanes;
    least = std::min(least, ceil_div(outputs, record) * std::ceil(bytes * fold / config.rows));
  }
  return least * out.height * out.width;
}

/// One family of maps: which channels it is given again, and what that saves.
class Family {
 public:
  Family(const net::Network& network, const Families& families, int first, const Plan& plan)
      : network_(network), families_(families), first_(first), plan_(plan) {
    const auto channels = static_cast<std::size_t>(network.maps[first].channels);
    parts_.assign(channels, 1);
    for (const Layer& layer : network.layers) {
      if (narrowed(layer)) note_parts(layer);
    }
    for (std::size_t c = 0; c < channels; ++c)
      for (int k = 1; k < parts_[c]; ++k) again_.push_back(static_cast<int>(c));
  }

  /// How many bits each layer's weights get; 8: those that they have.
  std::vector<int> weight_bits() const {
    std::vector<int> bits;
    for (const Layer& layer : network_.layers)
      bits.push_back(narrowed(layer) ? bits_split(layer.input) : 8);
    return bits;
  }
  /// The channels that are given again, in order.
  const std::vector<int>& again() const { return again_; }

  bool saves_cycles() const {
    if (again_.empty() || again_.size() > parts_.size()) return false;
    const int more = static_cast<int>(again_.size());
    double before = 0, after = 0;
    for (const Layer& layer : network_.layers) {
      if (!sums_all(layer)) continue;
      const bool in = reads(layer), out = families_.of(layer.output) == first_;
      if (!in && !out) continue;
      const int inputs = network_.maps[layer.input].channels;
      const int outputs = network_.maps[layer.output].channels;
      const FeatureMap& map = network_.maps[layer.output];
      const int bits = bits_now(layer.input);
      before += product_cycles(map, layer, inputs, outputs, bits, plan_);
      after += product_cycles(map, layer, inputs + (in ? more : 0), outputs + (out ? more : 0),
                              in ? bits_split(layer.input) : bits, plan_);
    }
    return after < before;
  }

 private:
  bool reads(const Layer& layer) const {
    return sums_all(layer) && families_.of(layer.input) == first_;
  }

  bool narrowed(const Layer& layer) const {
    return reads(layer) && bits_now(layer.input) > bits_split(layer.input);
  }

  /// The width of a map's container with all its readers, and without those that are split.
  int bits_now(int map) const {
    int bits = network_.maps[map].bits;
    for (const Layer& layer : network_.layers) {
      if (layer.input != map || !layer.traits().multiplies) continue;
      bits = std::max(bits, layer.more_weights.empty() ? layer.weight_bits : 8);
    }
    return container_bits(plan_, bits);
  }
  int bits_split(int map) const {
    int bits = network_.maps[map].bits;
    for (const Layer& layer : network_.layers) {
      if (layer.input != map || !layer.traits().multiplies) continue;
      if (!layer.more_weights.empty()) bits = 8;
      if (!sums_all(layer)) bits = std::max(bits, layer.weight_bits);
    }
    return container_bits(plan_, bits);
  }

  void note_parts(const Layer& layer) {
    const auto taps = static_cast<std::size_t>(layer.kernel_h) * layer.kernel_w;
    const int bits = bits_split(layer.input);
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
      int& parts = parts_[i / taps % parts_.size()];
      parts = std::max(parts, parts_of_weight(layer.weights[i], bits));
    }
  }

  const net::Network& network_;
  const Families& families_;
  int first_;
  const Plan& plan_;
  std::vector<int> parts_;  ///< of each channel
  std::vector<int> again_;
};

/// Repeats the rows of an array of `rows` equal ones.
template <typename T>
void repeat_rows(std::vector<T>& values, std::size_t rows, const std::vector<int>& again) {
  if (values.empty()) return;
  const std::size_t size = values.size() / rows;
  values.reserve(values.size() + again.size() * size);
  for (const int row : again)
    for (std::size_t i = 0; i < size; ++i) values.push_back(values[row * size + i]);
}

/// Gives an output of a layer that sums over all inputs its weights at channels that are given
/// again: what the narrow weights before leave, or zeros.
class InputSplitter {
 public:
  InputSplitter(std::size_t channels, std::size_t taps, const std::vector<int>& again, int bits)
      : channels_(channels),
        taps_(taps),
        again_(again),
        low_(-(1 << (bits - 1))),
        high_(-low_ - 1) {}

  std::vector<std::int8_t> split(const std::vector<std::int8_t>& weights) const {
    std::vector<std::int8_t> all;
    const std::size_t size = channels_ * taps_;
    all.reserve(weights.size() / channels_ * (channels_ + again_.size()));
    for (std::size_t begin = 0; begin < weights.size(); begin += size) {
      std::vector<int> left(weights.begin() + static_cast<std::ptrdiff_t>(begin),
                            weights.begin() + static_cast<std::ptrdiff_t>(begin + size));
      for (std::size_t c = 0; c < channels_; ++c) take(left, c, all);
      for (const int c : again_) take(left, static_cast<std::size_t>(c), all);
    }
    return all;
  }

 private:
  void take(std::vector<int>& left, std::size_t channel, std::vector<std::int8_t>& all) const {
    for (std::size_t t = channel * taps_; t < (channel + 1) * taps_; ++t) {
      const int part = std::clamp(left[t], low_, high_);
      all.push_back(static_cast<std::int8_t>(part));
      left[t] -= part;
    }
  }

  std::size_t channels_, taps_;
  const std::vector<int>& again_;
  int low_, high_;
};

/// The network with the channels of a family given again.
void give_again(net::Network& network, const Families& families, int first,
                const std::vector<int>& again, const std::vector<int>& weight_bits) {
  const auto channels = static_cast<std::size_t>(network.maps[first].channels);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    Layer& layer = network.layers[i];
    const auto taps = static_cast<std::size_t>(layer.kernel_h) * layer.kernel_w;
    if (sums_all(layer) && families.of(layer.input) == first) {
      const InputSplitter splitter(channels, taps, again, weight_bits[i]);
      layer.weights = splitter.split(layer.weights);
      layer.more_weights = splitter.split(layer.more_weights);
      layer.weight_bits = std::min(layer.weight_bits, weight_bits[i]);
    }
    if (families.of(layer.output) != first) continue;
    if (layer.traits().has_weights()) {
      repeat_rows(layer.weights, channels, again);
      repeat_rows(layer.more_weights, channels, again);
    }
    if (layer.groups > 1) layer.groups += static_cast<int>(again.size());
    repeat_rows(layer.requant, channels, again);
  }
  for (std::size_t map = 0; map < network.maps.size(); ++map)
    if (families.of(static_cast<int>(map)) == first)
      network.maps[map].channels += static_cast<int>(again.size());
}

}  // namespace

SplitNetwork::SplitNetwork(const net::Network& original, const Plan& plan) : original_(original) {
  const Families families(original);
  for (int map = 0; map < static_cast<int>(original.maps.size()); ++map) {
    if (families.of(map) != map || !families.may_grow(map)) continue;
    const Family family(network(), families, map, plan);
    if (!family.saves_cycles()) continue;
    const std::vector<int> weight_bits = family.weight_bits();
    if (!rewritten_) rewritten_ = original;
    give_again(*rewritten_, families, map, family.again(), weight_bits);
  }
}

int SplitNetwork::added(int map) const {
  if (static_cast<std::size_t>(map) >= original_.maps.size()) return 0;
  return network().maps[map].channels - original_.maps[map].channels;
}

int SplitNetwork::for_weights_of(int layer) const {
  if (layer < 0 || !rewritten_) return 0;
  const Layer &before = original_.layers[layer], &after = rewritten_->layers[layer];
  return after.weight_bits < before.weight_bits ? added(before.input) : 0;
}

int parts_of_weight(int weight, int bits) {
  const int half = 1 << (bits - 1);
  return std::max(1, weight < 0 ? ceil_div(-weight, half) : ceil_div(weight, half - 1));
}

}  // namespace sluice::compiler
