// SPDX-License-Identifier: Apache-2.0
// Writing a file whole or not at all.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace sluice {

/// Writes beside the file, waits until all is on disk, and takes the file's place in one step: a
/// kill, a full disk or a power cut leaves the old file, or none, never a part. For files of the
/// program's own, in folders of its own: what is there is replaced. `mode` is that of the file,
/// -1 what the process's mask gives. Throws UserError.
void write_file(const std::filesystem::path& file, std::string_view bytes, int mode = -1);

/// What a file must be for a command to replace it.
struct OwnFile {
  std::string what;  ///< for the message, such as "report of Sluice"
  /// Told the beginning of the file, up to kOwnFileHead bytes.
  std::function<bool(std::string_view head)> is;
};

inline constexpr std::size_t kOwnFileHead = 64 << 20;

/// write_file() for a path that a user gave: refuses to replace anything but an empty file and one
/// that `own` knows, so neither links, folders, devices nor files of others. What is refused is as
/// it was. Throws UserError.
void write_output(const std::filesystem::path& file, std::string_view bytes, const OwnFile& own);

/// The same with a file that a tool wrote elsewhere on the same file system, such as in a Scratch
/// folder beside the target.
void move_output(const std::filesystem::path& from, const std::filesystem::path& file,
                 const OwnFile& own);

/// What write_output() does before it writes: throws UserError if the file must not be replaced.
/// For commands that work long before they write.
void require_replaceable(const std::filesystem::path& file, const OwnFile& own);

}  // namespace sluice
