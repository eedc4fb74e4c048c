// SPDX-License-Identifier: Apache-2.0
#include "generator/diag/source.h"

namespace sluice {

Source::Source(Kind kind, std::string name, std::string text)
    : kind_(kind), name_(std::move(name)), text_(std::move(text)), line_starts_{0} {
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    line_starts_.push_back(at + 1);
  }
  line_starts_.push_back(text_.size() + 1);
}

std::string_view Source::line(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) >= line_starts_.size()) return {};
  const std::size_t start = line_starts_[number - 1];
  std::string_view line = std::string_view(text_).substr(start, line_starts_[number] - 1 - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace sluice
