// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/load_engine.h"

namespace sluice::cycles {

bool LoadEngine::take_next() const {
  return !waiting_.empty() && !requesting_ && targets_.size() != 4 && !fill_waits_;
}

bool LoadEngine::step(bool granted, bool data, bool fill_ready) {
  const bool take = take_next();
  const bool write = data || (fills() && fill_ready);
  const bool done = write && written_ + 1 == targets_.front().count;
  const bool fill_done = done && targets_.front().fill;
  if (granted) {
    if (left_ <= static_cast<std::uint32_t>(burst_)) requesting_ = false;
    left_ -= static_cast<std::uint32_t>(burst_);
  }
  if (write) written_ = done ? 0 : written_ + 1;
  if (done) targets_.pop();
  if (fill_done) fill_waits_ = false;
  if (take) {
    const LoadCommand next = waiting_.front();
    waiting_.pop();
    targets_.push(next);
    requesting_ = !next.fill;
    left_ = next.count;
    if (next.fill) fill_waits_ = true;
  }
  return write;
}

}  // namespace sluice::cycles
