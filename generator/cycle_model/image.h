// SPDX-License-Identifier: Apache-2.0
// Read access to the memory image of a program.
#pragma once

#include <cstdint>
#include <string>

#include "generator/compiler/memory_image.h"
#include "generator/cycle_model/cycle_model.h"

namespace sluice::cycles {

/// The image, little endian, with checked addresses.
class Image {
 public:
  explicit Image(const compiler::MemoryImage& bytes) : bytes_(bytes) {}

  /// The 32-bit word at byte address `address`. Throws PredictionError beyond the end.
  std::uint32_t word(std::uint64_t address) const {
    if (address + 4 > bytes_.size() || address + 4 < address) outside(address);
    std::uint32_t value = 0;
    for (int b = 3; b >= 0; --b) value = value << 8 | bytes_[address + b];
    return value;
  }

 private:
  [[noreturn]] static void outside(std::uint64_t address) {
    throw PredictionError("commands or weights beyond the memory image, at address " +
                          std::to_string(address));
  }

  const compiler::MemoryImage& bytes_;
};

}  // namespace sluice::cycles
