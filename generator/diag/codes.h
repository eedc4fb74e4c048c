// SPDX-License-Identifier: Apache-2.0
// The kinds of diagnostics; the list itself is codes.def.
#pragma once

#include <string_view>
#include <vector>

namespace sluice {

enum class Code {
#define SLUICE_CODE(enumerator, text, meaning) enumerator,
#include "generator/diag/codes.def"
#undef SLUICE_CODE
};

struct CodeInfo {
  Code code;
  std::string_view text;     ///< as printed in brackets, such as "unknown-key"
  std::string_view meaning;  ///< one or two sentences for the reference page
};

/// All codes in the order of codes.def.
const std::vector<CodeInfo>& all_codes();

std::string_view code_text(Code code);

}  // namespace sluice
