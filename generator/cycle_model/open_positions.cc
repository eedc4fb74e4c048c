// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/open_positions.h"

namespace sluice::cycles {

void OpenPositions::start(const Tile& tile, const LayerRegisters& layer) {
  tile_ = tile;
  layer_ = layer.number;
  blocks_ = layer.record_blocks;
  first_block_ = (tile.record * lanes_ + lane_) * blocks_;
  block_ = program_.layers[layer_].blocks.data() + first_block_;
  y_ = x_ = open_channels_ = 0;
  last_block_ = -1;
  std::fill(counts_, counts_ + blocks_, 0);
  decided_ = false;
}

void OpenPositions::decide() {
  int listed = 0;
  for (int b = 0; b < blocks_; ++b) {
    if (block_[b].channels == 0) continue;  // the record's place for it is left empty
    const int open =
        source_(layer_, first_block_ + b, tile_.first_row + y_, tile_.first_column + x_);
    if (open == 0) continue;
    ++listed;
    ++counts_[b];
    open_channels_ += open;
    last_block_ = std::max(last_block_, b);
  }
  counters_.listed += listed;
  counters_.skipped += blocks_ - listed;
  if (++x_ != tile_.columns) return;
  x_ = 0;
  if (++y_ != tile_.rows) return;
  decided_ = true;
  next_ = kNever;
}

}  // namespace sluice::cycles
