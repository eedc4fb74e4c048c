// SPDX-License-Identifier: Apache-2.0
// Randomised tests: SLUICE_SEED and SLUICE_RUNS repeat a case, or draw more of them.
#pragma once

#include <cstdint>

namespace sluice::test {

/// The number in an environment variable, or `otherwise` if it is not set.
std::uint64_t number_from(const char* variable, std::uint64_t otherwise);

}  // namespace sluice::test
