// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/sequencer.h"

#include <fmt/format.h>

namespace sluice::cycles {

SequencerEvents Sequencer::step(const LayerRegisters& layer, std::uint64_t now,
                                const SequencerInputs& in) {
  switch (state_) {
    case State::kIdle:
      return start_run(layer, in);
    case State::kHeader:
      return take_header(layer, now, in);
    case State::kOutput:
      read_output();
      state_ = State::kGroup;
      return {};
    case State::kGroup:
      state_ = State::kTile;
      return {};
    case State::kTile:
      return start_tile(layer, now, in);
    case State::kBase:
      return base(layer, now, in);
    case State::kCondition:
      return condition(layer, now, in);
    case State::kSkip:
      return skip(layer, now, in);
  }
  return {};
}

// ------------------------------------------------------------------------------------------------
// Records and tiles

SequencerEvents Sequencer::start_run(const LayerRegisters& layer, const SequencerInputs& in) {
  SequencerEvents events;
  if (in.run == nullptr) return events;
  run_ = *in.run;
  records_left_ = layer.records_of(lane_);
  record_ = 0;
  restart_tiles();
  if (records_left_ == 0) {
    events.run_pop = events.run_skip = true;
  } else {
    state_ = State::kHeader;
  }
  return events;
}

void Sequencer::restart_tiles() {
  row_ = column_ = 0;
  row_out_ = tile_out_ = run_.out;
}

// Thresholds are read from the cycle on that follows the reads of output and group
SequencerEvents Sequencer::take_header(const LayerRegisters& layer, std::uint64_t now,
                                       const SequencerInputs& in) {
  SequencerEvents events;
  if (!in.header_ready) {
    ++counters_.stall_weights;
    return events;
  }
  events.header_start = true;
  header_ = in.header;
  thresholds_there_ = now + 2 + layer.threshold_entries;
  record_start_ = read_;
  state_ = State::kOutput;
  return events;
}

void Sequencer::read_output() {
  out_offset_ = image_.word(header_);
  const std::uint32_t shape = image_.word(header_ + 4);
  channels_ = static_cast<int>(shape & 0xffff);
  units_ = static_cast<int>(shape >> 16 & 0xff);
  if (channels_ == 0 || units_ == 0) {
    throw PredictionError(fmt::format("a record without outputs at address {}", header_));
  }
}

SequencerEvents Sequencer::start_tile(const LayerRegisters& layer, std::uint64_t now,
                                      const SequencerInputs& in) {
  SequencerEvents events;
  if (in.bank_busy[bank_]) {
    ++counters_.stall_post;
    return events;
  }
  if (now < tile_may_start_) {
    ++counters_.stall_short;
    return events;
  }
  set_up_tile(layer);
  gated_ = layer.gated;
  circulant_ = layer.circulant;
  start_pass(layer.base_groups, layer.group_steps);
  restart_positions();
  state_ = State::kBase;
  events.tile_start = true;
  return events;
}

void Sequencer::set_up_tile(const LayerRegisters& layer) {
  const bool bottom = run_.rows - row_ <= layer.tile_rows;
  last_column_tile_ = run_.columns - column_ <= layer.tile_columns;
  last_tile_ = bottom && last_column_tile_;
  last_use_ = !layer.keep || last_tile_;
  tile_.bank = bank_;
  tile_.rows = bottom ? run_.rows - row_ : layer.tile_rows;
  tile_.columns = last_column_tile_ ? run_.columns - column_ : layer.tile_columns;
  tile_.first_row = run_.first_row + row_;
  tile_.first_column = run_.first_column + column_;
  tile_.record = record_;
  tile_.out = (tile_out_ + out_offset_) & design_.address_mask;
  tile_.record_out = out_offset_ & design_.address_mask;
  tile_.units = units_;
  tile_.channels = channels_;
  tile_.record_end = last_use_;
  tile_.run_end = last_tile_ && records_left_ == 1;
  positions_ = tile_.rows * tile_.columns;
}

void Sequencer::leave_tile(const LayerRegisters& layer, std::uint64_t now,
                           SequencerEvents& events) {
  if (last_use_) {
    const std::uint64_t granules = design_.word_granules;
    read_ = (read_ + granules - 1) & ~(granules - 1);
    released_ = read_;
  } else {
    read_ = record_start_;
  }
  bank_ ^= 1;
  tile_may_start_ = now + layer.tile_gap;
  events.tile_end = true;
  events.run_pop = last_tile_ && records_left_ == 1;
  next_tile(layer);
  if (events.run_pop) {
    state_ = State::kIdle;
  } else {
    state_ = last_use_ ? State::kHeader : State::kTile;
  }
}

void Sequencer::next_tile(const LayerRegisters& layer) {
  if (last_tile_) {
    --records_left_;
    ++record_;
    restart_tiles();
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
// Passes and steps

void Sequencer::start_pass(int groups, int group_steps) {
  groups_left_ = static_cast<std::uint16_t>(groups);
  steps_left_ = group_steps_ = static_cast<std::uint16_t>(group_steps);
}

void Sequencer::restart_positions() {
  cycle_ = 0;
  positions_left_ = positions_;
  index_ = 0;
  since_ = 0;
}

void Sequencer::next_step() {
  if (--steps_left_ != 0) return;
  steps_left_ = group_steps_;
  --groups_left_;
}

SequencerEvents Sequencer::base(const LayerRegisters& layer, std::uint64_t now,
                                const SequencerInputs& in) {
  SequencerEvents events;
  if (step_waits(now, in)) {
    ++counters_.stall_weights;
    return events;
  }
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
  next_step();
  if (!pass_end) return events;
  if (layer.gated) {
    start_block(layer, 0);
    state_ = State::kCondition;
  } else {
    leave_tile(layer, now, events);
  }
  return events;
}

void Sequencer::start_block(const LayerRegisters& layer, int block) {
  block_ = block;
  start_pass(layer.conditional_walks, layer.conditional_steps);
}

SequencerEvents Sequencer::condition(const LayerRegisters& layer, std::uint64_t now,
                                     const SequencerInputs& in) {
  SequencerEvents events;
  if (step_waits(now, in)) {
    ++counters_.stall_weights;
    return events;
  }
  const int open = in.open[block_];
  const bool issue = index_ != open;
  if (issue) ++index_;
  const bool none_open = in.decided && open == 0;
  const bool taken = in.decided && index_ == open;
  // With fewer than three positions the next step must not follow the last one too closely
  const bool spaced = none_open || open > 2 || (!issue && since_ + open > 2);
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
  next_step();
  if (pass_end) {
    end_block(layer, now, in, events);
  } else if (none_open && leaves_early(in)) {
    leave_tile(layer, now, events);
  } else if (none_open) {
    state_ = State::kSkip;
  }
  return events;
}

SequencerEvents Sequencer::skip(const LayerRegisters& layer, std::uint64_t now,
                                const SequencerInputs& in) {
  SequencerEvents events;
  if (!has_weights(in)) {
    ++counters_.stall_weights;
    return events;
  }
  read_ += step_granules();
  if (last_use_) released_ = read_;
  const bool pass_end = pass_ends();
  next_step();
  if (pass_end) end_block(layer, now, in, events);
  return events;
}

void Sequencer::end_block(const LayerRegisters& layer, std::uint64_t now, const SequencerInputs& in,
                          SequencerEvents& events) {
  if (block_ + 1 == layer.record_blocks || leaves_early(in)) {
    return leave_tile(layer, now, events);
  }
  start_block(layer, block_ + 1);
  state_ = in.open[block_] != 0 ? State::kCondition : State::kSkip;
}

// Nobody needs the rest of the record for this tile, and further tiles start from its beginning
bool Sequencer::leaves_early(const SequencerInputs& in) const {
  return !last_use_ && in.last_open_block <= block_;
}

}  // namespace sluice::cycles
