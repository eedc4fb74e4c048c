// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/collect.h"

#include <algorithm>
#include <bit>

namespace sluice::cycles {

bool Collect::prepare() {
  if (!chunk_.valid) {
    part_taken_ = chunk_taken_ = false;
    return true;
  }
  look_at_chunk();
  part_taken_ = !flush_ && !run_end_ &&
                (chunk_.bytes == 0 || !word_valid_ || same_word_ || queued_ != kQueue);
  chunk_taken_ = part_taken_ && (second_ || !two_words_);
  return chunk_taken_;
}

void Collect::look_at_chunk() {
  const int offset = static_cast<int>(chunk_.address & (word_bytes_ - 1));
  two_words_ = offset + chunk_.bytes > word_bytes_;
  part_word_ = (chunk_.address >> word_shift_) + (second_ ? 1 : 0);
  same_word_ = part_word_ == word_;
}

// Atoms that the chunk's part writes, a bit each
std::uint64_t Collect::part_atoms() const {
  const int offset = static_cast<int>(chunk_.address & (word_bytes_ - 1));
  const int end = offset + chunk_.bytes;
  const int first = second_ ? 0 : offset >> atom_shift_;
  const int last = ((second_ ? end - word_bytes_ : std::min(end, word_bytes_)) - 1) >> atom_shift_;
  return ~std::uint64_t{0} >> (63 - last) & ~std::uint64_t{0} << first;
}

bool Collect::waits() const {
  const bool room = queued_ != kQueue;
  if (flush_ && (room || !word_valid_)) return false;
  if (run_end_ && !flush_ && queued_ == 0) return false;
  if (!chunk_.valid || flush_ || run_end_) return true;
  const std::uint64_t part = (chunk_.address >> word_shift_) + (second_ ? 1 : 0);
  return chunk_.bytes != 0 && word_valid_ && part != word_ && !room;
}

bool Collect::step(const Chunk& in, bool pop) {
  const bool room = queued_ != kQueue;
  const bool filled = part_taken_ && chunk_.bytes != 0;
  const bool push = word_valid_ && room && (flush_ || (filled && !same_word_));
  const bool run_done = run_end_ && !flush_ && queued_ == 0;
  if (chunk_taken_ && chunk_.tile_last) {
    flush_ = true;
  } else if (room || !word_valid_) {
    flush_ = false;
  }
  if (chunk_taken_ && chunk_.run_last) {
    run_end_ = true;
  } else if (run_done) {
    run_end_ = false;
  }
  if (push) atoms_ += static_cast<std::uint64_t>(std::popcount(word_atoms_));
  if (filled) {
    word_atoms_ = part_atoms() | (word_valid_ && same_word_ ? word_atoms_ : 0);
  }
  if (part_taken_) second_ = two_words_ && !second_;
  if (filled) {
    word_valid_ = true;
    word_ = part_word_;
  } else if (push) {
    word_valid_ = false;
  }
  queued_ += (push ? 1 : 0) - (pop ? 1 : 0);
  if (chunk_taken_ || !chunk_.valid) chunk_ = in;
  return run_done;
}

}  // namespace sluice::cycles
