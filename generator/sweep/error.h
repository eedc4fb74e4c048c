// SPDX-License-Identifier: Apache-2.0
// What goes wrong in a sweep as a whole: its folder, its disk.
#pragma once

#include <stdexcept>

namespace sluice::sweep {

/// A message for the user: what failed, on what, and how to mend it.
class SweepError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace sluice::sweep
