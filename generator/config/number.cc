// SPDX-License-Identifier: Apache-2.0
#include "generator/config/number.h"

#include <fmt/format.h>

#include <charconv>
#include <regex>

namespace sluice {
namespace {

/// The value of digits in a base, as text; empty if too large to be worth naming.
std::string in_decimal(const std::string& digits, int base) {
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, value, base);
  return failure == std::errc() && stop == end ? std::to_string(value) : std::string();
}

std::vector<std::string> octal_meanings(const std::string& text) {
  const std::size_t first = text.find_first_not_of('0');
  const std::string decimal = first == std::string::npos ? "0" : text.substr(first);
  const std::string octal = in_decimal(text, 8);
  if (octal.empty() || octal == decimal) return {decimal};
  return {decimal, octal};
}

/// For odd notations: what to write instead. Both are left empty if the text is no number.
void explain_odd(const std::string& text, ParsedNumber& number) {
  static const std::regex zero_padded("0[0-9]+");
  static const std::regex prefixed("0([xXoObB])([0-9a-fA-F]+)");
  static const std::regex whole_fraction("([0-9]+)\\.0*");
  static const std::regex real("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  static const std::regex grouped("[-+]?[0-9]+(_[0-9]+)+");
  static const std::regex with_unit("[0-9]+ ?([kKmMgG][iI]?[bB]?|[bB])");
  std::smatch match;
  if (std::regex_match(text, zero_padded)) {
    number.meant = octal_meanings(text);
    number.remedy = fmt::format(
        "write {}{}", number.meant[0],
        number.meant.size() == 1 ? "" : fmt::format(", or {} if octal was meant", number.meant[1]));
  } else if (std::regex_match(text, match, prefixed)) {
    const char kind = static_cast<char>(match[1].str()[0] | 0x20);
    const std::string value = in_decimal(match[2], kind == 'x' ? 16 : kind == 'o' ? 8 : 2);
    if (!value.empty()) number.meant = {value};
    number.remedy = value.empty() ? "write the number in decimal" : fmt::format("write {}", value);
  } else if (std::regex_match(text, match, whole_fraction)) {
    number.meant = {match[1].str()};
    number.remedy = fmt::format("write {}", match[1].str());
  } else if (std::regex_match(text, real)) {
    number.remedy = "write a whole number in decimal digits";
  } else if (std::regex_match(text, grouped)) {
    number.remedy = "write the digits without '_'";
  } else if (std::regex_match(text, with_unit)) {
    number.remedy = "write the number of bytes without a unit";
  }
}

}  // namespace

ParsedNumber parse_number(const std::string& text) {
  ParsedNumber number;
  // Regular expressions recurse on long texts, and nothing this long is a number anyone meant.
  if (text.empty() || text.size() > 1000) return number;
  const bool negative = text[0] == '-';
  const std::string digits = text.substr(negative ? 1 : 0);
  const bool all_digits =
      !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
  if (all_digits && (digits == "0" || digits[0] != '0')) {
    number.form = NumberForm::kDecimal;
    number.text_is_negative = negative;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number.value);
    number.fits = result.ec == std::errc();
    return number;
  }
  explain_odd(text, number);
  if (!number.remedy.empty()) number.form = NumberForm::kOdd;
  return number;
}

}  // namespace sluice
