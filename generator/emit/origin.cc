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

std::string file_name(const std::string& path) {
  // A folder may end with a slash
  const auto end = path.find_last_not_of('/');
  std::string name = std::filesystem::path(path.substr(0, end + 1)).filename().string();
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '`';
  };
  std::replace_if(name.begin(), name.end(), is_control, '?');
  return name;
}

}  // namespace

Origin make_origin(const std::string& config_path, const std::vector<std::string>& overrides,
                   const std::string& memories) {
  return {file_name(config_path), overrides, file_name(memories)};
}

std::string command_line(const Origin& origin) {
  std::string line = "sluice generate " + shell_word(origin.config_file);
  for (const std::string& setting : origin.overrides) line += " --set " + shell_word(setting);
  if (!origin.memories.empty()) line += " --memories " + shell_word(origin.memories);
  return line + " -o DIR";
}

}  // namespace sluice
