// SPDX-License-Identifier: Apache-2.0
// Memories as library cells, so that paths into and out of them are timed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "synth/liberty/liberty.h"
#include "synth/yosys/mapping.h"

namespace sluice::synth {

/// What is assumed of a memory, whatever its shape, where nothing better is known.
struct RamTiming {
  double access_ps = 1800;                   ///< from the clock edge to read data
  double setup_ps = 300;                     ///< of all inputs before the clock edge
  std::map<RamShape, double> by_shape = {};  ///< access times of these shapes, in ps

  double access_of(const RamShape& shape) const;
};

/// A Liberty file with one cell for each shape, in the units of `liberty`. Input pins load like
/// four inverters.
std::string ram_liberty(const std::string& ram, const std::vector<RamShape>& shapes,
                        const RamTiming& timing, const Liberty& liberty);

}  // namespace sluice::synth
