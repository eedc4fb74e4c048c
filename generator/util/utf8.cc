// SPDX-License-Identifier: Apache-2.0
#include "generator/util/utf8.h"

namespace sluice {
namespace {

bool is_control(unsigned char c) {
  return c == 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

}  // namespace

std::size_t utf8_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  return 0;
}

std::optional<Utf8Character> utf8_character(std::string_view text) {
  const std::size_t length = text.empty() ? 0 : utf8_length(text[0]);
  if (length == 0 || length > text.size()) return std::nullopt;
  static constexpr unsigned char kLeadBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t code = static_cast<unsigned char>(text[0]) & kLeadBits[length];
  for (std::size_t i = 1; i < length; i++) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte & 0x3f);
  }
  static constexpr char32_t kFirst[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kFirst[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return std::nullopt;
  }
  return Utf8Character{code, length};
}

std::optional<std::size_t> find_non_text(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::optional<Utf8Character> next = utf8_character(bytes.substr(at));
    if (!next || is_control(static_cast<unsigned char>(bytes[at]))) return at;
    at += next->bytes;
  }
  return std::nullopt;
}

}  // namespace sluice
