// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/widths.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <sstream>

#include "generator/util/user_error.h"

namespace sluice::quantise {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

Width width_of(const std::string& text, const std::string& entry) {
  const std::size_t cross = text.find('x');
  const std::string weights = text.substr(0, cross);
  const std::string input = cross == std::string::npos ? "8" : text.substr(cross + 1);
  const bool known = weights.size() == 1 && weights >= "2" && weights <= "8";
  if (!known || (input != "8" && input != "4"))
    throw UserError(fmt::format(
        "'{}' is no number of bits: give 2 to 8 for weights, and 8 or 4 for the layer's "
        "input behind an x, as 8, 4, 4x4 or conv1=4",
        entry));
  return {std::stoi(weights), std::stoi(input)};
}

bool matches(const std::string& pattern, const std::string& name) {
  return pattern == name || fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

}  // namespace

Widths Widths::parse(const std::string& text) {
  Widths widths;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line.substr(0, line.find('#')));
    for (std::string part; std::getline(parts, part, ',');) {
      part = trimmed(part);
      if (part.empty()) continue;
      const std::size_t equals = part.rfind('=');
      const std::string name = equals == std::string::npos ? "*" : trimmed(part.substr(0, equals));
      const std::string bits = equals == std::string::npos ? part : part.substr(equals + 1);
      widths.entries_.push_back({name, width_of(trimmed(bits), part)});
    }
  }
  return widths;
}

Width Widths::of(const std::string& layer) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    if (matches(entry->pattern, layer)) return entry->width;
  return {};
}

void Widths::set(const std::string& layer, Width width) { entries_.push_back({layer, width}); }

void Widths::check(const std::vector<std::string>& layers) const {
  for (const Entry& entry : entries_) {
    const bool known = entry.pattern == "*" ||
                       std::any_of(layers.begin(), layers.end(),
                                   [&](const auto& name) { return matches(entry.pattern, name); });
    if (!known)
      throw UserError(fmt::format("'{}' is none of the layers with weights: {}", entry.pattern,
                                  fmt::join(layers, ", ")));
  }
}

}  // namespace sluice::quantise
