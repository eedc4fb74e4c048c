// SPDX-License-Identifier: Apache-2.0
// Events that lanes count; the registers from 0x24 to 0x3c.
#pragma once

#include <cstdint>

namespace sluice::cycles {

struct LaneCounters {
  std::uint64_t issued = 0, listed = 0, skipped = 0;
  std::uint64_t stall_weights = 0, stall_post = 0, stall_gate = 0, stall_short = 0;
};

}  // namespace sluice::cycles
