// SPDX-License-Identifier: Apache-2.0
// Layers whose weights are wide at few input channels only.
//
// Such a layer would compute all of them in the wider mode. Here each wide channel is given again:
//
//     who writes the map       computes the channel's values once more, behind the others
//     the layer                has a narrow part of the weights at each of them
//     others that read it      have zeros there
//
// What lies between, pools, depthwise layers and additions, hands the channels on. Sums are those
// of the wide weights, and so are all maps but for the channels behind their last one.
#pragma once

#include <optional>
#include <vector>

#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

class SplitNetwork {
 public:
  /// Splits where that takes fewer steps, by an estimate. The original must outlive this.
  SplitNetwork(const net::Network& original, const Plan& plan);

  const net::Network& network() const { return rewritten_ ? *rewritten_ : original_; }
  /// Channels that a map has behind those of the original, which may have fewer maps.
  int added(int map) const;
  /// Those of the input of a layer whose weights they make narrower; of an original layer, or -1.
  int for_weights_of(int layer) const;

 private:
  const net::Network& original_;
  std::optional<net::Network> rewritten_;
};

/// How many weights of `bits` bits a weight is the sum of.
int parts_of_weight(int weight, int bits);

}  // namespace sluice::compiler
