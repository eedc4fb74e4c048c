// SPDX-License-Identifier: Apache-2.0
// The few numbers of a design that decide its timing, and what it does in a cycle.
#pragma once

#include <cstdint>

#include "generator/plan/plan.h"

namespace sluice::cycles {

/// Sizes and delays, derived from a plan once.
struct TimingParameters {
  explicit TimingParameters(const Plan& plan);

  int lanes, columns, rows;
  int post, post_shift;        ///< sums post-processed in a cycle
  int min_step;                ///< cycles of the shortest step
  int slots;                   ///< atoms read a cycle: cycles to set up a layer
  int taps;                    ///< of a max pool that they have room for; 1: none are joined
  int word_bytes, word_shift;  ///< a memory word
  int atom_shift, word_atoms;  ///< an atom; atoms of a memory word
  std::uint64_t address_mask;
  int burst, outstanding;
  int command_words, command_bytes;
  int header_words, header_slots;
  int sequencer_words, parameter_words;  ///< the header's two parts
  int parameter_writes;                  ///< parameter memories that a word of it fills
  int column_granules, word_granules;
  int weight_words;  ///< memory words in a weight buffer
  int fold_bits;     ///< levels of the tree that sums the segments
  int addend_depth;  ///< memory words in an addend buffer
  bool gating, additions, tables, circulant, transforms, precision4, precision2;

  /// Cycles from a position's issue to its gate decision, or its last sum, behind so many levels of
  /// the tree.
  int datapath(int levels) const { return datapath_ + levels; }

 private:
  int datapath_;
};

}  // namespace sluice::cycles
