// SPDX-License-Identifier: Apache-2.0
#include "generator/network/parts.h"

#include <algorithm>

namespace sluice::net {
namespace {

/// A stretch of a part as one of its whole.
Stretch within(const Stretch& stretch, int first, int step) {
  return {first + stretch.first * step, stretch.count, stretch.step * step};
}

std::int64_t common(const Stretch& a, const Stretch& b) {
  std::int64_t count = 0;
  for (int i = 0; i < a.count; ++i) {
    const int behind = a.first + i * a.step - b.first;
    if (behind >= 0 && behind % b.step == 0 && behind / b.step < b.count) ++count;
  }
  return count;
}

}  // namespace

Place place_of(const Network& network, int map) {
  const FeatureMap& own = network.maps[map];
  Place place{map, {0, own.channels, 1}, {0, own.height, 1}, {0, own.width, 1}};
  while (const auto& part = network.maps[place.root].part) {
    place.channels = within(place.channels, part->channel, 1);
    place.rows = within(place.rows, part->row, part->row_step);
    place.columns = within(place.columns, part->column, part->column_step);
    place.root = part->whole;
  }
  return place;
}

std::int64_t common_values(const Place& a, const Place& b) {
  if (a.root != b.root) return 0;
  return common(a.channels, b.channels) * common(a.rows, b.rows) * common(a.columns, b.columns);
}

std::int64_t written_values(const Network& network, const Place& place, std::size_t layer) {
  std::int64_t count = common_values(place, place_of(network, 0));
  for (std::size_t i = 0; i < layer; ++i) {
    count += common_values(place, place_of(network, network.layers[i].output));
  }
  return count;
}

bool is_shared(const Network& network, int map) {
  return network.maps[map].part ||
         std::any_of(network.maps.begin(), network.maps.end(), [&](const FeatureMap& other) {
           return other.part && other.part->whole == map;
         });
}

Layer copying_layer(const FeatureMap& map) {
  Layer copy;
  copy.name = "copy of " + map.name;
  copy.kind = kCopyingKind;
  copy.requant.resize(map.channels);
  copy.clamp_low = -(1 << (map.bits - 1));
  copy.clamp_high = -copy.clamp_low - 1;
  return copy;
}

}  // namespace sluice::net
