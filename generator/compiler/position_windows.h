// SPDX-License-Identifier: Apache-2.0
// Windows that are output positions: the parts of a record compute the same blocks at several
// places of the map. Window w computes the outputs `apart` rows or columns behind those of window
// w - 1, and a RUN goes over the positions of window 0.
//
//     strips       step 1: each window has rows (or columns) of its own, one after the other; they
//                  may overlap, and what is computed twice is written twice, with the same value
//     interleaved  apart 1: neighbours belong to different windows
#pragma once

#include <cstdint>
#include <vector>

#include "generator/compiler/mapping.h"

namespace sluice::compiler {

/// Positions of a RUN along one axis that cover `positions` output rows or columns, all of them and
/// none beyond; 0: none does.
int run_positions(const PositionWindows& windows, int positions);

/// Ways to cover `positions` rows or columns with `windows` windows, shortest RUNs first: strips,
/// or interleaved.
std::vector<PositionWindows> strips(int positions, int windows, bool rows);
std::vector<PositionWindows> interleaved(int positions, int windows, bool rows);

/// Whether all bands of `rows` output rows are covered.
bool covers_bands(const Mapping& mapping, int rows);

/// Atoms of the input from the positions of a window to those of the next.
std::int64_t position_atoms(const Mapping& mapping, const PositionWindows& windows);

/// Atoms from a window of any kind, or from a tap that is joined, to the next; 0 if windows are
/// whole groups.
std::int64_t window_atoms(const Mapping& mapping);

}  // namespace sluice::compiler
