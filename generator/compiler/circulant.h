// SPDX-License-Identifier: Apache-2.0
// Weights in circulant blocks: of k x k channels, output o and input i, W[o][i] depends on (o - i)
// mod k only. Of k columns of a block the first one is stored, and the weight buffer rotates it:
// column j has at place i what the first one has at place i - j of the same k, wrapped around.
#pragma once

#include <vector>

#include "generator/compiler/mapping.h"

namespace sluice::compiler {

/// Sizes k that the layer's weights and the channels of its input map allow, the largest first.
/// None on designs that do not rotate, and in layers that go by taps.
std::vector<int> circulant_sizes(const Mapping& mapping, const net::Network& network,
                                 const Plan& plan);

/// The first of these that blocks and steps allow: a block begins with the first of k channels, and
/// k inputs lie in whole groups of bytes that are rotated. 1: none.
int circulant_size(const Mapping& mapping, const std::vector<int>& sizes);

/// Columns of weights that are stored of each step.
inline int stored_columns(const Mapping& mapping, const Plan& plan) {
  return plan.config.columns / mapping.circulant;
}

}  // namespace sluice::compiler
