// SPDX-License-Identifier: Apache-2.0
// What stands beside figures of networks whose gates no trained network has: how they were made.
#pragma once

#include <string>

#include "generator/estimate/estimate.h"

namespace sluice::estimate {

/// Shares of open gates, of the layers with the fewest and the most.
struct OpenShares {
  double low = 1, high = 0;
  void add(double share) {
    low = share < low ? share : low;
    high = share > high ? share : high;
  }
  bool empty() const { return low > high; }
};

/// Of gates drawn at random: "gates: 14.3 % open in every block, by construction (..); a trained
/// network's are uneven", or "gates: 14.3 % open, drawn at random and uneven: (..)".
std::string drawn_gates_note(const OpenShares& open, GateSpread spread);

/// Of many estimates, without a share.
std::string drawn_gates_note(GateSpread spread);

/// Of an estimate; empty if no gates were drawn.
std::string gates_note(const Estimate& result);

/// Of thresholds that are quantiles: each block's own on the image that runs, where `open` was
/// asked for; or on other images, uneven, with `open` as it came out on those that ran.
std::string thresholds_note(const OpenShares& open, GateSpread spread);

/// Some layer's gates were drawn at random; drawn in this way.
bool drawn(const Estimate& result);
bool drawn(const Estimate& result, GateSpread spread);

}  // namespace sluice::estimate
