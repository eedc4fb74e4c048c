// SPDX-License-Identifier: Apache-2.0
// The points of a sweep, in their order: that of the grid, the last axis fastest.
#pragma once

#include <string>
#include <vector>

#include "generator/sweep/spec.h"

namespace sluice::sweep {

/// One config, to be estimated with each network.
struct ConfigPoint {
  std::vector<std::string> values;  ///< one for each of Spec::keys()

  /// "key=value" of all keys that are not the base's.
  std::vector<std::string> overrides(const Spec& spec) const;
};

/// All points of the grid, or the sample; the same on every machine.
std::vector<ConfigPoint> points_of(const Spec& spec);

/// `count` different numbers below `all`, each set equally likely, sorted.
std::vector<std::uint64_t> sample_of(std::uint64_t all, std::uint64_t count, std::uint64_t seed);

}  // namespace sluice::sweep
