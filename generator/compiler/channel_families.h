// SPDX-License-Identifier: Apache-2.0
// Maps whose channels go together: a pool, a depthwise layer or an addition hands each channel on,
// so that what is done to channels of one map is done to those of the others.
#pragma once

#include <vector>

#include "generator/network/network.h"

namespace sluice::compiler {

/// A convolution that sums over all channels of its input, whose weights are known, by channels of
/// the input if it has gates: these may be more, or lie elsewhere in the group of a gate.
bool sums_all_inputs(const net::Layer& layer);

/// Families of maps. A map is in one family.
class ChannelFamilies {
 public:
  explicit ChannelFamilies(const net::Network& network);

  /// The first map of a map's family.
  int of(int map) const;
  /// False if something knows the channels of one of its maps by their places: who writes the
  /// network's input, reads a result, has gates or transforms them, or has maps that are parts.
  bool may_change(int map) const { return !fixed_[of(map)]; }

 private:
  void fix(int map) { fixed_[of(map)] = true; }
  void join(int a, int b);
  void add(const net::Layer& layer);

  const net::Network& network_;
  std::vector<int> first_;
  std::vector<bool> fixed_;
};

}  // namespace sluice::compiler
