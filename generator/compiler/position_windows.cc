// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/position_windows.h"

namespace sluice::compiler {

int run_positions(const PositionWindows& w, int positions) {
  const int left = positions - 1 - (w.windows - 1) * w.apart;
  if (left < 0 || left % w.step != 0) return 0;
  const int count = left / w.step + 1;
  const bool gapless = w.step == 1 ? count >= w.apart : w.apart == 1 && w.step <= w.windows;
  return w.windows == 1 || gapless ? count : 0;
}

std::vector<PositionWindows> strips(int positions, int windows, bool rows) {
  std::vector<PositionWindows> result;
  for (int apart = positions / windows; apart > 0; --apart) {
    result.push_back({windows, rows, apart, 1});
  }
  return result;
}

std::vector<PositionWindows> interleaved(int positions, int windows, bool rows) {
  std::vector<PositionWindows> result;
  for (int step = windows; step > 1; --step) {
    const PositionWindows way{windows, rows, 1, step};
    if (run_positions(way, positions) > 0) result.push_back(way);
  }
  return result;
}

int Mapping::run_rows(int rows) const {
  return folding.positions.rows ? run_positions(folding.positions, rows) : rows;
}

int Mapping::run_columns(int columns) const {
  return folding.positions.rows ? columns : run_positions(folding.positions, columns);
}

bool covers_bands(const Mapping& m, int rows) {
  const PositionWindows& positions = m.folding.positions;
  if (positions.windows == 1 || !positions.rows) return true;
  const int last = m.out_rows - (m.out_rows - 1) / rows * rows;
  return run_positions(positions, rows) > 0 && run_positions(positions, last) > 0;
}

std::int64_t position_atoms(const Mapping& m, const PositionWindows& windows) {
  const int row = m.layer->stride_h * m.in.row_pitch;
  const int column = m.layer->stride_w * m.in.atoms_per_position;
  return std::int64_t{windows.apart} * (windows.rows ? row : column);
}

std::int64_t window_atoms(const Mapping& m) {
  const Folding& folding = m.folding;
  if (folding.joins()) return folding.taps.rows ? m.bands.row_pitch : m.slice.position_atoms;
  if (folding.slice_atoms > 0 || folding.positions.windows == 1) return folding.slice_atoms;
  return position_atoms(m, folding.positions);
}

}  // namespace sluice::compiler
