// SPDX-License-Identifier: Apache-2.0
// Work items computed by several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace sluice::sweep {

/// Calls `one` for 0 to `count` - 1, in this order, by `jobs` threads at once. If a call throws, no
/// new one begins, and the first exception is thrown when all have ended.
void in_parallel(int jobs, std::size_t count, const std::function<void(std::size_t item)>& one);

}  // namespace sluice::sweep
