// SPDX-License-Identifier: Apache-2.0
// Processes that a test looks at from outside.
#pragma once

#include <functional>
#include <string>

namespace sluice::test {

/// Waits at most ten seconds for a condition; whether it came.
bool comes_true(const std::function<bool()>& condition);

/// Whether a process, by its number, runs; one that has ended and waits to be collected does not.
bool runs(const std::string& process);

}  // namespace sluice::test
