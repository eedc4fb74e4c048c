// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/lane.h"

#include <algorithm>

#include "generator/cycle_model/tile_counts.h"

namespace sluice::cycles {

SequencerInputs Lane::sequencer_inputs() const {
  SequencerInputs in;
  in.run = runs_.empty() ? nullptr : &runs_.front();
  in.header_ready = headers_waiting_ != 0;
  in.header = records_.front();
  in.weights_filled = weights_filled_;
  in.bank_busy[0] = drain_.bank_busy(0);
  in.bank_busy[1] = drain_.bank_busy(1);
  in.open = open_.counts();
  in.last_open_block = open_.last_block();
  in.decided = open_.decided();
  return in;
}

std::uint64_t Lane::next_event(std::uint64_t now) {
  if (time_ > now) wake_ = next_sequencer_event(now);
  if (!collect_.waits()) return now + 1;
  // If post-processing stands, only a word that is taken makes it go on
  return collect_.idle() ? std::min(wake_, drain_.next_event(now)) : wake_;
}

std::uint64_t Lane::next_sequencer_event(std::uint64_t now) const {
  const SequencerInputs in = sequencer_inputs();
  if (sequencer_.awaits_gate(in)) {
    return sequencer_.gives_back() ? now + 1 : open_.last(now) + 1;
  }
  const std::uint64_t quiet = sequencer_.quiet_cycles(now + 1, in);
  return quiet == kNever ? kNever : now + 1 + quiet;
}

void Lane::catch_up(std::uint64_t now) {
  if (time_ >= now) return;
  const SequencerInputs in = sequencer_inputs();
  if (sequencer_.awaits_gate(in)) {
    for (; time_ < now; ++time_) {
      sequencer_.await_gate(in);
      open_.step(time_);
    }
    return;
  }
  sequencer_.advance(time_, now, in);
  open_.advance(time_, now);
  time_ = now;
}

bool Lane::step(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in) {
  bool header_retired = false;
  // Whatever the sequencer reads is from the cycle before, so it comes first
  SequencerEvents events;
  if (now >= wake_) {
    catch_up(now);
    events = sequencer_.step(layer, now, sequencer_inputs());
    open_.step(now);
    time_ = now + 1;
  }
  if (events.run_skip) --unfinished_;
  if (!drain_.quiet() || !collect_.quiet()) header_retired = step_post(layer, now, in.word_taken);
  post_time_ = now + 1;
  take(events, layer, now);
  fill(in, now);
  return header_retired;
}

bool Lane::step_post(const LayerRegisters& layer, std::uint64_t now, bool word_taken) {
  if (post_time_ < now) drain_.advance(layer, post_time_, now, collect_.idle());
  const bool advance = collect_.prepare();
  const std::uint64_t atoms = collect_.atoms();
  if (collect_.step(advance ? drain_.out(layer) : Chunk{}, word_taken)) --unfinished_;
  // The buffers of all lanes take a local output
  if (layer.local) {
    counters_.accesses.writes_of(MemoryKind::kActivation) +=
        (collect_.atoms() - atoms) * design_.lanes;
  }
  if (advance && drain_.frees_bank()) end_stall(now);
  return drain_.step(layer, now, advance);
}

// Before an input comes that the sequencer may be waiting for
void Lane::end_stall(std::uint64_t now) {
  if (time_ > now) return;
  if (sequencer_.quiet_cycles(time_, sequencer_inputs()) == kNever) catch_up(now + 1);
}

void Lane::take(const SequencerEvents& events, const LayerRegisters& layer, std::uint64_t now) {
  if (events.header_start) {
    --headers_waiting_;
    records_.pop();
    // Output, input group and thresholds
    counters_.accesses.reads_of(MemoryKind::kHeader) += 2 + layer.threshold_entries;
  }
  if (events.tile_start) {
    drain_.start(sequencer_.tile());
    if (layer.gated) open_.start(sequencer_.tile(), layer);
  }
  if (events.gate_start) open_.expect(now + layer.decision_cycles);
  if (events.tile_end) {
    drain_.expect_end(now + layer.end_cycles);
    count_tile(design_, layer, sequencer_.tile(), open_, counters_);
  }
  if (events.run_pop) runs_.pop();
}

void Lane::fill(const LaneInputs& in, std::uint64_t now) {
  if (in.weight_word) {
    end_stall(now);
    weights_filled_ += design_.word_granules;
  }
  if (!in.header_word || ++header_beat_ != design_.header_words) return;
  end_stall(now);
  header_beat_ = 0;
  ++headers_waiting_;
}

}  // namespace sluice::cycles
