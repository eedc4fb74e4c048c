// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/layout_sets.h"

#include <algorithm>
#include <numeric>

#include "generator/network/parts.h"

namespace sluice::compiler {
namespace {

/// Sums over the channels of groups that it sets. Depthwise layers can take their channels from the
/// groups of others.
bool sets_groups(const net::Network& network, const Reader& reader) {
  return !reader.gated && reader.layer->traits().has_weights() && reader.layer->groups > 1 &&
         !is_depthwise(network, *reader.layer);
}

/// Sums over all channels, in groups of others at the price of steps that end with a group.
bool sums_all(const net::Network&, const Reader& reader) {
  return reader.layer->traits().has_weights() && reader.layer->groups == 1;
}

}  // namespace

LayoutSets::LayoutSets(const net::Network& network, const Plan& plan, bool gated)
    : network_(network), plan_(plan), gated_(gated), sets_(network.maps.size()) {
  std::iota(sets_.begin(), sets_.end(), 0);
  for (int map = 0; map < static_cast<int>(sets_.size()); ++map) {
    join(map, net::place_of(network, map).root);
  }
}

std::vector<Reader> LayoutSets::readers_of(int map) const {
  std::vector<Reader> readers;
  for (const net::Layer& layer : network_.layers) {
    if (layer.traits().two_inputs() || set_of(layer.input) != set_of(map)) continue;
    readers.push_back({&layer, gated_ && layer.gate.has_value()});
  }
  return readers;
}

/// Container width of the widest map that is laid out like `map`.
int LayoutSets::bits_of(int map) const {
  int bits = 0;
  for (std::size_t other = 0; other < sets_.size(); ++other) {
    if (sets_[other] == set_of(map)) bits = std::max(bits, network_.maps[other].bits);
  }
  return container_bits(plan_, bits);
}

bool LayoutSets::may_join(int map, int other) const {
  if (set_of(map) == set_of(other)) return true;
  std::vector<Reader> readers = readers_of(map);
  const std::vector<Reader> others = readers_of(other);
  if (readers.empty() || others.empty()) return true;
  const auto any = [&](const std::vector<Reader>& of, const auto& is) {
    return std::any_of(of.begin(), of.end(),
                       [&](const Reader& reader) { return is(network_, reader); });
  };
  if (any(readers, sets_groups) && any(others, sums_all)) return false;
  if (any(others, sets_groups) && any(readers, sums_all)) return false;
  readers.insert(readers.end(), others.begin(), others.end());
  try {
    const MapLayout layout =
        shared_layout(network_, readers, plan_, std::max(bits_of(map), bits_of(other)), 1);
    return std::all_of(readers.begin(), readers.end(), [&](const Reader& reader) {
      const std::int64_t row = std::int64_t{1} * layout.groups * layout.row_pitch * layout.atom;
      return reader.layer->kernel_h * row <= plan_.config.buffers.activation;
    });
  } catch (const CompileError&) {
    return false;
  }
}

void LayoutSets::join(int map, int other) {
  const int a = set_of(map), b = set_of(other);
  std::replace(sets_.begin(), sets_.end(), std::max(a, b), std::min(a, b));
}

}  // namespace sluice::compiler
