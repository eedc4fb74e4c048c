// SPDX-License-Identifier: Apache-2.0
// Random networks of one to three layers, or with additions, that a design can run, with an input
// and a memory timing.
#pragma once

#include <cstdint>
#include <string>

#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "verif/golden/golden.h"
#include "verif/sim/benches/sim_api.h"

namespace sluice::run {

struct RandomCase {
  std::uint64_t seed = 0;
  net::Network network;
  golden::Tensor input;
  SluiceMemory timing{};
  bool gated = true;  ///< gates are used (else ignored although the network has some)
  bool local = true;  ///< maps may stay in the activation buffers
};

/// The case of this seed; the same for the same plan and seed on every machine. For the AXI ports,
/// where no cycles are predicted, seven of eight have random stalls.
RandomCase random_case(const Plan& plan, std::uint64_t seed, Port port = Port::kNative);

/// One line for each layer: kind, shapes, bits, gates.
std::string describe(const RandomCase& random_case);

}  // namespace sluice::run
