// SPDX-License-Identifier: Apache-2.0
// The header of an NPY file: a dictionary in Python's notation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::data {

struct NpyHeader {
  std::string type;  ///< numpy's, with the byte order in front: "<f4"
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

/// Throws UserError with a message that goes behind the file's name.
NpyHeader parse_npy_header(std::string_view text);

}  // namespace sluice::data
