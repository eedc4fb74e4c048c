// SPDX-License-Identifier: Apache-2.0
#include "generator/diag/codes.h"

namespace sluice {

const std::vector<CodeInfo>& all_codes() {
  static const std::vector<CodeInfo> all = {
#define SLUICE_CODE(enumerator, text, meaning) {Code::enumerator, text, meaning},
#include "generator/diag/codes.def"
#undef SLUICE_CODE
  };
  return all;
}

std::string_view code_text(Code code) { return all_codes()[static_cast<std::size_t>(code)].text; }

}  // namespace sluice
