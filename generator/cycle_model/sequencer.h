// SPDX-License-Identifier: Apache-2.0
// Sequencer of one lane: records, tiles, passes and steps of a RUN.
#pragma once

#include <algorithm>
#include <cstdint>

#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/commands.h"
#include "generator/cycle_model/counters.h"

namespace sluice::cycles {

/// A tile as the sequencer starts it.
struct Tile {
  int bank = 0;
  int rows = 0, columns = 0;
  int first_row = 0, first_column = 0;  ///< in the layer's output
  int record = 0;                       ///< of the lane, from the layer's first
  std::uint64_t out = 0;                ///< byte address of its first output
  std::uint64_t record_out = 0;         ///< bytes from a position's outputs to the record's first
  int units = 0, channels = 0;          ///< of the record; of each unit
  bool record_end = false, run_end = false;
};

/// What the sequencer reads from the rest of the lane, all from the cycle before.
struct SequencerInputs {
  const RunCommand* run = nullptr;  ///< first of the queue, or null
  bool header_ready = false;
  std::uint64_t header = 0;  ///< address of the first record not yet started
  std::uint64_t weights_filled = 0;
  bool bank_busy[2] = {false, false};
  const int* open = nullptr;  ///< open positions so far, of each block of the record
  int last_open_block = -1;   ///< the last block that has any; -1: none has
  bool decided = false;       ///< the gates of all positions
};

/// What it does in a cycle.
struct SequencerEvents {
  bool header_start = false;
  bool tile_start = false;  ///< see tile()
  bool gate_start = false;  ///< the first position that the gates decide about was issued
  bool tile_end =
      false;  ///< the tile is left; its sums are complete when this has passed the array
  bool run_pop = false, run_skip = false;
};

class Sequencer {
 public:
  Sequencer(const TimingParameters& design, const Image& image, int lane, LaneCounters& counters)
      : design_(design), image_(image), lane_(lane), counters_(counters) {}

  SequencerEvents step(const LayerRegisters& layer, std::uint64_t now, const SequencerInputs& in);

  /// How many cycles from `begin`, the next one, on go by without an event, as long as the inputs
  /// stay as they are; kNever: all. Means nothing while awaits_gate().
  std::uint64_t quiet_cycles(std::uint64_t begin, const SequencerInputs& in) const;
  /// The cycles from `begin`, the next one, up to `end`, so many of them or fewer, at once.
  void advance(std::uint64_t begin, std::uint64_t end, const SequencerInputs& in);
  /// The conditional pass runs while decisions are missing: await_gate() instead of step(), if
  /// gives_back() is false.
  bool awaits_gate(const SequencerInputs& in) const {
    return state_ == State::kCondition && cycle_ != 0 && !in.decided;
  }
  /// The weight that someone waits for may be given back in the next cycle.
  bool gives_back() const {
    return last_use_ && cycle_ < design_.columns && released_ < awaited_release_;
  }
  /// Giving back so many granules in all is an event.
  void await_release(std::uint64_t granules) { awaited_release_ = granules; }
  std::uint64_t awaited_release() const { return awaited_release_; }
  /// One cycle.
  void await_gate(const SequencerInputs& in) {
    const bool issue = index_ != in.open[block_];
    if (issue) ++index_;
    ++(issue ? counters_.issued : counters_.stall_gate);
    read_weights();
    cycle_ = std::min(cycle_ + 1, design_.min_step);
    since_ = issue ? 1 : std::min(since_ + 1, 2);
  }
  bool idle() const { return state_ == State::kIdle; }
  const Tile& tile() const { return tile_; }
  /// Granules of weights given back so far.
  std::uint64_t released() const { return released_; }

 private:
  enum class State : std::uint8_t {
    kIdle,
    kHeader,
    kOutput,
    kGroup,
    kTile,
    kBase,
    kCondition,
    kSkip
  };

  // Records and tiles
  SequencerEvents start_run(const LayerRegisters& layer, const SequencerInputs& in);
  SequencerEvents take_header(const LayerRegisters& layer, std::uint64_t now,
                              const SequencerInputs& in);
  void read_output();
  SequencerEvents start_tile(const LayerRegisters& layer, std::uint64_t now,
                             const SequencerInputs& in);
  void set_up_tile(const LayerRegisters& layer);
  void leave_tile(const LayerRegisters& layer, std::uint64_t now, SequencerEvents& events);
  void next_tile(const LayerRegisters& layer);
  void restart_tiles();

  // Passes
  SequencerEvents base(const LayerRegisters& layer, std::uint64_t now, const SequencerInputs& in);
  SequencerEvents condition(const LayerRegisters& layer, std::uint64_t now,
                            const SequencerInputs& in);
  SequencerEvents skip(const LayerRegisters& layer, std::uint64_t now, const SequencerInputs& in);
  void start_pass(int groups, int group_steps);
  void start_block(const LayerRegisters& layer, int block);
  void end_block(const LayerRegisters& layer, std::uint64_t now, const SequencerInputs& in,
                 SequencerEvents& events);
  bool leaves_early(const SequencerInputs& in) const;
  bool pass_ends() const { return steps_left_ == 1 && groups_left_ == 1; }
  /// Steps of the pass that are left, the one in progress included.
  int steps_of_pass() const { return (groups_left_ - 1) * group_steps_ + steps_left_; }

  // Steps
  bool has_weights(const SequencerInputs& in) const {
    return in.weights_filled - read_ >= step_granules();
  }
  /// The step in progress is that of the gates' decisions.
  bool is_gate_step() const { return state_ == State::kBase && gated_ && pass_ends(); }
  /// The step in turn cannot begin: weights are missing, or thresholds that it needs.
  bool step_waits(std::uint64_t now, const SequencerInputs& in) const {
    if (cycle_ != 0) return false;
    return !has_weights(in) || (now < thresholds_there_ && is_gate_step());
  }
  void restart_positions();
  void next_step();
  std::uint64_t step_granules() const {
    return static_cast<std::uint64_t>(design_.columns >> circulant_) * design_.column_granules;
  }
  /// One column in each of a step's first cycles, or one for several of them.
  void read_weights() {
    if (cycle_ >= design_.columns || (cycle_ & ((1 << circulant_) - 1)) != 0) return;
    read_ += design_.column_granules;
    if (last_use_) released_ = read_;
  }

  // Many cycles at once
  std::uint64_t quiet_tile_cycles(std::uint64_t begin, const SequencerInputs& in) const;
  std::uint64_t quiet_step_cycles(std::uint64_t begin, const SequencerInputs& in) const;
  std::uint64_t quiet_before_release(int rest, std::int64_t length) const;
  int items(const SequencerInputs& in) const {
    return state_ == State::kBase ? positions_ : in.open[block_];
  }
  int step_rest(int items) const;
  void advance_steps(std::uint64_t cycles, const SequencerInputs& in);
  void advance_step(int cycles, int items);
  void leave_steps(int steps);
  /// Weights that the step in progress has yet to read.
  std::uint64_t granules_of_rest() const {
    return static_cast<std::uint64_t>(reads_between(cycle_, design_.columns)) *
           design_.column_granules;
  }
  /// Columns read in the cycles of a step from one on, up to another.
  int reads_between(int from, int to) const {
    const auto before = [&](int cycle) {
      return (std::min(cycle, design_.columns) + (1 << circulant_) - 1) >> circulant_;
    };
    return std::max(before(to) - before(from), 0);
  }

  const TimingParameters& design_;
  const Image& image_;
  const int lane_;
  LaneCounters& counters_;

  State state_ = State::kIdle;
  RunCommand run_;
  Tile tile_;

  // Record and tile
  std::uint16_t records_left_ = 0;
  int record_ = 0;
  int bank_ = 0;
  int row_ = 0, column_ = 0;  // of the tile's first position in the RUN
  std::uint64_t row_out_ = 0, tile_out_ = 0;
  std::uint64_t header_ = 0;            // address of the record
  std::uint64_t thresholds_there_ = 0;  // first cycle in which its thresholds are
  std::uint64_t out_offset_ = 0;
  int units_ = 0, channels_ = 0;
  std::uint64_t tile_may_start_ = 0;  // first cycle in which the next tile may, after a gated one
  bool last_column_tile_ = false, last_tile_ = false;  // of a row; of the record's blocks
  bool last_use_ = false;

  // Pass and step
  int positions_ = 0;  // of the tile
  int block_ = 0;      // of the record, in the conditional pass
  int cycle_ = 0;      // of the step, saturating
  int positions_left_ = 0;
  std::uint16_t groups_left_ = 0, steps_left_ = 0, group_steps_ = 0;
  bool gated_ = false;
  int circulant_ = 0;  // log2 of the cycles for which a column is read
  int index_ = 0;      // open positions issued
  int since_ = 0;      // cycles since one was, saturating at 2

  // Weights: granules from the beginning
  std::uint64_t read_ = 0, released_ = 0, record_start_ = 0;
  std::uint64_t awaited_release_ = 0;
};

}  // namespace sluice::cycles
