// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "generator/util/defaults.h"
#include "generator/util/user_error.h"

namespace sluice::estimate {
namespace {

constexpr std::size_t kLongestLine = 4096;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A field of line `number` from its place in the line.
Cell cell_of(std::string_view field, int number, std::size_t begin) {
  const auto blanks = std::min(field.find_first_not_of(" \t"), field.size());
  return {std::string(trimmed(field)), number, static_cast<int>(begin + blanks) + 1};
}

/// The values of a line, each with the column of its first character.
std::vector<Cell> split(std::string_view line, int number) {
  std::vector<Cell> cells;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    cells.push_back(cell_of(line.substr(begin, end - begin), number, begin));
    if (end == line.size()) return cells;
    begin = end + 1;
  }
}

}  // namespace

double positive(const std::string& file, const Cell& cell, std::string_view what) {
  double value = 0;
  const char* end = cell.text.data() + cell.text.size();
  const auto [stop, error] = std::from_chars(cell.text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value) || value <= 0) {
    throw UserError({file, cell.line, cell.column},
                    fmt::format("found '{}' as {}; allowed are numbers above 0", cell.text, what));
  }
  return value;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t k = 0; k < words.size(); ++k) {
    text += (k == 0 ? "" : k + 1 == words.size() ? " or " : ", ") + words[k];
  }
  return text;
}

TextTable::TextTable(const std::string& file, const std::vector<std::string>& known)
    : TextTable(file, read_input(file, input::kTable, "give the path of an existing CSV file"),
                known) {}

TextTable::TextTable(const std::string& file, std::string text,
                     const std::vector<std::string>& known)
    : file_(file), text_(std::move(text)) {
  int number = 1;
  for (std::size_t begin = text_.starts_with("\xef\xbb\xbf") ? 3 : 0; begin < text_.size();
       number++) {
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    std::string_view line = std::string_view(text_).substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    read_line(line, number, known);
    begin = end + 1;
  }
  if (headings_.empty()) {
    throw UserError({file}, fmt::format("holds no headings; the first line names columns among {}",
                                        listed(known)));
  }
}

void TextTable::read_line(std::string_view line, int number,
                          const std::vector<std::string>& known) {
  if (line.size() > kLongestLine) {
    throw UserError({file_, number, 1},
                    fmt::format("the line has {} characters; a table of layers has at most {}",
                                line.size(), kLongestLine));
  }
  const std::string_view text = trimmed(line);
  if (text.empty() || text.starts_with('#')) return;
  if (headings_.empty()) return read_headings(split(line, number), known);
  check_row(line, number);
  rows_.push_back({static_cast<std::size_t>(line.data() - text_.data()), line.size(), number});
}

void TextTable::read_headings(const std::vector<Cell>& cells,
                              const std::vector<std::string>& known) {
  heading_line_ = cells.front().line;
  for (const Cell& cell : cells) {
    if (std::find(known.begin(), known.end(), cell.text) == known.end()) {
      fail(cell, fmt::format("found column '{}'; allowed are {}; rename or remove it", cell.text,
                             listed(known)));
    }
    if (index_of(cell.text) >= 0) {
      fail(cell, fmt::format("found column '{}' a second time; keep one", cell.text));
    }
    headings_.push_back(cell.text);
  }
}

void TextTable::check_row(std::string_view line, int number) const {
  const auto values = static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
  if (values == headings_.size()) return;
  const std::vector<Cell> cells = split(line, number);
  if (values > headings_.size()) {
    fail(cells[headings_.size()], fmt::format("found {} values; line {} names {} columns; remove "
                                              "what is too much",
                                              values, heading_line_, headings_.size()));
  }
  fail(cells.back(), fmt::format("found {} values; line {} names {} columns; leave unused ones "
                                 "empty, but write their commas",
                                 values, heading_line_, headings_.size()));
}

int TextTable::index_of(const std::string& heading) const {
  const auto found = std::find(headings_.begin(), headings_.end(), heading);
  return found == headings_.end() ? -1 : static_cast<int>(found - headings_.begin());
}

Cell TextTable::cell(std::size_t row, const std::string& heading) const {
  const int index = index_of(heading);
  if (index >= 0) return cell_at(rows_[row], index);
  return {"", rows_[row].line, 1};
}

Cell TextTable::cell_at(const Row& row, int index) const {
  const std::string_view line = std::string_view(text_).substr(row.begin, row.size);
  std::size_t begin = 0;
  for (int k = 0; k < index; k++) begin = line.find(',', begin) + 1;
  return cell_of(line.substr(begin, line.find(',', begin) - begin), row.line, begin);
}

void TextTable::require(const std::string& heading) const {
  if (has(heading)) return;
  fail({"", heading_line_, 1}, fmt::format("no column '{}'; add it", heading));
}

int TextTable::number(std::size_t row, const std::string& heading, int low, int high,
                      int otherwise) const {
  return cell(row, heading).text.empty() ? otherwise : number(row, heading, low, high);
}

int TextTable::number(std::size_t row, const std::string& heading, int low, int high) const {
  const Cell found = cell(row, heading);
  int value = 0;
  const char* end = found.text.data() + found.text.size();
  const auto [stop, error] = std::from_chars(found.text.data(), end, value);
  if (error != std::errc() || stop != end || value < low || value > high) {
    fail(found, fmt::format("found '{}' as {}; allowed are whole numbers from {} to {}", found.text,
                            heading, low, high));
  }
  return value;
}

double TextTable::share(std::size_t row, const std::string& heading) const {
  const Cell found = cell(row, heading);
  double value = 0;
  const char* end = found.text.data() + found.text.size();
  const auto [stop, error] = std::from_chars(found.text.data(), end, value);
  if (error != std::errc() || stop != end || !(value >= 0 && value <= 1)) {
    fail(found, fmt::format("found '{}' as {}; allowed are numbers from 0 to 1, such as {}",
                            found.text, heading, defaults::kDensity));
  }
  return value;
}

double TextTable::positive(std::size_t row, const std::string& heading) const {
  return estimate::positive(file_, cell(row, heading), heading);
}

void TextTable::fail(const Cell& cell, const std::string& message) const {
  throw UserError({file_, cell.line, cell.column}, message);
}

}  // namespace sluice::estimate
