#include "cycle_model/drain.h"

#include <algorithm>

namespace sluice::cycles {

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
  chunk.address = (out_ + column_ * layer.out_width / 8) & design_.address_mask;
  return chunk;
}

// Bytes that the columns in turn complete; a byte counts if its first value is valid.
int Drain::bytes(int width) const {
  const int values = 8 / width;  // of a byte
  const int first = column_ & ~(values - 1);
  if (design_.post < values && (column_ & (values - 1)) != values - design_.post) return 0;
  const int most = std::max(1, design_.post / values);
  const int valid = (tile_.channels - first + values - 1) / values;
  return std::clamp(valid, 0, most);
}

}  // namespace sluice::cycles
