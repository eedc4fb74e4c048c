// SPDX-License-Identifier: Apache-2.0
// Several arrays in one file, in numpy's format NPZ: what numpy.savez() writes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "verif/data/npy.h"

namespace sluice::data {

using NamedArrays = std::vector<std::pair<std::string, NpyArray>>;

/// Throws UserError if `path` cannot be written, or holds something else than a file of
/// write_npz() that begins with an array `first`: nobody's file is replaced by mistake. For users,
/// who should hear of it before the work is done.
void check_npz_target(const std::string& path, const std::string& first);

/// Writes the arrays as write_output() does, so that there is never half a file. The same arrays
/// give the same bytes. Throws UserError; then the path is as it was.
void write_npz(const std::string& path, const NamedArrays& arrays);

}  // namespace sluice::data
