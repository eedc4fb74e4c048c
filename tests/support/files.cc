// SPDX-License-Identifier: Apache-2.0
#include "tests/support/files.h"

#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

namespace sluice::test {

namespace fs = std::filesystem;

fs::path source_dir() { return SLUICE_SOURCE_DIR; }

std::string program() { return SLUICE_PROGRAM; }

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) FAIL("cannot read " << path);
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) FAIL("cannot write " << path);
}

void require_golden(const fs::path& file, const std::string& text) {
  const char* update = std::getenv("SLUICE_UPDATE_GOLDEN");
  if (update && std::string(update) == "1") return write_file(file, text);
  INFO("golden file " << file << "; SLUICE_UPDATE_GOLDEN=1 rewrites it");
  REQUIRE(fs::exists(file));
  REQUIRE(text == read_file(file));
}

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "sluice_test.XXXXXX").string();
  if (!::mkdtemp(pattern.data())) FAIL("cannot make a temporary folder");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

RunResult run_sluice(const std::string& arguments) {
  const TempDir temp;
  const std::string out = (temp.path() / "out").string();
  const std::string err = (temp.path() / "err").string();
  const std::string command = "cd '" + source_dir().string() + "' && '" + program() + "' " +
                              arguments + " >" + out + " 2>" + err;
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(out), read_file(err)};
}

RunResult run_shell(const fs::path& folder, const std::string& command) {
  const TempDir temp;
  const fs::path out = temp.path() / "out";
  const std::string line =
      "cd '" + folder.string() + "' && { " + command + "\n} >" + out.string() + " 2>&1";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(out), ""};
}

std::string folder_text(const fs::path& folder) {
  std::vector<std::string> entries;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string text = entry.path().lexically_relative(folder).string() + "\n";
    if (entry.is_regular_file()) text += read_file(entry.path()) + "\n";
    entries.push_back(text);
  }
  std::sort(entries.begin(), entries.end());
  std::string all;
  for (const std::string& entry : entries) all += entry;
  return all;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

}  // namespace sluice::test
