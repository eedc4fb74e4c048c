// SPDX-License-Identifier: Apache-2.0
// Small helpers for message texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

/// Joins words as a sentence does: "a", "a or b", "a, b or c" (with `last` = "or").
std::string join_words(const std::vector<std::string>& words, std::string_view last);

/// "1 error", "2 errors".
std::string count_of(long count, std::string_view noun);

/// The candidate nearest to `word` by edit distance, or an empty string if none is near enough to
/// be what was meant (more than a third of the letters differ).
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

/// A foreign text for a message: at most `most` bytes, cut between characters and ended with "..",
/// control characters replaced.
std::string shortened(std::string_view text, std::size_t most);

/// The text in upper case (ASCII letters only).
std::string upper_case(std::string_view text);

/// The text in lower case (ASCII letters only).
std::string lower_case(std::string_view text);

/// "COMMAND_ADDRESS_LOW" -> "CommandAddressLow"
std::string camel_case(std::string_view text);

/// Splits at every `separator`; an empty text gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace sluice
