// SPDX-License-Identifier: Apache-2.0
#include "generator/util/printable.h"

#include <fmt/format.h>

#include "generator/util/utf8.h"

namespace sluice {
namespace {

bool acts_on_terminals(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n';
  return (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029 || c == 0x200e || c == 0x200f;
}

/// Whether these bytes may be the beginning of a character that is not there whole.
bool is_cut(std::string_view bytes) {
  const std::size_t length = utf8_length(bytes[0]);
  if (length <= bytes.size()) return false;
  for (const char c : bytes.substr(1)) {
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) return false;
  }
  return true;
}

}  // namespace

std::string PrintableFilter::add(std::string_view bytes) {
  const std::string text = waiting_ + std::string(bytes);
  waiting_.clear();
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = std::string_view(text).substr(at);
    const std::optional<Utf8Character> next = utf8_character(rest);
    if (!next && is_cut(rest)) {
      waiting_ = rest;
      break;
    }
    if (!next) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest[0]));
    } else if (acts_on_terminals(next->code)) {
      shown += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(next->code));
    } else {
      shown += rest.substr(0, next->bytes);
    }
    at += next ? next->bytes : 1;
  }
  return shown;
}

std::string PrintableFilter::end() {
  std::string shown;
  for (const char c : waiting_) shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  waiting_.clear();
  return shown;
}

std::string printable(std::string_view text) {
  PrintableFilter filter;
  std::string shown = filter.add(text);
  return shown + filter.end();
}

std::string printable_line(std::string_view text) {
  std::string shown;
  for (const char c : printable(text)) {
    if (c == '\n' || c == '\t') {
      shown += c == '\n' ? "\\n" : "\\t";
    } else {
      shown += c;
    }
  }
  return shown;
}

}  // namespace sluice
