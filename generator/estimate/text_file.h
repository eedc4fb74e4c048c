// SPDX-License-Identifier: Apache-2.0
// Tables as plain text files: values separated by commas, a heading row, errors with their place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generator/util/input_file.h"

namespace sluice::estimate {

/// One value and where it stands.
struct Cell {
  std::string text;
  int line = 0, column = 0;
};

/// The finite number above 0 in a cell of `file`; `what` it is, for the message. Throws UserError.
double positive(const std::string& file, const Cell& cell, std::string_view what);

/// Rows of a file. Lines that are empty or start with '#' are left out.
class TextTable {
 public:
  /// Reads a file whose headings are among `known`. Throws UserError.
  TextTable(const std::string& file, const std::vector<std::string>& known);
  /// The same of a text; `file` is for messages.
  TextTable(const std::string& file, std::string text, const std::vector<std::string>& known);

  std::size_t rows() const { return rows_.size(); }
  bool has(const std::string& heading) const { return index_of(heading) >= 0; }
  /// The cell under a heading; empty, at the end of the row, if the file has no such heading.
  Cell cell(std::size_t row, const std::string& heading) const;
  /// Fails unless the file has this heading.
  void require(const std::string& heading) const;

  /// Whole number of a cell from `low` to `high`; `otherwise` if the cell is empty.
  int number(std::size_t row, const std::string& heading, int low, int high, int otherwise) const;
  /// The same for a cell that must not be empty.
  int number(std::size_t row, const std::string& heading, int low, int high) const;
  /// A share from 0 to 1 of a cell that is not empty.
  double share(std::size_t row, const std::string& heading) const;
  /// A finite number above 0 of a cell that is not empty.
  double positive(std::size_t row, const std::string& heading) const;

  [[noreturn]] void fail(const Cell& cell, const std::string& message) const;

 private:
  /// A row is kept as its place in the text: cells would take many times the file's size.
  struct Row {
    std::size_t begin = 0, size = 0;
    int line = 0;
  };

  void read_line(std::string_view line, int number, const std::vector<std::string>& known);
  void read_headings(const std::vector<Cell>& cells, const std::vector<std::string>& known);
  void check_row(std::string_view line, int number) const;
  int index_of(const std::string& heading) const;
  Cell cell_at(const Row& row, int index) const;

  std::string file_, text_;
  std::vector<std::string> headings_;
  int heading_line_ = 0;
  std::vector<Row> rows_;
};

/// "a, b or c".
std::string listed(const std::vector<std::string>& words);

}  // namespace sluice::estimate
