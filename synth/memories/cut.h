// SPDX-License-Identifier: Apache-2.0
// One memory of a design as macros beside and above each other.
#pragma once

#include <optional>

#include "synth/memories/lookup.h"

namespace sluice::synth {

struct MemoryCut {
  MemoryShape macro;
  int columns = 0;    ///< macros beside each other, which make up a word
  int rows = 0;       ///< macros above each other, of which an access selects one
  FoundMemory found;  ///< of one macro
  int used = 0;  ///< bits of the memory's word in each macro; fewer than it has only if granules
                 ///< have write enables of their own

  int macros() const { return columns * rows; }
  /// Of all macros: area and leakage of each, the energies of one row, the access time of one.
  /// Multiplexers and decoders between macros are logic, and not in it.
  MemoryFigures total() const;
};

/// The cut with the smallest total area; of equal ones that with the fewest macros, then rows.
///
/// All macros of a cut are alike. Tried are all lines of the table and, where sizes between them
/// can be had, those that share out the words and the bits among 1 to 16 rows and columns or a
/// power of two. A memory with one port may use macros of two. A column within one granule needs no
/// masks; if the macros' masks are wider than the granule, each granule takes masks of its own and
/// leaves bits unused.
///
/// Throws UserError, which names the table, if no macro serves.
MemoryCut cut_memory(const MemoryTable& table, const MemoryShape& memory);

/// The same; nothing if no macro serves.
std::optional<MemoryCut> try_cut_memory(const MemoryTable& table, const MemoryShape& memory);

}  // namespace sluice::synth
