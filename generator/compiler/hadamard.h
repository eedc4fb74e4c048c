// SPDX-License-Identifier: Apache-2.0
// Layers whose exact sums are transformed, k neighbouring output channels at a time, by the
// Hadamard matrix of that size. A design with transforms so long does that in post-processing, of
// columns that it drains as one unit. For others the matrix is multiplied with the weights, where
// those still fit.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "generator/compiler/mapping.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// The network without transforms that the design does not have.
class ComposedNetwork {
 public:
  /// Throws CompileError if weights do not fit. The original must outlive this.
  ComposedNetwork(const net::Network& original, const Plan& plan);

  const net::Network& network() const { return rewritten_ ? *rewritten_ : original_; }

 private:
  const net::Network& original_;
  std::optional<net::Network> rewritten_;
};

/// Weights that give a layer's transformed sums, in the order of its own. All channels that are
/// transformed together must read the same inputs, see reads_alike().
std::vector<std::int32_t> transformed_weights(const net::Layer& layer, int outputs);

/// Whether channels that are transformed together belong to one group of the convolution.
bool reads_alike(const net::Layer& layer, int outputs);

/// Whether a layer's records have the channels of each transform in neighbouring columns, from a
/// multiple of them on; they may be those of several units.
bool holds_transforms(const Mapping& mapping, const Plan& plan);

}  // namespace sluice::compiler
