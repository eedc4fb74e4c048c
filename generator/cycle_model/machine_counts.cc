// SPDX-License-Identifier: Apache-2.0
// What a run has counted, by layer.
#include <algorithm>

#include "generator/cycle_model/machine.h"

namespace sluice::cycles {

void Machine::report_accesses(Prediction& result) const {
  result.command_accesses = result.accesses = command_.accesses();
  LaneCounters before;
  std::uint64_t written = 0;
  for (std::size_t k = 0; k < layer_counters_.size(); ++k) {
    Accesses accesses = layer_counters_[k].accesses;
    Work work = layer_counters_[k].work;
    accesses -= before.accesses;
    work -= before.work;
    if (k < brought_.size()) accesses += brought_[k];
    accesses.writes_of(MemoryKind::kWriteAddress) += layer_events_[k].write_words - written;
    result.accesses += accesses;
    result.work += work;
    result.layer_accesses.push_back(accesses);
    result.layer_work.push_back(work);
    before = layer_counters_[k];
    written = layer_events_[k].write_words;
  }
}

Events Machine::events() const {
  return {counters_.issued,      counters_.stall_weights,
          counters_.stall_post,  counters_.stall_gate,
          counters_.stall_short, busy_cycles_,
          active_cycles_,        write_words_};
}

// What the layer in progress has done, at its end
void Machine::count_layer() {
  if (layers_ == 0) return;
  layer_events_.push_back(events());
  layer_counters_.push_back(counters_);
  layer_weight_words_.push_back(weight_words_);
  weight_words_ = 0;
  // What has been fetched ahead counts for the next layer, too
  for (int l = 0; l < design_.lanes; ++l) weight_words_ = std::max(weight_words_, words_held(l));
}

}  // namespace sluice::cycles
