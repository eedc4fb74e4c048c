// SPDX-License-Identifier: Apache-2.0
// A small queue in place.
#pragma once

namespace sluice::cycles {

/// First in, first out; at most Size entries, a power of two. The user keeps to the limit.
template <typename T, unsigned Size>
class Ring {
 public:
  bool empty() const { return head_ == tail_; }
  unsigned size() const { return tail_ - head_; }
  const T& front() const { return entries_[head_ % Size]; }
  void push(const T& entry) { entries_[tail_++ % Size] = entry; }
  void pop() { ++head_; }

 private:
  T entries_[Size] = {};
  unsigned head_ = 0, tail_ = 0;
};

}  // namespace sluice::cycles
