// SPDX-License-Identifier: Apache-2.0
// What the host computes, as words of the file in which a compiled network travels:
// docs/02_use/driver.md.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"

namespace sluice::compiler {

/// Number of results; the program in front of the first layer and that of each result, with their
/// numbers of words in front. All are there without operators, too: then they say how numbers
/// become codes.
std::vector<std::uint32_t> host_section(const net::Network& network);

}  // namespace sluice::compiler
