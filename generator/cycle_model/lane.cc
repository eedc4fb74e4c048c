// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/lane.h"

#include <algorithm>

namespace sluice::cycles {

SequencerInputs Lane::sequencer_inputs() const {
  SequencerInputs in;
  in.run = runs_.empty() ? nullptr : &runs_.front();
  in.header_ready = headers_waiting_ != 0;
  in.header = records_.front();
  in.weights_filled = weights_filled_;
  in.bank_busy[0] = drain_.bank_busy(0);
  in.bank_busy[1] = drain_.bank_busy(1);
  in.list_count = list_.count();
  in.list_done = list_.done();
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
    return sequencer_.gives_back() ? now + 1 : list_.last(now) + 1;
  }
  const std::uint64_t quiet = sequencer_.quiet_cycles(in);
  return quiet == kNever ? kNever : now + 1 + quiet;
}

void Lane::catch_up(std::uint64_t now) {
  if (time_ >= now) return;
  const SequencerInputs in = sequencer_inputs();
  if (sequencer_.awaits_gate(in)) {
    for (; time_ < now; ++time_) {
      sequencer_.await_gate(list_.count());
      list_.step(time_);
    }
    return;
  }
  sequencer_.advance(now - time_, in);
  list_.advance(time_, now);
  time_ = now;
}

bool Lane::step(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in) {
  bool header_retired = false;
  // Whatever the sequencer reads is from the cycle before, so it comes first
  SequencerEvents events;
  if (now >= wake_) {
    catch_up(now);
    events = sequencer_.step(layer, sequencer_inputs());
    list_.step(now);
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
  if (collect_.step(advance ? drain_.out(layer) : Chunk{}, word_taken)) --unfinished_;
  if (advance && drain_.frees_bank()) end_stall(now);
  return drain_.step(layer, now, advance);
}

// Before an input comes that the sequencer may be waiting for
void Lane::end_stall(std::uint64_t now) {
  if (time_ <= now && sequencer_.quiet_cycles(sequencer_inputs()) == kNever) catch_up(now + 1);
}

void Lane::take(const SequencerEvents& events, const LayerRegisters& layer, std::uint64_t now) {
  if (events.header_start) {
    --headers_waiting_;
    records_.pop();
  }
  if (events.tile_start) {
    drain_.start(sequencer_.tile());
    list_.start(sequencer_.tile(), layer.number);
  }
  if (events.gate_start) list_.expect(now + design_.datapath);
  if (events.tile_end) drain_.expect_end(now + design_.datapath);
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
