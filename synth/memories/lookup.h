// SPDX-License-Identifier: Apache-2.0
// What a macro of a given shape costs by a table: the figures of its line, or a fit between lines.
#pragma once

#include <optional>
#include <vector>

#include "synth/memories/table.h"

namespace sluice::synth {

/// The figures of one macro and where they are from.
struct FoundMemory {
  MemoryFigures figures;
  bool from_line = false;  ///< of one line, as it stands; or else of the fit
  std::vector<int> lines;  ///< numbers of the line, or of the two or four around it, ascending
};

/// The macro of this shape. A line serves a shape with the same ports if its granule divides the
/// shape's, or the shape is written in whole words.
///
/// Between lines, if the table allows it, each figure is interpolated between the lines of the next
/// smaller and larger words and bits, linearly in the logarithms of words, bits and figure. Where a
/// larger memory of the table has a smaller figure, the fit takes the largest up to there, so that
/// it never falls with words or bits. A figure that one of these lines lacks is not known.
///
/// Throws UserError, which says what the table holds, if the shape is outside of its reach.
FoundMemory find_memory(const MemoryTable& table, const MemoryShape& shape);

/// The same; nothing outside of the reach.
std::optional<FoundMemory> try_find_memory(const MemoryTable& table, const MemoryShape& shape);

}  // namespace sluice::synth
