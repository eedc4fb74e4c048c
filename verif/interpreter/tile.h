// SPDX-License-Identifier: Apache-2.0
// The arithmetic of one record over one tile: passes over the input, gates, requantisation.
#pragma once

#include <cstdint>

#include "verif/interpreter/decode.h"
#include "verif/interpreter/storage.h"

namespace sluice::compiler {

/// The RUN in work, and whose turn it is in it.
struct RunPlace {
  std::int64_t first_tap = 0;  ///< atom of the first tap of output (0, 0)
  std::uint64_t output = 0;    ///< address of output (0, 0)
  int layer = 0;               ///< LAYER commands before, not counting the current one
  int run = 0;                 ///< RUN commands of this layer before
  int lane = 0, record = 0;
};

/// Where a tile lies in its RUN.
struct TileRange {
  int first_row = 0, first_column = 0, rows = 0, columns = 0;
  int positions() const { return rows * columns; }
  int y(int position) const { return first_row + position / columns; }
  int x(int position) const { return first_column + position % columns; }
};

/// What tiles add up, of all lanes.
struct TileCounts {
  std::int64_t steps = 0;
  std::int64_t listed = 0, skipped = 0;
};

/// What all tiles work with and on.
struct TileContext {
  const Plan& plan;
  const InterpretOptions& options;
  Storage& storage;
  RunAccesses& accesses;
  TileCounts& counts;
};

/// Computes the tile with the record at `record`, and stores its outputs. `addition` and
/// `table` mean nothing in a layer that does not use them. Throws InterpretError.
void run_tile(const TileContext& context, const LayerState& layer, const AdditionState& addition,
              const ActivationTable& table, const RunPlace& place, const std::uint8_t* record,
              const TileRange& tile);

}  // namespace sluice::compiler
