// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/selection.h"

#include <algorithm>

#include "generator/compiler/math.h"

namespace sluice::compiler {

int first_atom(const Mapping& m, const Block& block) {
  return m.in.channel_of(block.first_channel) * m.mode / (8 * m.in.atom);
}

int skipped_atoms(const Mapping& m, const Folding& folding, int j) {
  if (!folding.joins()) return folding.slice_of(j) * folding.slice_atoms;
  const int place = j % (folding.fold / folding.positions.windows);  // among those of a position
  return place * folding.block_bytes / m.in.atom;
}

int skipped_channels(const Mapping& m, const Folding& folding, const Block& first,
                     const Block& block, int j) {
  const int window = first_atom(m, first) + skipped_atoms(m, folding, j);
  return m.in.channel_of(block.first_channel) - window * 8 * m.in.atom / m.mode;
}

int selected_atoms(const Mapping& m, const Folding& folding, const Block& first, const Block& block,
                   int j) {
  const int channels = skipped_channels(m, folding, first, block, j) + block.channels;
  return ceil_div(channels * m.mode, 8 * m.in.atom);
}

int most_selected_atoms(const Mapping& m) {
  int most = 0;
  for (int r = 0; r < m.records(); ++r) {
    const std::span<const Block> record = m.record(r);
    for (int j = 0; j < m.folding.record_blocks; ++j) {
      if (record[j].channels == 0) continue;
      const int before = m.folding.joins() ? j * m.folding.block_bytes / m.in.atom : 0;
      most = std::max(most, before + selected_atoms(m, m.folding, record.front(), record[j], j));
    }
  }
  return most;
}

}  // namespace sluice::compiler
