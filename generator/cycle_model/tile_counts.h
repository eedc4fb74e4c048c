// SPDX-License-Identifier: Apache-2.0
// What a lane does for one tile, counted when it is left: accesses of memories and arithmetic.
#pragma once

#include "generator/cycle_model/commands.h"
#include "generator/cycle_model/counters.h"
#include "generator/cycle_model/open_positions.h"
#include "generator/cycle_model/sequencer.h"
#include "generator/cycle_model/timing_parameters.h"

namespace sluice::cycles {

/// Adds all of `tile`, up to its outputs. `open` is read in gated layers only.
void count_tile(const TimingParameters& design, const LayerRegisters& layer, const Tile& tile,
                const OpenPositions& open, LaneCounters& counters);

}  // namespace sluice::cycles
