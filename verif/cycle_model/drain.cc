#include "cycle_model/drain.h"

#include <algorithm>

namespace sluice::cycles {
namespace {

// A byte holds 2^shift values of `width` bits: 8, 4 or 2. Faster than divisions, in every chunk.
int shift_of(int width) { return width == 8 ? 0 : width == 4 ? 1 : 2; }

}  // namespace

bool Drain::step(const LayerRegisters& layer, std::uint64_t now, bool advance) {
  bool retired = false;
  if (advance && (scan_ || in_flight_ != 0)) retired = advance_stages(layer);
  if (!scan_) {
    if (ready_[bank_]) begin_scan();
  } else if (advance) {
    next_columns(layer);
  }
  if (!ends_.empty() && ends_.front() <= now) {
    ends_.pop();
    ready_[end_bank_] = true;
    end_bank_ ^= 1;
  }
  return retired;
}

std::uint64_t Drain::next_event(std::uint64_t now) const {
  std::uint64_t next = kNever;
  if (in_flight_ != 0) {
    const Chunk& second = stages_[behind(2)];
    if (frees_bank() || (second.valid && second.record_last)) return now + 1;
    int stage = oldest_;
    for (next = now + 1; !stages_[stage].valid; ++next)
      stage = stage + 1 == kStages ? 0 : stage + 1;
  }
  // The first chunk goes into the stages in cycle `first`; the bank is free after the last one
  std::uint64_t first = now + 1;
  int chunks = 0;
  if (scan_) {
    chunks = chunks_left();
  } else if (ready_[bank_]) {
    first = now + 2;
    chunks = chunks_of(tiles_[bank_]);
  } else if (!ends_.empty()) {
    first = std::max(ends_.front(), now + 1) + 2;
    chunks = chunks_of(tiles_[end_bank_]);
  } else {
    return next;
  }
  return std::min(next, first + std::min(chunks, kStages));
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
  const Chunk& first = stages_[behind(1)];
  const Chunk& second = stages_[behind(2)];
  if (first.valid && first.tile_last) busy_[first.bank] = false;
  const bool retired = second.valid && second.record_last;
  if (stages_[oldest_].valid) --in_flight_;
  stages_[oldest_] = scan_ ? chunk(layer) : Chunk{};
  if (scan_) ++in_flight_;
  oldest_ = oldest_ + 1 == kStages ? 0 : oldest_ + 1;
  return retired;
}

void Drain::begin_scan() {
  ready_[bank_] = false;
  scan_ = true;
  tile_ = tiles_[bank_];
  y_ = x_ = column_ = 0;
  line_out_ = out_ = tile_.out;
}

void Drain::next_columns(const LayerRegisters& layer) {
  column_ += design_.post;
  if (column_ != design_.columns) return;
  column_ = 0;
  out_ += layer.out_column_step;
  if (++x_ != tile_.columns) return;
  x_ = 0;
  line_out_ += layer.out_row_step;
  out_ = line_out_;
  if (++y_ != tile_.rows) return;
  scan_ = false;
  bank_ ^= 1;
}

Chunk Drain::chunk(const LayerRegisters& layer) const {
  const bool last =
      column_ == design_.columns - design_.post && x_ == tile_.columns - 1 && y_ == tile_.rows - 1;
  Chunk chunk;
  chunk.valid = true;
  chunk.tile_last = last;
  chunk.record_last = last && tile_.record_end;
  chunk.run_last = last && tile_.run_end;
  chunk.bank = static_cast<std::uint8_t>(bank_);
  chunk.bytes = static_cast<std::uint8_t>(bytes(layer.out_width));
  chunk.address = (out_ + (column_ >> shift_of(layer.out_width))) & design_.address_mask;
  return chunk;
}

// Bytes that the columns in turn complete; a byte counts if its first value is valid.
int Drain::bytes(int width) const {
  const int shift = shift_of(width);
  const int values = 1 << shift;  // of a byte
  const int first = column_ & ~(values - 1);
  if (design_.post < values && (column_ & (values - 1)) != values - design_.post) return 0;
  const int most = std::max(1, design_.post >> shift);
  const int valid = (tile_.channels - first + values - 1) >> shift;
  return std::clamp(valid, 0, most);
}

}  // namespace sluice::cycles
