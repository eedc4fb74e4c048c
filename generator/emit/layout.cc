// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/layout.h"

#include <algorithm>
#include <string_view>

#include "generator/emit/alignment.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

/// Fewest columns for a comment behind code; with less room it stands above the code.
constexpr std::size_t kLeastComment = 24;

/// Where the comment of a line begins; npos if it has none. Slashes in a text are no comment.
std::size_t comment_at(std::string_view line) {
  bool quoted = false;
  for (std::size_t at = 0; at + 1 < line.size(); at++) {
    if (line[at] == '\\' && quoted) {
      at++;
    } else if (line[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && line.substr(at, 2) == "//") {
      return at;
    }
  }
  return std::string_view::npos;
}

TextLine parts_of(const std::string& line) {
  TextLine parts;
  const std::size_t comment = comment_at(line), first = line.find_first_not_of(' ');
  if (first == std::string::npos) return parts;
  parts.indent = first;
  if (comment != first) parts.code = line.substr(first, comment - first);
  const std::size_t width = parts.code.size();
  parts.code.resize(parts.code.find_last_not_of(' ') + 1);
  if (comment == std::string::npos) return parts;
  parts.comment = line.substr(comment);
  parts.gap = width - parts.code.size();
  return parts;
}

std::string text_of(const TextLine& line) {
  const std::string gap(line.comment.empty() ? 0 : line.gap, ' ');
  return std::string(line.indent, ' ') + line.code + gap + line.comment;
}

/// Column of the comment's slashes.
std::size_t comment_column(const TextLine& line) {
  return line.indent + line.code.size() + line.gap;
}

/// Blanks that follow the slashes of a comment and come before its text.
std::size_t text_offset(const std::string& comment) {
  return std::min(comment.find_first_not_of(' ', 2), comment.size());
}

/// Where the text of further lines begins, in columns after the slashes: below this line's text, or
/// below what stands apart behind a label ("//   read   a request ..").
std::size_t hanging_offset(const std::string& comment) {
  const std::size_t text = text_offset(comment), gap = comment.find("  ", text);
  return gap == std::string::npos ? text : comment.find_first_not_of(' ', gap);
}

/// Whether a line goes on with the paragraph whose text begins at this column.
bool goes_on(const TextLine& line, std::size_t column) {
  const std::size_t offset = text_offset(line.comment);
  return line.code.empty() && offset < line.comment.size() && line.indent + offset == column &&
         line.comment.compare(offset, 3, "---") != 0;
}

/// Moves the words of line `at` that are too far right to the next one.
void fit_comment(std::vector<TextLine>& lines, std::size_t at) {
  TextLine& line = lines[at];
  const std::size_t column = comment_column(line), hanging = hanging_offset(line.comment);
  if (column + line.comment.size() <= kMostColumns || column + hanging >= kMostColumns) return;
  std::size_t cut = line.comment.rfind(' ', kMostColumns - column);
  if (cut == std::string::npos || cut < hanging) cut = line.comment.find(' ', hanging);
  if (cut == std::string::npos) return;
  const std::string rest = line.comment.substr(cut + 1);
  line.comment.resize(line.comment.find_last_not_of(' ', cut) + 1);
  if (at + 1 < lines.size() && goes_on(lines[at + 1], column + hanging)) {
    std::string& next = lines[at + 1].comment;
    next.insert(text_offset(next), rest + " ");
  } else {
    const TextLine added{column, "", 0, "//" + std::string(hanging - 2, ' ') + rest};
    lines.insert(lines.begin() + static_cast<long>(at) + 1, added);
  }
}

/// A comment with next to no room behind its code goes above it.
void lift_comment(std::vector<TextLine>& lines, std::size_t at) {
  TextLine& line = lines[at];
  const bool both = !line.code.empty() && !line.comment.empty();
  const std::size_t column = comment_column(line);
  if (!both || column + line.comment.size() <= kMostColumns) return;
  if (column + kLeastComment <= kMostColumns) return;
  const TextLine above{line.indent, "", 0, line.comment};
  line.comment.clear();
  lines.insert(lines.begin() + static_cast<long>(at), above);
}

}  // namespace

std::string lay_out(const std::string& text) {
  std::vector<TextLine> lines;
  for (const std::string& line : split(text, '\n')) lines.push_back(parts_of(line));
  lines = align_declarations(lines);
  for (std::size_t at = 0; at < lines.size(); at++) {
    lift_comment(lines, at);
    if (!lines[at].comment.empty()) fit_comment(lines, at);
  }
  std::string result;
  for (const TextLine& line : lines) result += text_of(line) + "\n";
  result.pop_back();  // `text` has an empty part behind its last line end
  return result;
}

}  // namespace sluice
