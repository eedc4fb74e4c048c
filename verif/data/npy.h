// SPDX-License-Identifier: Apache-2.0
// Arrays in numpy's format NPY: what numpy.save() writes and numpy.load() reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "verif/data/images.h"

namespace sluice::data {

/// An array of numbers; `bytes` are little-endian, the last dimension varies fastest.
struct NpyArray {
  char kind = 'u';     ///< 'u' and 'i': integers without and with sign, 'f': floating point
  int item_bytes = 1;  ///< 1, 2, 4 or 8; of 'f' 4 or 8
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes;

  std::size_t size() const { return bytes.size() / item_bytes; }
  /// numpy's name of the type, "float32".
  std::string type_name() const;
  double real(std::size_t i) const;           ///< of 'f'
  std::int64_t integer(std::size_t i) const;  ///< of 'u' and 'i'; above 2^63 - 1: that
};

/// Whether a file begins like NPY; false if it cannot be read.
bool is_npy(const std::string& path);

/// Reads a file of the versions 1 to 3, in both byte orders and both orders of dimensions. Its
/// length is compared with what the header says before memory is taken; at most 4 GiB are read.
/// Throws UserError.
NpyArray read_npy(const std::string& path);

/// The file of an array.
std::string npy_file(const NpyArray& array);

}  // namespace sluice::data
