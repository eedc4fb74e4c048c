// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/channel_groups.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "generator/compiler/joined_taps.h"
#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

double positions_of(const net::FeatureMap& map) { return 1.0 * map.height * map.width; }

/// Cycles of a layer with groups, and of the one that writes its map, about.
class GroupCosts {
 public:
  GroupCosts(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits)
      : network_(network),
        layer_(layer),
        plan_(plan),
        bits_(bits),
        in_(network.maps[layer.input]),
        out_(network.maps[layer.output]) {}

  /// If `merged` convolution groups share a group of the map: fewer make steps longer, more leave
  /// post-processing less idle.
  double of_groups(int merged) const {
    const int channels = merged * (in_.channels / layer_.groups);
    const int atoms = ceil_div(channels * bits_, 8 * plan_.config.atom);
    const int slots = plan_.slots / plan_.config.segments;
    return read_in(ceil_div(layer_.kernel_h * layer_.kernel_w * atoms, slots)) +
           written_in_groups(channels);
  }

  /// If the layer goes by taps of a map of one group.
  double of_taps() const {
    const std::vector<JoinedTaps> joined = joined_taps(layer_, bits_, plan_);
    return read_in(tap_steps(layer_, joined.empty() ? JoinedTaps() : joined.back())) +
           written_in_groups(in_.channels);
  }

 private:
  /// Steps of all positions and records, or what post-processing takes.
  double read_in(int steps) const {
    const int records = ceil_div(out_.channels, plan_.lane_columns * plan_.config.lanes);
    const double drained = 1.0 * out_.channels / (plan_.config.post * plan_.config.lanes);
    return positions_of(out_) * std::max(1.0 * records * steps, drained);
  }

  double written_in_groups(int channels) const {
    const int drained = std::min(plan_.config.post, channels) * plan_.config.lanes;
    double written = positions_of(in_) * in_.channels / drained;
    for (const net::Layer& writer : network_.layers) {
      if (writer.output != layer_.input) continue;
      written = std::max(written, product_cycles(writer, channels));
    }
    return written;
  }

  /// Of a layer for its products, gated as it may be, with the best fold. Its records end with a
  /// group of `channels`, unless post-processing can take several of them apart.
  double product_cycles(const net::Layer& writer, int channels) const {
    constexpr double kGated = 0.4;  // of the products that are left
    const Config& config = plan_.config;
    const double outputs = positions_of(network_.maps[writer.output]);
    const double products = static_cast<double>(net::macs_of(network_, writer));
    if (writer.gate || channels % config.post == 0) {
      return products * (writer.gate ? kGated : 1) /
             (1.0 * config.lanes * config.columns * config.rows);
    }
    const double bytes = products / (outputs * in_.channels) * bits_ / 8;
    double least = std::numeric_limits<double>::max();
    for (int fold = 1; fold <= config.segments; fold *= 2) {
      const int record = std::min(fold * config.columns, channels) * config.lanes;
      const double steps = std::ceil(bytes * fold / config.rows);
      least = std::min(least, outputs * ceil_div(in_.channels, record) * steps);
    }
    return least;
  }

  const net::Network& network_;
  const net::Layer& layer_;
  const Plan& plan_;
  int bits_;
  const net::FeatureMap& in_;
  const net::FeatureMap& out_;
};

/// The fewest convolution groups that fill columns and atoms.
int least_merged(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits) {
  const int inputs = network.maps[layer.input].channels / layer.groups;
  const int outputs = network.maps[layer.output].channels / layer.groups;
  const int atom_channels = plan.config.atom * 8 / bits;
  const int merged = std::max(1, plan.config.columns / outputs);
  // A group that does not fill an atom wastes memory: let several blocks share it.
  return merged * std::max(1, atom_channels / (merged * inputs));
}

}  // namespace

int merged_groups(const net::Network& network, const net::Layer& layer, const Plan& plan,
                  int bits) {
  const GroupCosts costs(network, layer, plan, bits);
  const int inputs = network.maps[layer.input].channels / layer.groups;
  int best = least_merged(network, layer, plan, bits);
  for (int more = best; more * inputs < plan.config.post && more < layer.groups;) {
    more *= 2;
    if (costs.of_groups(more) < costs.of_groups(best)) best = more;
  }
  return std::min(best, layer.groups);
}

bool prefers_taps(const net::Network& network, const net::Layer& layer, const Plan& plan,
                  int bits) {
  if (!is_depthwise(network, layer)) return false;
  const GroupCosts costs(network, layer, plan, bits);
  const double taps = costs.of_taps();
  const double groups = costs.of_groups(merged_groups(network, layer, plan, bits));
  // Where rows fold, records that end with no group are worth more than is estimated
  const bool folds = plan.config.segments > 1 && !joined_taps(layer, bits, plan).empty();
  return folds ? taps <= groups : taps < groups;
}

}  // namespace sluice::compiler
