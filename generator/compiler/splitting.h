// SPDX-License-Identifier: Apache-2.0
// Which channels of maps are given again, since layers have wide weights there, and how.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "generator/compiler/channel_families.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// How many weights of `bits` bits a weight is the sum of.
int parts_of_weight(int weight, int bits);

/// Channels of a map as a layer finds them, by those of the original.
using Channels = std::vector<int>;

/// Channel of a map that has no values, or any: what reads it has zeros as weights.
inline constexpr int kNothing = -1;

/// A family of maps with its wide channels given again, one way or the other.
struct Splitting {
  Channels written;      ///< by who computes them, and read where nothing is copied
  std::set<int> copied;  ///< maps in which channels are copied
  Channels read;         ///< of these
  int first_copy = 0;    ///< what is copied are the channels of these from here on
  double cycles = 0;     ///< of the layers that read and write the family, about
  /// How many bits each layer's weights get; 8: those that they have.
  std::vector<int> weight_bits;

  /// What a layer finds in a map of the family.
  const Channels& of(int map) const { return copied.count(map) > 0 ? read : written; }
};

/// The best way to split channels of a family, which `first` is the first map of; none if that
/// takes no fewer cycles.
std::optional<Splitting> best_splitting(const net::Network& network,
                                        const ChannelFamilies& families, int first,
                                        const Plan& plan);

}  // namespace sluice::compiler
