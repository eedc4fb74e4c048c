// SPDX-License-Identifier: Apache-2.0
// The reserved words of the languages a design's name appears in.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// "SystemVerilog" or "C" if the word is a keyword there (as written or in lower case), else empty.
std::string keyword_language(std::string_view word);

}  // namespace sluice
