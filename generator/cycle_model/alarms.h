// SPDX-License-Identifier: Apache-2.0
// Alarms: the next cycles in which lanes have to be stepped.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace sluice::cycles {

/// A cycle that never comes.
inline constexpr std::uint64_t kNever = ~std::uint64_t{0};

/// A ring of the coming cycles with a bit for each lane. An alarm may come too early, and one that
/// is no longer needed may stay: a lane that is stepped for nothing takes no harm.
class Alarms {
 public:
  /// Wakes `lane` in cycle `at`, or in the last cycle that the ring reaches from `now` on.
  void set(int lane, std::uint64_t now, std::uint64_t at) {
    if (at == kNever) return;
    const std::uint64_t slot = std::min(at, now + kSlots - 1) % kSlots;
    lanes_[slot] |= std::uint64_t{1} << lane;
    used_[slot / 64] |= std::uint64_t{1} << slot % 64;
  }

  /// The lanes to be stepped in cycle `now`; they are forgotten.
  std::uint64_t take(std::uint64_t now) {
    const std::uint64_t slot = now % kSlots;
    const std::uint64_t lanes = lanes_[slot];
    lanes_[slot] = 0;
    used_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
    return lanes;
  }

  /// The first cycle from `now` on that has an alarm; kNever if there is none.
  std::uint64_t next(std::uint64_t now) const {
    const std::uint64_t slot = now % kSlots;
    const std::uint64_t first = used_[slot / 64] >> slot % 64;
    if (first != 0) return now + std::countr_zero(first);
    std::uint64_t at = now + (64 - slot % 64);
    for (std::uint64_t k = 0; k < kWords; ++k, at += 64) {
      const std::uint64_t used = used_[at % kSlots / 64];
      if (used != 0) return at + std::countr_zero(used);
    }
    return kNever;
  }

 private:
  static constexpr std::uint64_t kSlots = 1024, kWords = kSlots / 64;

  std::uint64_t lanes_[kSlots] = {};
  std::uint64_t used_[kWords] = {};  ///< slots with lanes, a bit each
};

}  // namespace sluice::cycles
