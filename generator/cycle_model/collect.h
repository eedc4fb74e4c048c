// SPDX-License-Identifier: Apache-2.0
// Collect: merges the outputs of one lane into memory words and queues them.
#pragma once

#include <cstdint>

#include "generator/cycle_model/timing_parameters.h"

namespace sluice::cycles {

/// The bytes that post-processing makes in one cycle.
struct Chunk {
  bool valid = false;
  bool tile_last = false, run_last = false;
  std::uint8_t bytes = 0;     ///< may be none: no valid channel, or half a byte
  std::uint8_t span = 0;      ///< bytes that its values lie in, complete or not
  std::uint64_t address = 0;  ///< of the first
  std::uint64_t addend = 0;   ///< of what is added to it, before the distance
};

class Collect {
 public:
  explicit Collect(const TimingParameters& design)
      : word_bytes_(design.word_bytes),
        word_shift_(design.word_shift),
        atom_shift_(design.atom_shift) {}

  /// Words wait in the queue.
  bool has_words() const { return queued_ != 0; }
  /// Nothing is under way.
  bool quiet() const {
    return !chunk_.valid && !word_valid_ && !run_end_ && !flush_ && queued_ == 0;
  }

  /// A chunk would be taken in the next cycle, whatever is in the queue.
  bool idle() const { return !chunk_.valid; }
  /// Without a further chunk, nothing changes until a word is taken from the queue.
  bool waits() const;

  /// Atoms of all words so far in which a byte is written.
  std::uint64_t atoms() const { return atoms_; }

  /// Start of a cycle, from registers only: can post-processing advance?
  bool prepare();
  /// End of a cycle: `in` comes from post-processing if it advances; `pop`: a word was taken from
  /// the queue. Returns true if all words of a RUN have been taken.
  bool step(const Chunk& in, bool pop);

 private:
  static constexpr int kQueue = 2;

  void look_at_chunk();
  std::uint64_t part_atoms() const;

  int word_bytes_, word_shift_, atom_shift_;

  // Chunk register
  Chunk chunk_;
  bool second_ = false;  // its bytes in the second word are next

  // Word being filled
  bool word_valid_ = false, flush_ = false, run_end_ = false;
  std::uint64_t word_ = 0, word_atoms_ = 0;  // its address; atoms that are written, a bit each
  std::uint64_t atoms_ = 0;
  int queued_ = 0;

  // Signals of the cycle
  bool two_words_ = false, part_taken_ = false, chunk_taken_ = false, same_word_ = false;
  std::uint64_t part_word_ = 0;
};

}  // namespace sluice::cycles
