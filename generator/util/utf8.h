// SPDX-License-Identifier: Apache-2.0
// UTF-8, and telling text from binary data.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sluice {

struct Utf8Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The character that a text begins with; an empty optional if its first byte is not UTF-8 or the
/// character is not there whole. No overlong forms, surrogates or numbers past U+10FFFF.
std::optional<Utf8Character> utf8_character(std::string_view text);

/// Bytes of the character that `lead` begins, 0 if none can begin with it.
std::size_t utf8_length(char lead);

/// The first byte that does not belong in UTF-8 text (control characters other than tab and line
/// ends included), or an empty optional if all is text.
std::optional<std::size_t> find_non_text(std::string_view bytes);

}  // namespace sluice
