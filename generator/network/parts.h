// SPDX-License-Identifier: Apache-2.0
// Maps that are parts of others: concatenations, slices, interleaved positions.
#pragma once

#include <cstdint>

#include "generator/network/network.h"

namespace sluice::net {

/// So many numbers along an axis of a map, `step` apart.
struct Stretch {
  int first = 0, count = 0, step = 1;
};

/// The values of a map in the largest map that it is a part of, its root.
struct Place {
  int root = 0;  ///< index into Network::maps; the map itself if it is no part
  Stretch channels, rows, columns;

  /// All positions of the root.
  bool all_positions(const FeatureMap& root_map) const {
    return rows.count == root_map.height && columns.count == root_map.width;
  }
};

/// Where a map lies, through parts of parts.
Place place_of(const Network& network, int map);

/// How many values two places have in common.
std::int64_t common_values(const Place& a, const Place& b);

/// How many of the values of a place layers before `layer` have written, or the input holds.
std::int64_t written_values(const Network& network, const Place& place, std::size_t layer);

/// A layer that hands a map on as it is; where it reads and writes is left open.
Layer copying_layer(const FeatureMap& map);

/// Whether a map has parts or is one.
bool is_shared(const Network& network, int map);

}  // namespace sluice::net
