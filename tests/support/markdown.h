// SPDX-License-Identifier: Apache-2.0
// The commands that pages of documentation print.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sluice::test {

/// A line of a code block, or a piece of code within text.
struct CodeLine {
  std::string page;  ///< path from the repository's root
  int line = 0;
  bool block = false;  ///< of a block, not within text
  std::string text;

  std::string place() const { return page + ":" + std::to_string(line); }
};

/// All code of a page, in its order. Blocks are indented by four blanks, or fenced without
/// language.
std::vector<CodeLine> code_of(const std::filesystem::path& page);

/// The first command of a line as words: without prompt, comment, assignments before it, `time`,
/// and what follows a pipe, `>` or `;`. Quotes are taken off. Braces are expanded.
std::vector<std::string> words_of(const std::string& line);

/// The word behind `>` on a line; empty if there is none.
std::string redirected_to(const std::string& line);

}  // namespace sluice::test
