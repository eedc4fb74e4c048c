// SPDX-License-Identifier: Apache-2.0
// Proof that the activation buffer reads all atoms of a step in one cycle, wherever the step
// begins.
//
// Banks reach slots through a butterfly. Seen from the slots, requests start at node s for slot s
// and go through a stage for each bit, the lowest first: a request moves to the node whose bit is
// that of its bank. Two requests may meet in a node only if they are for the same atom.
#pragma once

#include <cstdint>
#include <vector>

namespace sluice::compiler {

/// What one slot reads in a step.
struct SlotRead {
  bool valid = false;
  std::int64_t atom = 0;  ///< from the step's first atom on; means nothing unless valid
};

/// Whether the requests of a step's slots reach `banks` banks (a power of two, at least as many as
/// slots) without a conflict, the step's first atom being in any bank.
bool routes(const std::vector<SlotRead>& slots, int banks);

}  // namespace sluice::compiler
