// SPDX-License-Identifier: Apache-2.0
// Which layer of the array does an addition: post-processing adds a map that lies in memory to the
// outputs of a layer.
#pragma once

#include <map>
#include <vector>

#include "generator/compiler/layout_sets.h"
#include "generator/compiler/mapping.h"
#include "generator/network/network.h"

namespace sluice::compiler {

/// Whether the second map of an addition or product has one position, which all of the first take.
bool has_vector(const net::Network& network, const net::Layer& layer);

/// The additions of a network that is in order; products likewise. The sum is no part of another
/// map, nor are both operands, nor is a vector of channels. An addition is done by the later of the
/// layers that compute its operands, if nothing else reads that one's output, in one pass with it.
/// Others are layers of their own: an operand goes through the array as it is. This is the later
/// one, or the earlier one if the sum cannot be laid out like that.
class Additions {
 public:
  /// Has each sum laid out like the map that is added.
  Additions(const net::Network& network, LayoutSets& layouts);

  /// The layer is an addition that an earlier one does.
  bool is_done_before(int layer) const { return done_before_[layer]; }
  /// What the array does in a layer. Lives as long as this object and the network.
  const net::Layer& array_layer(int layer) const;
  /// What is done to the outputs of a layer.
  const std::optional<Addition>& of(int layer) const { return additions_[layer]; }

 private:
  void take_map(Addition addition, LayoutSets& layouts);
  void take_vector(const Addition& addition);
  void place(const Addition& addition, int host, int operand);
  /// The last layer that writes to a map; -1: it is the network's input.
  int writer_of(int map) const;
  int host_of(int addition, int later) const;
  int readers_of(int map) const;
  void keep_operand(int addition, int operand);

  const net::Network& network_;
  std::vector<bool> done_before_;
  std::vector<std::optional<Addition>> additions_;
  std::map<int, net::Layer> kept_;  ///< what the array does for additions of their own
};

}  // namespace sluice::compiler
