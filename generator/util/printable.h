// SPDX-License-Identifier: Apache-2.0
// Text from files and paths, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

/// Makes visible what a terminal would act on: control characters other than tab and line end, and
/// those that reverse the direction of writing, become \u001b and the like, which JSON strings
/// take, too; bytes that are not UTF-8 become \xff. All else is left alone.
class PrintableFilter {
 public:
  /// The part of a text that can be shown now: a character cut at its end waits for the rest.
  std::string add(std::string_view bytes);
  /// What still waits.
  std::string end();

 private:
  std::string waiting_;
};

/// A whole text.
std::string printable(std::string_view text);

/// A text within a line: line ends and tabs are made visible, too.
std::string printable_line(std::string_view text);

}  // namespace sluice
