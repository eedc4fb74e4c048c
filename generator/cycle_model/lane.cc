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
  in.bank_busy[0] = drain_.bank_busy(0) || addends_.full();
  in.bank_busy[1] = drain_.bank_busy(1) || addends_.full();
  in.open = open_.counts();
  in.last_open_block = open_.last_block();
  in.decided = open_.decided();
  return in;
}

std::uint64_t Lane::next_event(const LayerRegisters& layer, std::uint64_t now) {
  if (time_ > now) wake_ = next_sequencer_event(now);
  return std::min(wake_, next_post_event(layer, now));
}

std::uint64_t Lane::next_post_event(const LayerRegisters& layer, std::uint64_t now) const {
  if (!collect_.waits()) return now + 1;
  if (layer.add) {
    const Chunk chunk = drain_.requantised(layer);
    if (!addends_.waits(layer, chunk, collect_.idle())) return now + 1;
    // Only a word that arrives makes it go on
    if (!addends_.ready(chunk)) return kNever;
  }
  // If post-processing stands, only a word that is taken makes it go on
  return collect_.idle() ? drain_.next_event(layer, now) : kNever;
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
  if (layer.add || !drain_.quiet() || !collect_.quiet()) header_retired = step_post(layer, now, in);
  post_time_ = now + 1;
  take(events, layer, now);
  fill(in, now);
  return header_retired;
}

bool Lane::step_post(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in) {
  // A chunk that could have been summed in these cycles would have been an event
  const bool waits = layer.add && drain_.requantised(layer).valid;
  if (post_time_ < now) drain_.advance(layer, post_time_, now, collect_.idle() && !waits);
  const Chunk chunk = layer.add ? drain_.requantised(layer) : Chunk{};
  const bool collects = collect_.prepare();
  const bool advance = collects && addends_.ready(chunk);
  if (layer.add) {
    if (addends_.full() && addends_.takes_tile()) end_stall(now);
    addends_.step(layer, chunk, {in.addend_granted, in.addend_word, collects});
  }
  const std::uint64_t atoms = collect_.atoms();
  if (collect_.step(advance ? drain_.out(layer) : Chunk{}, in.word_taken)) --unfinished_;
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
    if (layer.add) addends_.start(sequencer_.tile());
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
