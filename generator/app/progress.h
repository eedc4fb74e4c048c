// SPDX-License-Identifier: Apache-2.0
// A line on the terminal that says what is going on; nothing in a pipe.
#pragma once

#include <string>

namespace sluice::app {

/// Shows one line on stderr and replaces it with the next. The line disappears at the end.
class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& text);
  void clear();

 private:
  bool terminal_ = false;
  bool shown_ = false;
};

}  // namespace sluice::app
