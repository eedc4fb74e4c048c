// SPDX-License-Identifier: Apache-2.0
// Accesses of a design's memories, counted as energy has it: each instance of <name>_ram whose read
// enable is set in a cycle makes one read, each with a write enable set one write, of whatever
// granules.
#pragma once

#include <array>
#include <cstdint>

#include "generator/plan/memories.h"

namespace sluice::cycles {

struct Accesses {
  std::array<std::uint64_t, kMemoryKinds> reads{}, writes{};  ///< by MemoryKind

  std::uint64_t& reads_of(MemoryKind kind) { return reads[static_cast<std::size_t>(kind)]; }
  std::uint64_t& writes_of(MemoryKind kind) { return writes[static_cast<std::size_t>(kind)]; }
  bool operator==(const Accesses&) const = default;
};

}  // namespace sluice::cycles
