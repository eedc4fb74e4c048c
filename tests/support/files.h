// SPDX-License-Identifier: Apache-2.0
// Files for tests: reading, golden texts, temporary folders, running the program.
#pragma once

#include <filesystem>
#include <string>

namespace sluice::test {

/// The repository's root.
std::filesystem::path source_dir();

/// The program, for commands of run_shell().
std::string program();

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

/// Compares a text with a file of the repository, character by character. With
/// SLUICE_UPDATE_GOLDEN=1 in the environment the file is written instead.
void require_golden(const std::filesystem::path& file, const std::string& text);

/// A folder that is removed with the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct RunResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// Runs the program with these shell words, in the repository's root.
RunResult run_sluice(const std::string& arguments);

/// Runs a shell command in a folder; `out` gets standard output and errors.
RunResult run_shell(const std::filesystem::path& folder, const std::string& command);

/// Every entry below a folder: path, and the content of files. For comparing folders.
std::string folder_text(const std::filesystem::path& folder);

/// The text with every `from` replaced by `to`.
std::string replace_all(std::string text, const std::string& from, const std::string& to);

}  // namespace sluice::test
