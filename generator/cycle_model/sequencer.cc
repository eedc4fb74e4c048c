// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/sequencer.h"

namespace sluice::cycles {

SequencerEvents Sequencer::step(const LayerRegisters& layer, const SequencerInputs& in) {
  switch (state_) {
    case State::kIdle:
      return start_run(layer, in);
    case State::kHeader:
      return take_header(in);
    case State::kOutput:
      out_offset_ = image_.word(header_ + design_.info_byte);
      channels_ = image_.word(header_ + design_.info_byte + 4) & 0xff;
      state_ = State::kGroup;
      return {};
    case State::kGroup:
      state_ = State::kTile;
      return {};
    case State::kTile:
      return start_tile(layer, in);
    case State::kBase:
      return base(layer, in);
    case State::kCondition:
      return condition(layer, in);
    case State::kSkip:
      return skip(layer, in);
  }
  return {};
}

// ------------------------------------------------------------------------------------------------
// Blocks and tiles

SequencerEvents Sequencer::start_run(const LayerRegisters& layer, const SequencerInputs& in) {
  SequencerEvents events;
  if (in.run == nullptr) return events;
  run_ = *in.run;
  blocks_left_ = layer.blocks_of(lane_);
  record_ = 0;
  restart_block();
  if (blocks_left_ == 0) {
    events.run_pop = events.run_skip = true;
  } else {
    state_ = State::kHeader;
  }
  return events;
}

void Sequencer::restart_block() {
  row_ = column_ = 0;
  row_out_ = tile_out_ = run_.out;
}

SequencerEvents Sequencer::take_header(const SequencerInputs& in) {
  SequencerEvents events;
  if (!in.header_ready) {
    ++counters_.stall_weights;
    return events;
  }
  events.header_start = true;
  header_ = in.header;
  record_start_ = read_;
  state_ = State::kOutput;
  return events;
}

SequencerEvents Sequencer::start_tile(const LayerRegisters& layer, const SequencerInputs& in) {
  SequencerEvents events;
  if (in.bank_busy[bank_]) {
    ++counters_.stall_post;
    return events;
  }
  const bool bottom = run_.rows - row_ <= layer.tile_rows;
  last_column_tile_ = run_.columns - column_ <= layer.tile_columns;
  block_ends_ = bottom && last_column_tile_;
  last_use_ = !layer.keep || block_ends_;
  tile_.bank = bank_;
  tile_.rows = bottom ? run_.rows - row_ : layer.tile_rows;
  tile_.columns = last_column_tile_ ? run_.columns - column_ : layer.tile_columns;
  tile_.first_row = run_.first_row + row_;
  tile_.first_column = column_;
  tile_.record = record_;
  tile_.out = (tile_out_ + out_offset_) & design_.address_mask;
  tile_.channels = channels_;
  tile_.record_end = last_use_;
  tile_.run_end = block_ends_ && blocks_left_ == 1;
  positions_ = tile_.rows * tile_.columns;
  groups_left_ = layer.base_groups;
  steps_left_ = group_steps_ = layer.group_steps;
  gated_ = layer.gated;
  restart_positions();
  state_ = State::kBase;
  events.tile_start = true;
  return events;
}

void Sequencer::leave_tile(const LayerRegisters& layer, SequencerEvents& events) {
  if (last_use_) {
    const std::uint64_t granules = design_.word_granules;
    read_ = (read_ + granules - 1) & ~(granules - 1);
    released_ = read_;
  } else {
    read_ = record_start_;
  }
  bank_ ^= 1;
  events.tile_end = true;
  events.run_pop = block_ends_ && blocks_left_ == 1;
  next_tile(layer);
  if (events.run_pop) {
    state_ = State::kIdle;
  } else {
    state_ = last_use_ ? State::kHeader : State::kTile;
  }
}

void Sequencer::next_tile(const LayerRegisters& layer) {
  if (block_ends_) {
    --blocks_left_;
    ++record_;
    restart_block();
  } else if (last_column_tile_) {
    row_ += layer.tile_rows;
    column_ = 0;
    row_out_ += layer.out_tile_row_step;
    tile_out_ = row_out_;
  } else {
    column_ += layer.tile_columns;
    tile_out_ += layer.out_tile_column_step;
  }
}

// ------------------------------------------------------------------------------------------------
// Steps

bool Sequencer::stalls_for_weights(const SequencerInputs& in) {
  if (cycle_ != 0 || has_weights(in)) return false;
  ++counters_.stall_weights;
  return true;
}

void Sequencer::restart_positions() {
  cycle_ = 0;
  positions_left_ = positions_;
  index_ = 0;
  since_ = 0;
}

void Sequencer::next_step(const LayerRegisters& layer) {
  if (--steps_left_ != 0) return;
  steps_left_ = layer.group_steps;
  --groups_left_;
}

SequencerEvents Sequencer::base(const LayerRegisters& layer, const SequencerInputs& in) {
  SequencerEvents events;
  if (stalls_for_weights(in)) return events;
  const bool pass_end = pass_ends();
  if (positions_left_ != 0) {
    events.gate_start = layer.gated && pass_end && positions_left_ == positions_;
    --positions_left_;
    ++counters_.issued;
  } else {
    ++counters_.stall_short;
  }
  read_weights();
  if (cycle_ < design_.min_step - 1 || positions_left_ != 0) {
    cycle_ = std::min(cycle_ + 1, design_.min_step);
    return events;
  }
  restart_positions();
  next_step(layer);
  if (!pass_end) return events;
  if (layer.gated) {
    groups_left_ = layer.conditional_groups;
    state_ = State::kCondition;
    return events;
  }
  leave_tile(layer, events);
  return events;
}

SequencerEvents Sequencer::condition(const LayerRegisters& layer, const SequencerInputs& in) {
  SequencerEvents events;
  if (stalls_for_weights(in)) return events;
  const bool issue = index_ != in.list_count;
  if (issue) ++index_;
  const bool list_empty = in.list_done && in.list_count == 0;
  const bool taken = in.list_done && index_ == in.list_count;
  // With fewer than three positions the next step must not follow the last one too closely
  const bool spaced = list_empty || in.list_count > 2 || (!issue && since_ + in.list_count > 2);
  if (issue) {
    ++counters_.issued;
  } else if (!taken) {
    ++counters_.stall_gate;
  } else {
    ++counters_.stall_short;
  }
  read_weights();
  if (cycle_ < design_.min_step - 1 || !taken || !spaced) {
    cycle_ = std::min(cycle_ + 1, design_.min_step);
    since_ = issue ? 1 : std::min(since_ + 1, 2);
    return events;
  }
  const bool pass_end = pass_ends();
  restart_positions();
  next_step(layer);
  if (pass_end || (list_empty && !last_use_)) {
    leave_tile(layer, events);
  } else if (list_empty) {
    state_ = State::kSkip;
  }
  return events;
}

SequencerEvents Sequencer::skip(const LayerRegisters& layer, const SequencerInputs& in) {
  SequencerEvents events;
  if (!has_weights(in)) {
    ++counters_.stall_weights;
    return events;
  }
  read_ += static_cast<std::uint64_t>(design_.columns) * design_.column_granules;
  released_ = read_;
  const bool pass_end = pass_ends();
  next_step(layer);
  if (pass_end) leave_tile(layer, events);
  return events;
}

// ------------------------------------------------------------------------------------------------
// Many cycles at once

std::uint64_t Sequencer::quiet_cycles(const SequencerInputs& in) const {
  switch (state_) {
    case State::kIdle:
      return in.run == nullptr ? kNever : 0;
    case State::kHeader:
      return in.header_ready ? 0 : kNever;
    case State::kTile:
      return in.bank_busy[bank_] ? kNever : 0;
    case State::kBase:
    case State::kCondition:
      return quiet_step_cycles(in);
    case State::kSkip:
      return has_weights(in) ? 0 : kNever;
    default:
      return 0;
  }
}

// Whole steps go by where their weights are there and none is given back, up to the cycle that ends
// the pass or in which the gate comes in.
std::uint64_t Sequencer::quiet_step_cycles(const SequencerInputs& in) const {
  if (cycle_ == 0 && !has_weights(in)) return kNever;
  const bool base = state_ == State::kBase;
  const int items = base ? positions_ : in.list_count;
  // With fewer positions, the end of a step depends on when they were issued
  if (!base && items < 3 && cycle_ != 0) return 0;
  if (!base && (items == 0 || !in.list_done)) return 0;
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
  const std::int64_t now = std::max(design_.columns - cycle_, 0);
  if (columns <= now) return columns - 1;
  const std::int64_t later = columns - now - 1;
  return rest + later / design_.columns * length + later % design_.columns;
}

// Cycles of the step in progress that are left, its last one included
int Sequencer::step_rest(int items) const {
  const int issued = state_ == State::kBase ? positions_ - positions_left_ : index_;
  return std::max({items - issued, design_.min_step - cycle_, 1});
}

void Sequencer::advance(std::uint64_t cycles, const SequencerInputs& in) {
  switch (state_) {
    case State::kIdle:
      return;
    case State::kTile:
      counters_.stall_post += cycles;
      return;
    case State::kBase:
    case State::kCondition:
      if (cycle_ != 0 || has_weights(in)) return advance_steps(cycles, in);
      break;
    default:
      break;
  }
  counters_.stall_weights += cycles;
}

void Sequencer::advance_steps(std::uint64_t cycles, const SequencerInputs& in) {
  const int items = state_ == State::kBase ? positions_ : in.list_count;
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
  const int columns = std::clamp(design_.columns - cycle_, 0, cycles);
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
