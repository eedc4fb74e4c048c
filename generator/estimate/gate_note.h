// SPDX-License-Identifier: Apache-2.0
// A caution beside figures of networks whose gates are open as evenly as no trained network's are.
#pragma once

#include <string>

#include "generator/estimate/estimate.h"

namespace sluice::estimate {

/// Why every block has the same share of open gates.
enum class EvenGates {
  kDrawn,      ///< each gate is drawn at random with the same chance
  kQuantiles,  ///< each block's threshold is its own quantile on the image that runs
};

/// "gates: 14.3 % open in every block, by construction (..); a trained network's are uneven".
/// `low`, `high`: shares of open gates, of the layers with the fewest and the most.
std::string even_gates_note(double low, double high, EvenGates how);

/// The same of many estimates, without a share.
std::string even_gates_note();

/// Of an estimate; empty if no gates were drawn.
std::string even_gates_note(const estimate::Estimate& result);

}  // namespace sluice::estimate
