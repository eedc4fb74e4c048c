// SPDX-License-Identifier: Apache-2.0
// Open positions of one lane: the gates' decisions about a tile, for all blocks of its record, one
// position a cycle.
#pragma once

#include <algorithm>
#include <cstdint>

#include "generator/compiler/program.h"
#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/counters.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

class OpenPositions {
 public:
  OpenPositions(const TimingParameters& design, const compiler::Program& program, int lane,
                const GateSource& source, LaneCounters& counters)
      : lanes_(design.lanes),
        lane_(lane),
        program_(program),
        source_(source),
        counters_(counters) {}

  /// Open positions so far, of each of the record's blocks.
  const int* counts() const { return counts_; }
  /// The last block that has any; -1: none has.
  int last_block() const { return last_block_; }
  /// Output channels with an open gate, over all positions and blocks.
  int open_channels() const { return open_channels_; }
  /// All positions of the tile are decided.
  bool decided() const { return decided_; }

  /// A tile of a gated layer starts.
  void start(const Tile& tile, const LayerRegisters& layer);
  /// The tile's decisions come in `cycle` and the cycles that follow.
  void expect(std::uint64_t cycle) { next_ = cycle; }
  /// End of a cycle.
  void step(std::uint64_t now) {
    if (now >= next_) decide();
  }
  /// The cycles from `begin` up to `end`.
  void advance(std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t now = std::max(begin, next_); now < end && next_ != kNever; ++now) decide();
  }
  /// After cycle `now`: that of the tile's last decision.
  std::uint64_t last(std::uint64_t now) const {
    return next_ == kNever ? kNever : std::max(next_, now + 1) + left() - 1;
  }

 private:
  static constexpr int kMostBlocks = 64;  // of a record: a lane has no more segments

  void decide();
  /// Positions not yet decided.
  int left() const { return (tile_.rows - y_) * tile_.columns - x_; }

  int lanes_, lane_;
  const compiler::Program& program_;
  const GateSource& source_;
  LaneCounters& counters_;
  Tile tile_;
  int layer_ = 0, first_block_ = 0, blocks_ = 0;  // the record's, in the layer's table
  const compiler::Block* block_ = nullptr;        // the first of them
  std::uint64_t next_ = kNever;
  int y_ = 0, x_ = 0, open_channels_ = 0, last_block_ = -1;
  int counts_[kMostBlocks] = {};
  bool decided_ = false;
};

}  // namespace sluice::cycles
