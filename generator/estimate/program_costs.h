// SPDX-License-Identifier: Apache-2.0
// Compiles a network and has the cycle model predict it, layer by layer.
#pragma once

#include <vector>

#include "generator/compiler/compile.h"
#include "generator/estimate/estimate.h"

namespace sluice::estimate {

/// What one layer of a network costs.
struct ProgramLayer {
  LayerCost cost;
  int mode = 8;        ///< bits in which it computes
  int circulant = 1;   ///< columns of weights that a stored one stands for
  int hadamard = 1;    ///< channels over which sums are transformed
  int plane_bits = 0;  ///< of the planes into which gates split its input; 0: none
  int split = 0;       ///< channels of its input that are given twice, so that the bits are enough
  int host = 0;  ///< the layer in whose cost it is, by its index in the network: another one for an
                 ///< addition that post-processing does, which costs nothing by itself
};

/// One program on the accelerator.
struct ProgramCost {
  std::vector<ProgramLayer> layers;  ///< of the network
  std::uint64_t command_bytes = 0;
  cycles::Accesses command_accesses;
};

/// `gates`: a map for each layer; not used without `how.gated`. Throws compiler::CompileError.
ProgramCost cost_of(const Plan& plan, const net::Network& network,
                    const std::vector<const GateMap*>& gates, const compiler::Options& how,
                    const Options& options);

}  // namespace sluice::estimate
