// SPDX-License-Identifier: Apache-2.0
// Load engine: LOAD and FILL commands, requests running ahead of the data.
#pragma once

#include <cstdint>

#include "generator/cycle_model/commands.h"
#include "generator/cycle_model/ring.h"

namespace sluice::cycles {

class LoadEngine {
 public:
  explicit LoadEngine(int burst) : burst_(burst) {}

  bool ready() const { return waiting_.size() != 2; }
  bool busy() const { return !waiting_.empty() || requesting_ || !targets_.empty(); }
  bool requests() const { return requesting_; }
  int request_words() const {
    return left_ <= static_cast<std::uint32_t>(burst_) ? static_cast<int>(left_) : burst_;
  }
  /// A constant waits to be written.
  bool fills() const { return !targets_.empty() && targets_.front().fill; }

  /// Nothing changes until data arrives.
  bool quiet() const { return !requesting_ && !fills() && !take_next(); }

  /// End of a cycle. `granted`: the request was taken; `data`: a word arrived; `fill_ready`: the
  /// buffers' write port takes a constant. Returns whether a word was written.
  bool step(bool granted, bool data, bool fill_ready);
  /// A new command, in the same cycle, after step().
  void push(const LoadCommand& command) { waiting_.push(command); }

 private:
  bool take_next() const;

  int burst_;
  Ring<LoadCommand, 2> waiting_;
  Ring<LoadCommand, 4> targets_;
  bool requesting_ = false;
  bool fill_waits_ = false;    // nothing may overtake the FILL in progress
  std::uint32_t left_ = 0;     // words to request
  std::uint32_t written_ = 0;  // words of the target in front
};

}  // namespace sluice::cycles
