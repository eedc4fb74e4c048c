// SPDX-License-Identifier: Apache-2.0
// The memory behind the native port: fixed latency, fixed interval between words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "generator/cycle_model/alarms.h"
#include "generator/cycle_model/cycle_model.h"

namespace sluice::cycles {

/// Times of bursts and acknowledgements. It takes a read request in every cycle (the core never has
/// more in flight than it can hold).
class MemoryPort {
 public:
  explicit MemoryPort(const MemoryTiming& timing) : timing_(timing) {}

  /// A word arrives in cycle `now`.
  bool data(std::uint64_t now) const {
    return !bursts_.empty() && bursts_.front().due <= now && now >= read_free_;
  }
  /// A write would be taken in cycle `now`.
  bool write_ready(std::uint64_t now) const { return now >= write_free_; }
  /// A write is acknowledged in cycle `now`.
  bool acknowledges(std::uint64_t now) const {
    return !acknowledgements_.empty() && acknowledgements_.front() <= now;
  }

  /// The first cycle from `now` on in which a word or an acknowledgement arrives; kNever: none.
  std::uint64_t next_event(std::uint64_t now) const {
    std::uint64_t next = kNever;
    if (!bursts_.empty()) next = std::max({now, bursts_.front().due, read_free_});
    if (!acknowledgements_.empty()) next = std::min(next, acknowledgements_.front());
    return std::max(now, next);
  }
  /// The first cycle in which a write would be taken.
  std::uint64_t write_free() const { return write_free_; }

  void take_data(std::uint64_t now) {
    if (--bursts_.front().left == 0) bursts_.pop_front();
    read_free_ = now + timing_.read_interval;
  }
  void request(std::uint64_t now, int words) {
    bursts_.push_back({now + timing_.read_latency, words});
  }
  void take_acknowledgement() { acknowledgements_.pop_front(); }
  void write(std::uint64_t now) {
    acknowledgements_.push_back(now + timing_.write_latency);
    write_free_ = now + timing_.write_interval;
  }

 private:
  struct Burst {
    std::uint64_t due;  // cycle of its first word
    int left;           // words
  };

  MemoryTiming timing_;
  std::deque<Burst> bursts_;
  std::deque<std::uint64_t> acknowledgements_;
  std::uint64_t read_free_ = 0, write_free_ = 0;
};

}  // namespace sluice::cycles
