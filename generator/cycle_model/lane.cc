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
  if (time_ <= now && sequencer_.quiet_cycles(sequencer_inputs()) == kNever) catch_up(now + 1);
}

void Lane::take(const SequencerEvents& events, const LayerRegisters& layer, std::uint64_t now) {
  if (events.header_start) {
    --headers_waiting_;
    records_.pop();
    // Output, input group, and the thresholds of a design with gates
    counters_.accesses.reads_of(MemoryKind::kHeader) += 2 + (design_.gating ? design_.columns : 0);
  }
  if (events.tile_start) {
    drain_.start(sequencer_.tile());
    list_.start(sequencer_.tile(), layer.number);
  }
  if (events.gate_start) list_.expect(now + design_.datapath);
  if (events.tile_end) {
    drain_.expect_end(now + design_.datapath);
    count_tile(layer);
  }
  if (events.run_pop) runs_.pop();
}

// All accesses and arithmetic of the tile that is left, up to its outputs
void Lane::count_tile(const LayerRegisters& layer) {
  const std::uint64_t columns = design_.columns;
  const Tile& tile = sequencer_.tile();
  const std::uint64_t positions = std::uint64_t(tile.rows) * tile.columns;
  const std::uint64_t listed = layer.gated ? list_.count() : 0;
  const std::uint64_t base_steps = std::uint64_t{layer.base_groups} * layer.group_steps;
  const std::uint64_t later_steps = std::uint64_t{layer.conditional_groups} * layer.group_steps;
  const std::uint64_t issued = positions * base_steps + listed * later_steps;
  const std::uint64_t open = layer.per_output ? list_.open_channels() : listed * columns;
  const std::uint64_t sums =
      positions * base_steps * columns + (listed != 0 ? open : 0) * later_steps;

  Accesses& accesses = counters_.accesses;
  accesses.reads_of(MemoryKind::kActivation) += issued * design_.slots;
  // The conditional pass loads one step's weights before it knows that nothing is open
  std::uint64_t steps = base_steps;
  if (layer.gated) steps += listed != 0 ? later_steps : 1;
  accesses.reads_of(MemoryKind::kWeight) += steps * columns;
  // Read to be added to, but not in the first step, which starts from zero, and to be drained
  accesses.reads_of(MemoryKind::kAccumulator) += sums;
  accesses.writes_of(MemoryKind::kAccumulator) += sums;
  accesses.reads_of(MemoryKind::kHeader) += positions * columns;
  if (layer.gated) {
    accesses.reads_of(MemoryKind::kOpenList) += listed * later_steps;
    accesses.writes_of(MemoryKind::kOpenList) += listed;
    accesses.reads_of(MemoryKind::kGateMask) += positions;
    accesses.writes_of(MemoryKind::kGateMask) += positions;
    counters_.work.gate_decisions += positions * columns;
  }
  counters_.work.products_of(layer.width) += issued * columns * design_.rows * (8 / layer.width);
  counters_.work.accumulations += sums;
  counters_.work.requantisations += positions * columns;
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
