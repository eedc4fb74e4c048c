// SPDX-License-Identifier: Apache-2.0
// What goes wrong with a file or folder because of the machine or the user, not of this program.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "generator/util/user_error.h"

namespace sluice {

/// Throws UserError "PATH: WHAT: reason in errno; REMEDY". The remedy may be empty.
[[noreturn]] void throw_file_problem(const std::filesystem::path& path, const std::string& what,
                                     const std::string& remedy);

/// What the library says of a file, as a message of ours: its path if it knows one, the reason, and
/// what to do.
std::string text_of(const std::system_error& failure);

}  // namespace sluice
