// SPDX-License-Identifier: Apache-2.0
// Which maps are laid out alike: a sum, and the map that is added to it; a map and its parts.
#pragma once

#include <vector>

#include "generator/compiler/layout.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

class LayoutSets {
 public:
  /// Each map by itself, with its parts. `gated`: gates are used.
  LayoutSets(const net::Network& network, const Plan& plan, bool gated);

  /// The first map of those that a map is laid out like.
  int set_of(int map) const { return sets_[map]; }
  /// Layers that say how a map is laid out, and those that it is laid out like; not additions,
  /// which read any layout.
  std::vector<Reader> readers_of(int map) const;
  /// Whether the readers of two maps can read one layout, none of them much slower than its own.
  bool may_join(int map, int other) const;
  void join(int map, int other);

 private:
  int bits_of(int map) const;

  const net::Network& network_;
  const Plan& plan_;
  bool gated_;
  std::vector<int> sets_;  ///< of each map
};

}  // namespace sluice::compiler
