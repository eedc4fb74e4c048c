// SPDX-License-Identifier: Apache-2.0
// A text that diagnostics point into: a config file, or one --set option.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class Source {
 public:
  enum class Kind {
    kFile,      ///< lines are shown with their numbers
    kOverride,  ///< one line from the command line, shown without a number
    kPath,      ///< a file or folder that has no text to show
  };

  Source(Kind kind, std::string name, std::string text);

  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }

  /// Line `number` (from 1) without its line end; empty if there is no such line.
  std::string_view line(int number) const;

 private:
  Kind kind_;
  std::string name_;
  std::string text_;
  std::vector<std::size_t> line_starts_;  ///< and one entry past the last line
};

/// A place in a source. Lines and columns count from 1, columns and lengths in bytes; line 0 means
/// the source as a whole.
struct Span {
  const Source* source = nullptr;
  int line = 0;
  int column = 0;
  int length = 1;
};

}  // namespace sluice
