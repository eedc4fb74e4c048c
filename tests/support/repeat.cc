// SPDX-License-Identifier: Apache-2.0
#include "tests/support/repeat.h"

#include <cstdlib>

namespace sluice::test {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace sluice::test
