// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/drain.h"

#include <algorithm>

namespace sluice::cycles {
bool Drain::step(const LayerRegisters& layer, std::uint64_t now, bool advance) {
  bool retired = false;
  const bool scan = scan_;
  if (advance && (scan_ || in_flight_ != 0)) retired = advance_stages(layer);
  if (!scan && ready_[bank_]) begin_scan();
  if (!ends_.empty() && ends_.front() <= now) {
    ends_.pop();
    ready_[end_bank_] = true;
    end_bank_ ^= 1;
  }
  return retired;
}

std::uint64_t Drain::next_event(const LayerRegisters& layer, std::uint64_t now) const {
  std::uint64_t next = kNever;
  if (in_flight_ != 0) {
    const unsigned used_soon = header_used_ | header_used_ >> 1;
    if (frees_bank() || (record_ends_ & used_soon) != 0) return now + 1;
    next = now + cycles_to(stages_, in_flight_);
    const unsigned unsummed = in_flight_ & ((1u << value_stages_) - 1);
    if (layer.add && unsummed != 0) next = std::min(next, now + cycles_to(value_stages_, unsummed));
  }
  // The first chunk goes into the stages in cycle `first`; the bank is free after the last one
  std::uint64_t first = now + 1;
  int chunks = 0;
  if (scan_) {
    chunks = chunks_left_;
  } else if (ready_[bank_]) {
    first = now + 2;
    chunks = chunks_of(design_, tiles_[bank_]);
  } else if (!ends_.empty()) {
    first = std::max(ends_.front(), now + 1) + 2;
    chunks = chunks_of(design_, tiles_[end_bank_]);
  } else {
    return next;
  }
  return std::min(next, first + std::min(chunks, layer.add ? value_stages_ : stages_));
}

void Drain::advance(const LayerRegisters& layer, std::uint64_t begin, std::uint64_t end,
                    bool advance) {
  for (std::uint64_t now = begin; now < end; ++now) {
    if (waits_for_end()) {
      if (ends_.empty() || ends_.front() >= end) return;
      now = std::max(now, ends_.front());
    }
    step(layer, now, advance);
  }
}

bool Drain::advance_stages(const LayerRegisters& layer) {
  if (frees_bank()) {
    busy_[next_free_bank_] = false;
    next_free_bank_ ^= 1;
  }
  const bool retired = (record_ends_ & header_used_) != 0;
  if (design_.additions && in_stage(stages_)) summed_.pop();
  if (in_stage(value_stages_)) {
    if (design_.additions) summed_.push(requantised(layer));
    next_out(layer);
  }
  const bool last = scan_ && --chunks_left_ == 0;
  in_flight_ = (in_flight_ << 1 | unsigned{scan_}) & ((1u << stages_) - 1);
  tile_ends_ = tile_ends_ << 1 | unsigned{last};
  record_ends_ = record_ends_ << 1 | unsigned{last && tiles_[bank_].record_end};
  if (last) {
    scan_ = false;
    bank_ ^= 1;
  }
  return retired;
}

void Drain::begin_scan() {
  ready_[bank_] = false;
  scan_ = true;
  chunks_left_ = chunks_of(design_, tiles_[bank_]);
  leaving_.push(tiles_[bank_]);
}

Chunk Drain::out(const LayerRegisters& layer) const {
  if (!design_.additions) return requantised(layer);
  return in_stage(stages_) ? summed_.front() : Chunk{};
}

Chunk Drain::requantised(const LayerRegisters& layer) const {
  Chunk chunk;
  chunk.valid = in_stage(value_stages_);
  if (!chunk.valid) return chunk;
  const Tile& tile = leaving_.front();
  chunk.tile_last = position_ends() && out_.is_last(tile);
  chunk.run_last = chunk.tile_last && tile.run_end;
  chunk.bytes = static_cast<std::uint8_t>(bytes(layer.out_width));
  chunk.span = static_cast<std::uint8_t>(span(layer.out_width));
  const int byte = column_ >> shift_of(layer.out_width);
  chunk.address = (tile.out + out_.offset() + byte) & design_.address_mask;
  chunk.addend = layer.vector ? (out_.vector_offset(layer, tile) + byte) & design_.address_mask
                              : chunk.address;
  return chunk;
}

void Drain::next_out(const LayerRegisters& layer) {
  const Tile& tile = leaving_.front();
  if (!position_ends()) {
    column_ += design_.post;
    return;
  }
  column_ = 0;
  if (out_.next(layer, tile)) leaving_.pop();
}

// Bytes that the columns in turn complete; a byte counts if its first value is valid.
int Drain::bytes(int width) const {
  const int shift = shift_of(width);
  const int values = 1 << shift;  // of a byte
  const int first = column_ & ~(values - 1);
  if (design_.post < values && (column_ & (values - 1)) != values - design_.post) return 0;
  const int most = std::max(1, design_.post >> shift);
  const int valid = (leaving_.front().channels - first + values - 1) >> shift;
  return std::clamp(valid, 0, most);
}

// Bytes that the valid columns in turn lie in
int Drain::span(int width) const {
  const int valid = std::min(design_.post, leaving_.front().channels - column_);
  return ((valid - 1) >> shift_of(width)) + 1;
}

}  // namespace sluice::cycles
