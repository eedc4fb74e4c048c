// SPDX-License-Identifier: Apache-2.0
// What goes wrong with a file or folder because of the machine or the user, not of this program.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace sluice {

/// A message for the user: the path, what failed on it, and how to mend it.
class FileProblem : public std::runtime_error {
 public:
  explicit FileProblem(const std::string& text, const std::string& reason = "")
      : std::runtime_error(text), reason_(reason) {}
  /// What the system says, such as "No space left on device"; may be empty.
  const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

/// Throws FileProblem "PATH: WHAT: reason in errno; REMEDY". The remedy may be empty.
[[noreturn]] void throw_file_problem(const std::filesystem::path& path, const std::string& what,
                                     const std::string& remedy);

/// What the library says of a file, as a message of ours: its path if it knows one, the reason, and
/// what to do.
std::string text_of(const std::system_error& failure);

}  // namespace sluice
