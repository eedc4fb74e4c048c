// One lane: its RUN queue, weight stream, sequencer, gate and post-processing.
#pragma once

#include <cstdint>

#include "cycle_model/collect.h"
#include "cycle_model/drain.h"
#include "cycle_model/open_list.h"
#include "cycle_model/ring.h"
#include "cycle_model/sequencer.h"

namespace sluice::cycles {

/// What reaches a lane in a cycle.
struct LaneInputs {
  bool header_word = false, weight_word = false;  ///< a word of its stream
  bool word_taken = false;                        ///< the store takes an output word
};

class Lane {
 public:
  Lane(const Design& design, const Image& image, int lane, const GateSource& gates,
       LaneCounters& counters)
      : design_(design),
        sequencer_(design, image, lane, counters),
        list_(design.lanes, lane, gates, counters),
        drain_(design),
        collect_(design) {}

  std::uint64_t released() const { return sequencer_.released(); }
  bool has_words() const { return collect_.has_words(); }
  int unfinished_runs() const { return unfinished_; }

  /// One cycle. Returns true if a record's header is not needed any more.
  bool step(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in);
  /// A RUN command, in the same cycle, after step().
  void push_run(const RunCommand& run) {
    runs_.push(run);
    ++unfinished_;
  }
  /// A record at `address` was asked for.
  void expect_record(std::uint64_t address) { records_.push(address); }

 private:
  SequencerInputs sequencer_inputs() const;
  void take(const SequencerEvents& events, const LayerRegisters& layer, std::uint64_t now);
  void fill(const LaneInputs& in);

  const Design& design_;
  Sequencer sequencer_;
  OpenList list_;
  Drain drain_;
  Collect collect_;
  Ring<RunCommand, 2> runs_;
  int unfinished_ = 0;
  Ring<std::uint64_t, 4> records_;  // asked for and not yet started
  int header_beat_ = 0;             // words of the header in arrival
  int headers_waiting_ = 0;         // complete and not yet started
  std::uint64_t weights_filled_ = 0;
};

}  // namespace sluice::cycles
