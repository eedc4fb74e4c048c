// SPDX-License-Identifier: Apache-2.0
// Numbers as configs write them: plain decimal integers. Other forms are recognised in order to
// say what to write instead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice {

enum class NumberForm {
  kDecimal,  ///< "0", "16", "-3"
  kOdd,      ///< some notation of a number, but not this one: "010", "0x10", "1e3", "+4", "1_000"
  kNone,     ///< no number
};

struct ParsedNumber {
  NumberForm form = NumberForm::kNone;
  bool fits = false;  ///< of kDecimal: the value is within 64 bits
  bool text_is_negative = false;
  std::int64_t value = 0;
  std::string remedy;              ///< of kOdd: what to write instead
  std::vector<std::string> meant;  ///< of kOdd: the numbers that the remedy names, in decimal
};

ParsedNumber parse_number(const std::string& text);

}  // namespace sluice
