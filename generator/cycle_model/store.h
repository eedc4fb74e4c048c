// SPDX-License-Identifier: Apache-2.0
// Store: takes one output word a cycle from the lanes in turn.
#pragma once

#include <bit>
#include <cstdint>

namespace sluice::cycles {

class Store {
 public:
  /// A word is on its way out.
  bool busy() const { return valid_; }

  /// One cycle: `words` has a bit for each lane with a word; `ready`: the word in the register is
  /// taken, if there is one. Returns the lane whose word is taken, or -1.
  int step(std::uint64_t words, bool ready) {
    if (valid_ && !ready) return -1;
    valid_ = words != 0;
    if (!valid_) return -1;
    const std::uint64_t after = words & ~((std::uint64_t{2} << last_) - 1);
    last_ = std::countr_zero(after != 0 ? after : words);
    return last_;
  }

 private:
  bool valid_ = false;
  int last_ = 0;  // lane served last
};

}  // namespace sluice::cycles
