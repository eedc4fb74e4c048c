// SPDX-License-Identifier: Apache-2.0
// Standard output and standard error of the program: the one edge that all text passes on its way
// to a terminal.
#pragma once

#include <string>

namespace sluice::app {

/// Puts a PrintableFilter before both streams, for whatever is printed with stdio and fmt. Standard
/// error that is closed or full is passed over in silence: a message that cannot be shown must not
/// hide how the program ended. Descriptors 0 to 2 that are closed are taken, so that no file gets
/// their numbers. Make one, first of all in main().
class Output {
 public:
  Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Writes what is still to be written. False if standard output did not take all.
  bool finish();
  /// Why it did not.
  std::string problem() const;
  bool failed() const;
};

/// Writes to standard error as it is: for the escapes with which the program itself moves the
/// cursor.
void write_raw_error(const std::string& text);

}  // namespace sluice::app
