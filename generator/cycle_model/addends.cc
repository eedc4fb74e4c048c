// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/addends.h"

namespace sluice::cycles {

bool Addends::ready(const Chunk& chunk) const {
  if (!chunk.valid) return true;
  const Need need = this->need(chunk);
  return need.current ? !need.two || head_valid_ : !need.two && head_valid_;
}

bool Addends::waits(const LayerRegisters& layer, const Chunk& chunk, bool collects) const {
  const bool pop = pops(chunk, collects);
  if (pop || fetches(pop)) return false;
  if (!active_) return !takes_tile();
  return !move(layer).steps() && (closed_ || length_ == 0);
}

void Addends::step(const LayerRegisters& layer, const Chunk& chunk, const AddendInputs& in) {
  const bool pop = pops(chunk, in.collects);
  const bool fetch = fetches(pop);
  const bool taken = chunk.valid && in.collects && ready(chunk);
  step_walk(layer, in.granted);
  if (pop) {
    const Need need = this->need(chunk);
    current_word_ = need.current ? need.last : need.first;
    current_valid_ = true;
    --held_;
  }
  if (taken && chunk.tile_last) current_valid_ = false;
  head_valid_ = fetch || (head_valid_ && !pop);
  stored_ += (in.word ? 1 : 0) - (fetch ? 1 : 0);
}

// ------------------------------------------------------------------------------------------------
// Walk

std::uint64_t Addends::first_byte(const LayerRegisters& layer) const {
  const std::uint64_t first =
      layer.vector ? walk_.vector_offset(layer, tile_) : tile_.out + walk_.offset();
  return first & design_.address_mask;
}

Addends::Move Addends::move(const LayerRegisters& layer) const {
  Move move;
  if (!active_) return move;
  move.word = (first_byte(layer) >> design_.word_shift) + word_of_position_;
  move.known = last_valid_ && move.word == last_word_;
  move.asked = !move.known && !closed_ && held_ < design_.addend_depth &&
               (length_ == 0 || move.word == first_word_ + length_);
  return move;
}

void Addends::step_walk(const LayerRegisters& layer, bool granted) {
  const bool take = takes_tile(), idle = !active_;
  const Move move = this->move(layer);
  if (move.asked) {
    if (length_++ == 0) first_word_ = move.word;
    last_word_ = move.word;
    last_valid_ = true;
    ++held_;
    ++counters_.accesses.writes_of(MemoryKind::kAddend);
    ++counters_.accesses.reads_of(MemoryKind::kAddend);
  }
  const bool ends = move.steps() && next_word(layer);
  if (ends) active_ = false;
  if (length_ != 0 && (length_ == design_.burst || ends || (!idle && !move.steps()))) {
    closed_ = true;
  }
  if (granted) {
    closed_ = false;
    length_ = 0;
  }
  if (take) {
    tile_ = tiles_.front();
    tiles_.pop();
    active_ = true;
    last_valid_ = false;
  }
}

// Returns whether the tile ends.
bool Addends::next_word(const LayerRegisters& layer) {
  const std::uint64_t first = first_byte(layer);
  const std::uint64_t bytes = ((tile_.channels - 1) >> shift_of(layer.out_width)) + 1;
  const std::uint64_t words =
      ((first + bytes - 1) >> design_.word_shift) - (first >> design_.word_shift) + 1;
  if (static_cast<std::uint64_t>(++word_of_position_) != words) return false;
  word_of_position_ = 0;
  return walk_.next(layer, tile_);
}

// ------------------------------------------------------------------------------------------------
// Chunks

Addends::Need Addends::need(const Chunk& chunk) const {
  Need need;
  need.first = chunk.addend >> design_.word_shift;
  need.last = (chunk.addend + chunk.span - 1) >> design_.word_shift;
  need.current = current_valid_ && current_word_ == need.first;
  need.two = need.first != need.last;
  return need;
}

// Of two new words, the first moves on at once
bool Addends::pops(const Chunk& chunk, bool collects) const {
  if (!chunk.valid || !head_valid_) return false;
  const Need need = this->need(chunk);
  return need.current ? need.two && collects : need.two || collects;
}

}  // namespace sluice::cycles
