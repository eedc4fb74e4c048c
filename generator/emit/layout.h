// SPDX-License-Identifier: Apache-2.0
// The layout of generated SystemVerilog. Values and sections of a template make its lines longer or
// shorter, so columns are set after it is rendered: here, in one place for all files.
#pragma once

#include <string>
#include <vector>

namespace sluice {

/// The longest line of generated SystemVerilog, in columns.
inline constexpr std::size_t kMostColumns = 100;

/// A line of text in parts; the comment begins with "//".
struct TextLine {
  std::size_t indent = 0;  ///< blanks before code or comment
  std::string code;
  std::size_t gap = 0;  ///< blanks between code and comment
  std::string comment;
};

/// SystemVerilog text with its declarations aligned (emit/alignment.h) and its comments within
/// kMostColumns: words behind that column move to the next line of the same paragraph, or to a new
/// line under the comment's text. Lines of code are only broken where they are declarations.
std::string lay_out(const std::string& text);

}  // namespace sluice
