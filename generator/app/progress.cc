// SPDX-License-Identifier: Apache-2.0
#include "generator/app/progress.h"

#include <unistd.h>

#include <string>

#include "generator/app/output.h"
#include "generator/util/printable.h"

namespace sluice::app {
namespace {

/// Back to the start of the line, and nothing in it.
const std::string kClear = "\r\x1b[K";

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO)) {}

void Progress::show(const std::string& text) {
  if (!terminal_) return;
  write_raw_error(kClear + printable_line(text));
  shown_ = true;
}

void Progress::clear() {
  if (shown_) write_raw_error(kClear);
  shown_ = false;
}

}  // namespace sluice::app
