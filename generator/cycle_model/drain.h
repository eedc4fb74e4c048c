// SPDX-License-Identifier: Apache-2.0
// Drain and requantisation of one lane: reads finished tiles out of the accumulators, unit after
// unit, position after position, Post columns a cycle, and makes chunks of output bytes of them, a
// fixed number of advances later.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/collect.h"
#include "generator/cycle_model/output_walk.h"
#include "generator/cycle_model/ring.h"
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

class Drain {
 public:
  explicit Drain(const TimingParameters& design)
      : design_(design),
        value_stages_(kStages + (design.transforms ? 1 : 0) + (design.tables ? kTableStages : 0)),
        stages_(value_stages_ + (design.additions ? kSumStages : 0)),
        header_used_(design.transforms ? 4 : 2) {}

  bool bank_busy(int bank) const { return busy_[bank]; }
  /// Nothing is under way, nor will be before a tile ends.
  bool quiet() const { return waits_for_end() && ends_.empty(); }
  /// The next advance gives an accumulator bank back.
  bool frees_bank() const { return (tile_ends_ & 1) != 0; }
  /// After cycle `now`, as long as post-processing advances: the next cycle in which a chunk comes
  /// out, in a layer that adds is requantised, a bank is given back or a record's header was used
  /// for the last time, or one before it.
  std::uint64_t next_event(const LayerRegisters& layer, std::uint64_t now) const;
  /// The cycles from `begin` up to `end`, without such an event.
  void advance(const LayerRegisters& layer, std::uint64_t begin, std::uint64_t end, bool advance);
  /// The chunk that collect takes in this cycle, if post-processing advances.
  Chunk out(const LayerRegisters& layer) const;
  /// The chunk whose values have been requantised and looked up, as it is about to be summed with
  /// addends in a design with additions; in others it is that of out().
  Chunk requantised(const LayerRegisters& layer) const;

  /// End of a cycle. Returns true if a record's header was used for the last time.
  bool step(const LayerRegisters& layer, std::uint64_t now, bool advance);
  /// A tile starts, in the same cycle, after step().
  void start(const Tile& tile) {
    tiles_[tile.bank] = tile;
    busy_[tile.bank] = true;
  }
  /// A tile's last position was issued in a way that its sums are complete in `cycle`.
  void expect_end(std::uint64_t cycle) { ends_.push(cycle); }

  /// Chunks that a tile makes.
  static int chunks_of(const TimingParameters& design, const Tile& tile) {
    const int chunks = ((tile.channels - 1) >> design.post_shift) + 1;  // of a position
    return tile.rows * tile.columns * tile.units * chunks;
  }

 private:
  // Drain register, header read and five stages of requantisation; in a design with Hadamard
  // transforms one more for them, before the header is read
  static constexpr int kStages = 7;
  // Read of the activation table, and the entry's choice
  static constexpr int kTableStages = 2;
  // Product of both values, products with the factors, sum, shift and the result's choice
  static constexpr int kSumStages = 5;

  /// Nothing happens before the next tile ends.
  bool waits_for_end() const { return !scan_ && in_flight_ == 0 && !ready_[bank_]; }
  bool advance_stages(const LayerRegisters& layer);
  void begin_scan();
  void next_out(const LayerRegisters& layer);
  bool position_ends() const { return column_ + design_.post >= leaving_.front().channels; }
  bool in_stage(int stage) const { return (in_flight_ >> (stage - 1) & 1) != 0; }
  /// Cycles from the start of the one after the step to the one in which the oldest of `chunks`,
  /// stages a bit each, is in stage `stage`.
  static int cycles_to(int stage, unsigned chunks) { return stage - (std::bit_width(chunks) - 1); }
  int bytes(int width) const;
  int span(int width) const;

  const TimingParameters& design_;
  const int value_stages_, stages_;
  const unsigned header_used_;  // the stage in which it is read, as a bit
  Tile tiles_[2];
  bool busy_[2] = {false, false}, ready_[2] = {false, false};
  Ring<std::uint64_t, 4> ends_;
  int end_bank_ = 0;

  // Scan of a tile: what goes into the stages
  bool scan_ = false;
  int bank_ = 0;
  int chunks_left_ = 0;

  // Stages, a bit each, the youngest first: where there is a chunk, and where a tile's or a
  // record's last one
  unsigned in_flight_ = 0, tile_ends_ = 0, record_ends_ = 0;
  int next_free_bank_ = 0;

  // What has been requantised: positions and columns of the tiles that were scanned
  Ring<Tile, 16> leaving_;  // each stage may hold a tile of its own
  OutputWalk out_;
  int column_ = 0;                  // of the unit
  Ring<Chunk, kSumStages> summed_;  // in the stages behind
};

}  // namespace sluice::cycles
