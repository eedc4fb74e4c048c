// SPDX-License-Identifier: Apache-2.0
// Layers whose weights are wide at few input channels only.
//
// Such a layer would compute all of them in the wider mode. Here each wide channel is given again
// behind the others, and the layer has a narrow part of the weights at each of them; others that
// read the map have zeros there. Sums are those of the wide weights. What gives a channel again is
//
//     a copy                who writes the map has the wide channels first, and a layer that hands
//                           on values writes them behind the last one
//     who writes the map    computes them once more
//
// whichever takes fewer cycles. Pools, depthwise layers and additions between hand channels on in
// the order, or with those more, that they get.
#pragma once

#include <optional>
#include <vector>

#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

class SplitNetwork {
 public:
  /// Splits where that takes fewer cycles, by an estimate. The original must outlive this.
  SplitNetwork(const net::Network& original, const Plan& plan);

  const net::Network& original() const { return original_; }
  const net::Network& network() const { return rewritten_ ? *rewritten_ : original_; }
  /// The original's layer; -1: a copy.
  int original_layer(int layer) const { return rewritten_ ? layers_[layer] : layer; }
  /// Where the channels of one of the original's maps lie in the same map; empty: where they did.
  std::vector<int> places_in(int map) const;
  /// Channels more in the input of a layer whose weights they make narrower.
  int added_for_weights_of(int layer) const;

 private:
  const net::Network& original_;
  std::optional<net::Network> rewritten_;
  std::vector<int> layers_;               ///< of the original, by those of what is rewritten
  std::vector<std::vector<int>> places_;  ///< of channels, by map of the original
};

}  // namespace sluice::compiler
