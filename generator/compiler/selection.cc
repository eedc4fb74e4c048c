// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/selection.h"

#include <algorithm>

#include "generator/compiler/math.h"

namespace sluice::compiler {

int first_atom(const Mapping& m, const Block& block) {
  return block.first_channel % m.in.channels_per_group * m.mode / (8 * m.in.atom);
}

int skipped_channels(const Mapping& m, const Folding& folding, const Block& first,
                     const Block& block, int j) {
  const int window = first_atom(m, first) + folding.slice_of(j) * folding.slice_atoms;
  return block.first_channel % m.in.channels_per_group - window * 8 * m.in.atom / m.mode;
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
      most = std::max(most, selected_atoms(m, m.folding, record.front(), record[j], j));
    }
  }
  return most;
}

}  // namespace sluice::compiler
