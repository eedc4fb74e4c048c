// SPDX-License-Identifier: Apache-2.0
#include "generator/cycle_model/open_list.h"

namespace sluice::cycles {

void OpenList::decide() {
  const int block = tile_.record * lanes_ + lane_;
  const int open = source_(layer_, block, tile_.first_row + y_, tile_.first_column + x_);
  if (open != 0) {
    ++count_;
    open_channels_ += open;
    ++counters_.listed;
  } else {
    ++counters_.skipped;
  }
  if (++x_ != tile_.columns) return;
  x_ = 0;
  if (++y_ != tile_.rows) return;
  done_ = true;
  next_ = kNever;
}

}  // namespace sluice::cycles
