// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/splitting.h"

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

/// Finds out which channels of a family are wide, and how to give them again.
class Family {
 public:
  Family(const net::Network& network, const ChannelFamilies& families, int first, const Plan& plan)
      : network_(network), families_(families), first_(first), plan_(plan) {
    parts_.assign(static_cast<std::size_t>(network.maps[first].channels), 1);
    for (const Layer& layer : network.layers) {
      if (reads(layer) && layer.gate) groups_ = std::lcm(groups_, layer.gate->partitions);
      if (!narrowed(layer)) continue;
      note_parts(layer);
      bits_ = bits_split(layer.input);
      narrowed_.insert(layer.input);
    }
  }

  /// The best way; none if it takes no fewer cycles.
  std::optional<Splitting> best() const {
    if (narrowed_.empty() || parts_.size() % groups_ != 0) return std::nullopt;
    Splitting best = computed_again();
    if (best.written.size() > 2 * parts_.size()) return std::nullopt;
    if (const auto other = copied(); other && other->cycles < best.cycles) best = *other;
    if (best.cycles >= cycles(nullptr)) return std::nullopt;
    for (const Layer& layer : network_.layers)
      best.weight_bits.push_back(narrowed(layer) ? bits_split(layer.input) : 8);
    return best;
  }

 private:
  bool reads(const Layer& layer) const {
    return sums_all_inputs(layer) && families_.of(layer.input) == first_;
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
      if (!sums_all_inputs(layer)) bits = std::max(bits, layer.weight_bits);
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

  Channels in_order() const {
    Channels channels(parts_.size());
    std::iota(channels.begin(), channels.end(), 0);
    return channels;
  }

  /// Behind the others of each group that gates know, as many in each.
  Splitting computed_again() const {
    const std::size_t size = parts_.size() / groups_;
    std::vector<Channels> again(groups_);
    for (std::size_t c = 0; c < parts_.size(); ++c)
      again[c / size].insert(again[c / size].end(), parts_[c] - 1, static_cast<int>(c));
    std::size_t most = 0;
    for (const Channels& group : again) most = std::max(most, group.size());
    Splitting all;
    for (std::size_t c = 0; c < parts_.size(); ++c) {
      all.written.push_back(static_cast<int>(c));
      if ((c + 1) % size != 0) continue;
      Channels& group = again[c / size];
      group.resize(most, kNothing);
      all.written.insert(all.written.end(), group.begin(), group.end());
    }
    all.cycles = cycles(&all);
    return all;
  }

  /// Wide channels come first, as many of them are copied as often as they have parts. Copies begin
  /// and end with whole bytes.
  std::optional<Splitting> copied() const {
    if (groups_ > 1) return std::nullopt;
    for (const int map : narrowed_)
      if (!may_copy(map)) return std::nullopt;
    Splitting all;
    all.copied = narrowed_;
    all.written = in_order();
    std::stable_sort(all.written.begin(), all.written.end(),
                     [&](int a, int b) { return parts_[a] > parts_[b]; });
    all.read = all.written;
    const auto fill = [&] {
      const int channels = static_cast<int>(all.read.size());
      all.read.resize(round_up(channels, 8 / bits_), kNothing);
    };
    fill();
    all.first_copy = static_cast<int>(all.read.size());
    for (const int channel : all.written)
      all.read.insert(all.read.end(), parts_[channel] - 1, channel);
    fill();
    all.cycles = cycles(&all);
    return all;
  }

  /// An addition would have to be laid out like a map with channels more.
  bool may_copy(int map) const {
    return std::none_of(network_.layers.begin(), network_.layers.end(), [&](const Layer& layer) {
      return layer.traits().two_inputs() &&
             (layer.output == map || layer.input == map || layer.addend == map);
    });
  }

  /// Of the layers that read or write the family, as they are or split.
  double cycles(const Splitting* splitting) const {
    constexpr double kGated = 0.4;  // of the products that gates leave
    double sum = 0;
    for (const Layer& layer : network_.layers) {
      if (!sums_all_inputs(layer)) continue;
      const bool in = reads(layer), out = families_.of(layer.output) == first_;
      if (!in && !out) continue;
      const double share = layer.gate ? kGated : 1;
      std::size_t inputs = network_.maps[layer.input].channels;
      std::size_t outputs = network_.maps[layer.output].channels;
      int bits = bits_now(layer.input);
      if (splitting && in) {
        inputs = splitting->of(layer.input).size();
        bits = bits_split(layer.input);
      }
      if (splitting && out) outputs = splitting->written.size();
      sum += share * product_cycles(network_.maps[layer.output], layer, static_cast<int>(inputs),
                                    static_cast<int>(outputs), bits, plan_);
    }
    return splitting ? sum + copy_cycles(*splitting) : sum;
  }

  double copy_cycles(const Splitting& splitting) const {
    constexpr double kStart = 100;  // of a layer of its own
    const int copies = static_cast<int>(splitting.read.size()) - splitting.first_copy;
    double sum = 0;
    for (const int map : splitting.copied)
      sum += kStart + 1.0 * network_.maps[map].height * network_.maps[map].width *
                          ceil_div(copies, plan_.config.post);
    return sum;
  }

  const net::Network& network_;
  const ChannelFamilies& families_;
  int first_;
  const Plan& plan_;
  int groups_ = 1;          ///< of channels that gates know
  std::vector<int> parts_;  ///< of each channel
  std::set<int> narrowed_;  ///< maps that layers read whose weights get narrower
  int bits_ = 8;            ///< of these maps
};

}  // namespace

int parts_of_weight(int weight, int bits) {
  const int half = 1 << (bits - 1);
  return std::max(1, weight < 0 ? ceil_div(-weight, half) : ceil_div(weight, half - 1));
}

std::optional<Splitting> best_splitting(const net::Network& network,
                                        const ChannelFamilies& families, int first,
                                        const Plan& plan) {
  return Family(network, families, first, plan).best();
}

}  // namespace sluice::compiler
