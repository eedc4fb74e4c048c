// SPDX-License-Identifier: Apache-2.0
// Memories as library cells, so that paths into and out of them are timed.
#pragma once

#include <string>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// What is assumed of every memory, whatever its shape. Real memories differ: a generator of
/// macros states its own.
struct RamTiming {
  double access_ps = 1800;  ///< from the clock edge to read data
  double setup_ps = 300;    ///< of all inputs before the clock edge
};

/// A Liberty file with one cell for each shape, in the units of `liberty`. Input pins load like
/// four inverters.
std::string ram_liberty(const std::string& ram, const std::vector<RamShape>& shapes,
                        const RamTiming& timing, const Liberty& liberty);

}  // namespace sluice::synth
