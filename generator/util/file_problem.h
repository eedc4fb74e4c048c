// What goes wrong with a file or folder because of the machine or the user, not of this program.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace sluice {

/// A message for the user: the path, what failed on it, and how to mend it.
class FileProblem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws FileProblem "PATH: WHAT: reason in errno; REMEDY". The remedy may be empty.
[[noreturn]] void throw_file_problem(const std::filesystem::path& path, const std::string& what,
                                     const std::string& remedy);

}  // namespace sluice
