// SPDX-License-Identifier: Apache-2.0
// What a design does in a run, counted as energy has it: accesses of its memories, and arithmetic.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "generator/plan/memories.h"

namespace sluice::cycles {

/// Accesses of memories: each instance of <name>_ram whose read enable is set in a cycle makes one
/// read, each with a write enable set one write, of whatever granules. MemoryKind::kReorder stays
/// at zero: it belongs to the bus, which the cycle model does not know.
struct Accesses {
  std::array<std::uint64_t, kMemoryKinds> reads{}, writes{};  ///< by MemoryKind

  std::uint64_t& reads_of(MemoryKind kind) { return reads[static_cast<std::size_t>(kind)]; }
  std::uint64_t& writes_of(MemoryKind kind) { return writes[static_cast<std::size_t>(kind)]; }
  std::uint64_t reads_of(MemoryKind kind) const { return reads[static_cast<std::size_t>(kind)]; }
  std::uint64_t writes_of(MemoryKind kind) const { return writes[static_cast<std::size_t>(kind)]; }

  Accesses& operator+=(const Accesses& other) {
    for (std::size_t k = 0; k < reads.size(); ++k) {
      reads[k] += other.reads[k];
      writes[k] += other.writes[k];
    }
    return *this;
  }
  Accesses& operator-=(const Accesses& other) {
    for (std::size_t k = 0; k < reads.size(); ++k) {
      reads[k] -= other.reads[k];
      writes[k] -= other.writes[k];
    }
    return *this;
  }
  bool operator==(const Accesses&) const = default;
};

/// Arithmetic, of all lanes, padding and unused columns included: what the hardware computes, not
/// what the network needs of it.
struct Work {
  std::array<std::uint64_t, 3> products{};  ///< of 8, 4 and 2 bits
  std::uint64_t accumulations = 0;          ///< sums written to an accumulator
  std::uint64_t gate_decisions = 0;         ///< sums compared with a threshold
  std::uint64_t requantisations = 0;        ///< sums through post-processing
  std::uint64_t additions = 0;              ///< of them, outputs that another map is added to

  /// Of `bits` bits: 8, 4 or 2.
  std::uint64_t& products_of(int bits) { return products[bits == 8 ? 0 : bits == 4 ? 1 : 2]; }
  std::uint64_t products_of(int bits) const { return products[bits == 8 ? 0 : bits == 4 ? 1 : 2]; }

  Work& operator+=(const Work& other) {
    for (std::size_t k = 0; k < products.size(); ++k) products[k] += other.products[k];
    accumulations += other.accumulations;
    gate_decisions += other.gate_decisions;
    requantisations += other.requantisations;
    additions += other.additions;
    return *this;
  }
  Work& operator-=(const Work& other) {
    for (std::size_t k = 0; k < products.size(); ++k) products[k] -= other.products[k];
    accumulations -= other.accumulations;
    gate_decisions -= other.gate_decisions;
    requantisations -= other.requantisations;
    additions -= other.additions;
    return *this;
  }
  bool operator==(const Work&) const = default;
};

}  // namespace sluice::cycles
