#include "cycle_model/lane.h"

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

bool Lane::step(const LayerRegisters& layer, std::uint64_t now, const LaneInputs& in) {
  bool header_retired = false;
  // Whatever the sequencer reads is from the cycle before, so it comes first
  const SequencerEvents events = sequencer_.step(layer, sequencer_inputs());
  list_.step(now);
  int runs_done = events.run_skip ? 1 : 0;
  if (!drain_.quiet() || !collect_.quiet()) {
    const bool advance = collect_.prepare();
    if (collect_.step(drain_.out(), in.word_taken)) ++runs_done;
    header_retired = drain_.step(layer, now, advance);
  }
  unfinished_ -= runs_done;
  take(events, layer, now);
  fill(in);
  return header_retired;
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

void Lane::fill(const LaneInputs& in) {
  if (in.weight_word) weights_filled_ += design_.word_grains;
  if (!in.header_word || ++header_beat_ != design_.header_words) return;
  header_beat_ = 0;
  ++headers_waiting_;
}

}  // namespace sluice::cycles
