// SPDX-License-Identifier: Apache-2.0
// What lanes count: the registers from 0x24 to 0x3c, accesses of their memories and arithmetic.
#pragma once

#include <cstdint>

#include "generator/cycle_model/accesses.h"

namespace sluice::cycles {

struct LaneCounters {
  std::uint64_t issued = 0, listed = 0, skipped = 0;
  std::uint64_t stall_weights = 0, stall_post = 0, stall_gate = 0, stall_short = 0;
  Accesses accesses;  ///< but of what streams and LOADs bring
  Work work;
};

}  // namespace sluice::cycles
