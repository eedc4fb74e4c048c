// SPDX-License-Identifier: Apache-2.0
// The order in which a tile's outputs leave a lane: unit after unit, position after position.
#pragma once

#include <cstdint>

#include "generator/cycle_model/commands.h"
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

/// A byte holds 2^shift values of `width` bits: 8, 4 or 2. Faster than divisions, in every chunk.
inline int shift_of(int width) { return width == 8 ? 0 : width == 4 ? 1 : 2; }

/// A position of the tile in turn, which the user keeps.
class OutputWalk {
 public:
  /// Bytes from the tile's first output to the position's.
  std::uint64_t offset() const { return out_; }
  /// Of the position's first value in a map of one position, which is the same for all.
  std::uint64_t vector_offset(const LayerRegisters& layer, const Tile& tile) const {
    return tile.record_out + (layer.same_units ? 0 : unit_ * std::uint64_t{layer.out_unit_step});
  }
  bool is_last(const Tile& tile) const {
    return x_ == tile.columns - 1 && y_ == tile.rows - 1 && unit_ == tile.units - 1;
  }
  /// Goes on; behind the last position it is at the next tile's first. Returns whether it was the
  /// last.
  bool next(const LayerRegisters& layer, const Tile& tile) {
    out_ += layer.out_column_step;
    if (++x_ != tile.columns) return false;
    x_ = 0;
    out_ = line_out_ += layer.out_row_step;
    if (++y_ != tile.rows) return false;
    y_ = 0;
    out_ = line_out_ = unit_out_ += layer.out_unit_step;
    if (++unit_ != tile.units) return false;
    *this = {};
    return true;
  }

 private:
  int unit_ = 0, y_ = 0, x_ = 0;
  std::uint64_t unit_out_ = 0, line_out_ = 0, out_ = 0;
};

}  // namespace sluice::cycles
