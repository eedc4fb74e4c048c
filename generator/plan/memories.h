// SPDX-License-Identifier: Apache-2.0
// All memories of a design: every instance of its module <name>_ram. Each reads and writes in the
// same cycle, at different addresses: one read and one write port.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/plan/plan.h"

namespace sluice {

/// What a memory is for; the order of tables.
enum class MemoryKind {
  kActivation,     ///< banks of the lanes' activation buffers
  kWeight,         ///< the lanes' weight buffers
  kAccumulator,    ///< sums, two banks for each column of a lane
  kOpenPositions,  ///< open positions of a lane's tile
  kGateMask,       ///< gate decisions of a lane's two tiles
  kHeader,         ///< record headers, the sequencer's part
  kParameter,      ///< record headers, parameters of post-processing
  kAddend,         ///< words of maps that post-processing adds
  kTable,          ///< activation tables, one for each channel of post-processing
  kCommand,        ///< the two command slots
  kReadAddress,    ///< of reads in flight, to name one that failed
  kWriteAddress,   ///< of writes in flight, likewise
  kReorder,        ///< beats of the bus that arrive out of order
};
inline constexpr int kMemoryKinds = 13;

/// "activation buffer".
const char* text_of(MemoryKind kind);
/// "activation_buffer": for keys.
const char* key_of(MemoryKind kind);

/// Equal instances of one kind.
struct Memory {
  MemoryKind kind{};
  int words = 0;
  int bits = 0;     ///< of a word
  int granule = 0;  ///< bits of one write enable
  int count = 0;    ///< instances in the whole design

  std::int64_t total_bits() const { return std::int64_t{count} * words * bits; }
  /// It becomes an SRAM macro: of at least 64 words and 2048 bits. Smaller ones are flip-flops.
  bool is_macro() const { return words >= 64 && std::int64_t{words} * bits >= 2048; }
  bool operator==(const Memory&) const = default;
};

/// One entry for each kind that the design has, in the order of MemoryKind.
std::vector<Memory> memories_of(const Plan& plan);

}  // namespace sluice
