// SPDX-License-Identifier: Apache-2.0
// One lane: its RUN queue, weight stream, sequencer, gates and post-processing.
#pragma once

#include <cstdint>

#include "generator/cycle_model/addends.h"
#include "generator/cycle_model/collect.h"
#include "generator/cycle_model/drain.h"
#include "generator/cycle_model/open_positions.h"
#include "generator/cycle_model/ring.h"
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

/// What reaches a lane in a cycle.
struct LaneInputs {
  bool header_word = false, weight_word = false;  ///< a word of its stream
  bool word_taken = false;                        ///< the store takes an output word
  bool addend_granted = false;                    ///< its request for addends was taken
  bool addend_word = false;                       ///< a word of addends
};

class Lane {
 public:
  Lane(const TimingParameters& design, const Image& image, const compiler::Program& program,
       int lane, const GateSource& gates, LaneCounters& counters)
      : design_(design),
        counters_(counters),
        sequencer_(design, image, lane, counters),
        open_(design, program, lane, gates, counters),
        drain_(design),
        addends_(design, counters),
        collect_(design) {}

  std::uint64_t released() const { return sequencer_.released(); }
  bool has_words() const { return collect_.has_words(); }
  int unfinished_runs() const { return unfinished_; }
  /// A request for addends waits: for so many words.
  bool asks() const { return addends_.asks(); }
  int request_words() const { return addends_.request_words(); }

  /// After cycle `now`: the next one that must be stepped. Until then, without inputs, nothing
  /// changes that other units see. kNever: none.
  std::uint64_t next_event(const LayerRegisters& layer, std::uint64_t now);
  /// All cycles before `now` that the sequencer was not stepped in, at once.
  void catch_up(std::uint64_t now);

  /// Before cycle `now`: giving back so many granules in all is an event from now on. Returns the
  /// next event of the sequencer.
  std::uint64_t await_release(std::uint64_t granules, std::uint64_t now) {
    sequencer_.await_release(granules);
    return wake_ = next_sequencer_event(now - 1);
  }
  std::uint64_t awaited_release() const { return sequencer_.awaited_release(); }

  /// One cycle. Returns true if a record's header is not needed any more.
  bool step(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in);
  /// A RUN command, in the same cycle, after step().
  void push_run(const RunCommand& run) {
    runs_.push(run);
    ++unfinished_;
    wake_ = 0;
  }
  /// A record at `address` was asked for.
  void expect_record(std::uint64_t address) { records_.push(address); }

 private:
  SequencerInputs sequencer_inputs() const;
  void take(const SequencerEvents& events, const LayerRegisters& layer, std::uint64_t now);
  void fill(const LaneInputs& in, std::uint64_t now);
  bool step_post(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in);
  std::uint64_t next_post_event(const LayerRegisters& layer, std::uint64_t now) const;
  void end_stall(std::uint64_t now);
  std::uint64_t next_sequencer_event(std::uint64_t now) const;

  const TimingParameters& design_;
  LaneCounters& counters_;
  std::uint64_t time_ = 0;       // the first cycle that the sequencer was not stepped in
  std::uint64_t wake_ = 0;       // its next event
  std::uint64_t post_time_ = 0;  // the first cycle that post-processing was not stepped in
  Sequencer sequencer_;
  OpenPositions open_;
  Drain drain_;
  Addends addends_;
  Collect collect_;
  Ring<RunCommand, 2> runs_;
  int unfinished_ = 0;
  Ring<std::uint64_t, 4> records_;  // asked for and not yet started
  int header_beat_ = 0;             // words of the header in arrival
  int headers_waiting_ = 0;         // complete and not yet started
  std::uint64_t weights_filled_ = 0;
};

}  // namespace sluice::cycles
