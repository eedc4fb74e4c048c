// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/origin.h"

#include <algorithm>
#include <filesystem>

namespace sluice {
namespace {

/// Quotes a word for a shell if it needs that.
std::string shell_word(const std::string& word) {
  const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-=/+:,";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

Origin make_origin(const std::string& config_path, const std::vector<std::string>& overrides) {
  Origin origin{std::filesystem::path(config_path).filename().string(), overrides};
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '`';
  };
  std::replace_if(origin.config_file.begin(), origin.config_file.end(), is_control, '?');
  return origin;
}

std::string command_line(const Origin& origin) {
  std::string line = "sluice generate " + shell_word(origin.config_file);
  for (const std::string& setting : origin.overrides) line += " --set " + shell_word(setting);
  return line + " -o DIR";
}

}  // namespace sluice
