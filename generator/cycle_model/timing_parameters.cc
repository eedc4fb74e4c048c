// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/timing_parameters.h"

#include <algorithm>
#include <bit>

#include "generator/util/powers_of_two.h"

namespace sluice::cycles {
namespace {

constexpr int kEntryBytes = 8;

// Issue register, activation buffer and skew of a segment, then (behind the tree of segments)
// column by column through the accumulators, whose last one needs three more cycles to read, add
// and write (or decide).
int datapath_cycles(const Plan& plan) {
  const int control = plan.pe_rows + plan.config.pe_stages + 2;
  return 1 + control + (plan.config.columns - 1) + 3;
}

}  // namespace

TimingParameters::TimingParameters(const Plan& plan)
    : lanes(plan.config.lanes),
      columns(plan.config.columns),
      rows(plan.config.rows),
      post(plan.config.post),
      post_shift(std::countr_zero(static_cast<unsigned>(plan.config.post))),
      min_step(plan.min_step),
      slots(plan.slots),
      taps(plan.taps),
      word_bytes(plan.config.memory.bytes),
      word_shift(index_bits(plan.config.memory.bytes)),
      atom_shift(index_bits(plan.config.atom)),
      word_atoms(plan.config.memory.bytes / plan.config.atom),
      address_mask((std::uint64_t{1} << plan.config.memory.address_bits) - 1),
      burst(plan.config.memory.burst),
      outstanding(plan.config.memory.outstanding),
      command_words(plan.command_words),
      command_bytes(plan.command_bytes),
      header_words(plan.header_words),
      header_slots(plan.param_slots),
      sequencer_words(plan.sequencer_words),
      parameter_words(plan.parameter_words),
      parameter_writes(std::min(plan.config.memory.bytes / kEntryBytes, plan.config.post)),
      column_granules(plan.column_granules),
      word_granules(plan.word_granules),
      weight_words((1 << plan.weight_granule_bits) / plan.word_granules),
      fold_bits(plan.fold_bits),
      addend_depth(plan.addend_depth),
      gating(plan.config.gating),
      additions(plan.config.additions),
      tables(plan.config.activation_table),
      circulant(plan.config.circulant),
      transforms(plan.config.hadamard > 0),
      precision4(plan.precision4),
      precision2(plan.precision2),
      datapath_(datapath_cycles(plan)) {}

}  // namespace sluice::cycles
