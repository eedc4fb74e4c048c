// SPDX-License-Identifier: Apache-2.0
// Open list of one lane: the gate's decisions about a tile, one position a cycle.
#pragma once

#include <algorithm>
#include <cstdint>

#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/counters.h"
#include "generator/cycle_model/cycle_model.h"
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

class OpenList {
 public:
  OpenList(int lanes, int lane, const GateSource& source, LaneCounters& counters)
      : lanes_(lanes), lane_(lane), source_(source), counters_(counters) {}

  int count() const { return count_; }
  /// Output channels with an open gate, over all positions.
  int open_channels() const { return open_channels_; }
  /// All positions of the tile are decided.
  bool done() const { return done_; }

  /// A tile starts.
  void start(const Tile& tile, int layer) {
    tile_ = tile;
    layer_ = layer;
    y_ = x_ = count_ = open_channels_ = 0;
    done_ = false;
  }
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
  void decide();
  /// Positions not yet decided.
  int left() const { return (tile_.rows - y_) * tile_.columns - x_; }

  int lanes_, lane_;
  const GateSource& source_;
  LaneCounters& counters_;
  Tile tile_;
  int layer_ = 0;
  std::uint64_t next_ = kNever;
  int y_ = 0, x_ = 0, count_ = 0, open_channels_ = 0;
  bool done_ = false;
};

}  // namespace sluice::cycles
