// SPDX-License-Identifier: Apache-2.0
// The sequencer's way over many cycles at once.
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

std::uint64_t Sequencer::quiet_cycles(std::uint64_t begin, const SequencerInputs& in) const {
  switch (state_) {
    case State::kIdle:
      return in.run == nullptr ? kNever : 0;
    case State::kHeader:
      return in.header_ready ? 0 : kNever;
    case State::kTile:
      return quiet_tile_cycles(begin, in);
    case State::kBase:
    case State::kCondition:
      return quiet_step_cycles(begin, in);
    case State::kSkip:
      return has_weights(in) ? 0 : kNever;
    default:
      return 0;
  }
}

std::uint64_t Sequencer::quiet_tile_cycles(std::uint64_t begin, const SequencerInputs& in) const {
  if (in.bank_busy[bank_]) return kNever;
  return tile_may_start_ > begin ? tile_may_start_ - begin : 0;
}

// Whole steps go by where their weights are there and none is given back, up to the cycle that ends
// the pass or in which the gates come in.
std::uint64_t Sequencer::quiet_step_cycles(std::uint64_t begin, const SequencerInputs& in) const {
  if (cycle_ == 0 && !has_weights(in)) return kNever;
  if (step_waits(begin, in)) return thresholds_there_ - begin;
  const bool base = state_ == State::kBase;
  const int items = this->items(in);
  // With fewer positions, the end of a step depends on when they were issued
  if (!base && items < 3 && cycle_ != 0) return 0;
  if (!base && (items == 0 || !in.decided)) return 0;
  const int rest = step_rest(items);
  const int later = steps_of_pass() - 1;
  if (base && gated_ && later == 0 && cycle_ == 0) return 0;
  const std::int64_t length = std::max(items, design_.min_step);
  const std::int64_t there = (in.weights_filled - read_ - granules_of_rest()) / step_granules();
  std::int64_t quiet = rest + later * length - 1;
  if (base && gated_ && later > 0) quiet = rest + (later - 1) * length;
  if (there < later) quiet = std::min(quiet, rest + there * length);
  return std::min<std::uint64_t>(quiet, quiet_before_release(rest, length));
}

// Cycles before the one that gives back what is waited for
std::uint64_t Sequencer::quiet_before_release(int rest, std::int64_t length) const {
  if (!last_use_ || read_ >= awaited_release_) return kNever;
  const std::int64_t granules = design_.column_granules;
  const std::int64_t columns = (awaited_release_ - read_ + granules - 1) / granules;
  const std::int64_t now = reads_between(cycle_, design_.columns);
  const std::int64_t apart = std::int64_t{1} << circulant_, step = design_.columns >> circulant_;
  if (columns <= now) return (cycle_ + apart - 1) / apart * apart - cycle_ + (columns - 1) * apart;
  const std::int64_t later = columns - now - 1;
  return rest + later / step * length + later % step * apart;
}

// Cycles of the step in progress that are left, its last one included
int Sequencer::step_rest(int items) const {
  const int issued = state_ == State::kBase ? positions_ - positions_left_ : index_;
  return std::max({items - issued, design_.min_step - cycle_, 1});
}

void Sequencer::advance(std::uint64_t begin, std::uint64_t end, const SequencerInputs& in) {
  const std::uint64_t cycles = end - begin;
  switch (state_) {
    case State::kIdle:
      return;
    case State::kTile:
      (in.bank_busy[bank_] ? counters_.stall_post : counters_.stall_short) += cycles;
      return;
    case State::kBase:
    case State::kCondition:
      if (!step_waits(begin, in)) return advance_steps(cycles, in);
      break;
    default:
      break;
  }
  counters_.stall_weights += cycles;
}

void Sequencer::advance_steps(std::uint64_t cycles, const SequencerInputs& in) {
  const int items = this->items(in);
  const auto rest = static_cast<std::uint64_t>(step_rest(items));
  if (cycles < rest) return advance_step(static_cast<int>(cycles), items);
  advance_step(static_cast<int>(rest), items);
  restart_positions();
  const std::uint64_t length = std::max(items, design_.min_step);
  const std::uint64_t whole = (cycles - rest) / length;
  counters_.issued += whole * items;
  counters_.stall_short += whole * (length - items);
  read_ += whole * step_granules();
  leave_steps(static_cast<int>(whole) + 1);
  advance_step(static_cast<int>(cycles - rest - whole * length), items);
}

// Part of the step in progress
void Sequencer::advance_step(int cycles, int items) {
  const bool base = state_ == State::kBase;
  const int issued = std::min(cycles, base ? positions_left_ : items - index_);
  counters_.issued += issued;
  counters_.stall_short += cycles - issued;
  const int columns = reads_between(cycle_, cycle_ + cycles);
  read_ += static_cast<std::uint64_t>(columns) * design_.column_granules;
  if (last_use_) released_ = read_;
  cycle_ = std::min(cycle_ + cycles, design_.min_step);
  if (base) {
    positions_left_ -= issued;
  } else if (cycles != 0) {
    since_ = cycles == issued ? 1 : std::min((issued != 0 ? 1 : since_) + cycles - issued, 2);
    index_ += issued;
  }
}

// The pass goes on so many steps later
void Sequencer::leave_steps(int steps) {
  const int left = steps_of_pass() - steps;
  groups_left_ = static_cast<std::uint16_t>((left - 1) / group_steps_ + 1);
  steps_left_ = static_cast<std::uint16_t>((left - 1) % group_steps_ + 1);
}

}  // namespace sluice::cycles
