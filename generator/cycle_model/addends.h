// SPDX-License-Identifier: Apache-2.0
// Addends of one lane: the memory words of another map that its outputs are added to. A walk over
// the tiles asks for them ahead of post-processing, which takes them in the same order.
#pragma once

#include <cstdint>

#include "generator/cycle_model/collect.h"
#include "generator/cycle_model/commands.h"
#include "generator/cycle_model/counters.h"
#include "generator/cycle_model/output_walk.h"
#include "generator/cycle_model/ring.h"

namespace sluice::cycles {

/// What happens to a lane's addends in a cycle.
struct AddendInputs {
  bool granted = false;   ///< the request was taken
  bool word = false;      ///< a word arrived
  bool collects = false;  ///< nothing behind the addition is in the way
};

class Addends {
 public:
  Addends(const TimingParameters& design, LaneCounters& counters)
      : design_(design), counters_(counters) {}

  /// A request is complete: `request_words()` words.
  bool asks() const { return closed_; }
  int request_words() const { return length_; }

  /// No further tile can start.
  bool full() const { return tiles_.size() == kTiles; }
  /// The walk takes a tile from the queue in this cycle.
  bool takes_tile() const { return !active_ && !tiles_.empty(); }

  /// The values that are added to `chunk`, which is about to be summed, are there. One that is not
  /// valid needs none.
  bool ready(const Chunk& chunk) const;
  /// Nothing changes before an input comes, or the chunk is taken.
  bool waits(const LayerRegisters& layer, const Chunk& chunk, bool collects) const;

  /// End of a cycle in which `chunk` is about to be summed, of a layer that adds.
  void step(const LayerRegisters& layer, const Chunk& chunk, const AddendInputs& in);
  /// A tile starts, in the same cycle, after step().
  void start(const Tile& tile) { tiles_.push(tile); }

 private:
  static constexpr unsigned kTiles = 2;

  /// What the walk does in a cycle.
  struct Move {
    std::uint64_t word = 0;  ///< in turn
    bool known = false;      ///< the same as the one before
    bool asked = false;      ///< joins the request
    bool steps() const { return known || asked; }
  };

  /// Which words a chunk needs.
  struct Need {
    std::uint64_t first = 0, last = 0;
    bool current = false;  ///< the first one was taken before
    bool two = false;
  };

  /// Of the position in turn.
  std::uint64_t first_byte(const LayerRegisters& layer) const;
  Move move(const LayerRegisters& layer) const;
  void step_walk(const LayerRegisters& layer, bool granted);
  bool next_word(const LayerRegisters& layer);
  Need need(const Chunk& chunk) const;
  bool pops(const Chunk& chunk, bool collects) const;
  bool fetches(bool pop) const { return stored_ != 0 && (!head_valid_ || pop); }

  const TimingParameters& design_;
  LaneCounters& counters_;

  // Walk
  Ring<Tile, kTiles> tiles_;
  bool active_ = false;
  Tile tile_;
  OutputWalk walk_;
  int word_of_position_ = 0;
  bool last_valid_ = false;  // of the tile
  std::uint64_t last_word_ = 0;

  // Request
  bool closed_ = false;
  std::uint64_t first_word_ = 0;
  int length_ = 0;
  int held_ = 0;  // words asked for and not given to a chunk

  // Words
  int stored_ = 0;  // in the memory
  bool head_valid_ = false;
  bool current_valid_ = false;
  std::uint64_t current_word_ = 0;
};

}  // namespace sluice::cycles
