// SPDX-License-Identifier: Apache-2.0
// Temporary files and folders that go with their owner, with a signal, or, after a kill, with the
// next run.
#pragma once

#include <filesystem>
#include <string>

#include "generator/util/descriptor.h"

namespace sluice {

/// A new file or folder of a name of its own, "<prefix>sluice-<pid>-XXXXXX". It is locked (flock)
/// as long as its owner lives, which tells it from what a killed run left behind.
class Scratch {
 public:
  Scratch() = default;
  Scratch(Scratch&& other) noexcept { *this = std::move(other); }
  Scratch& operator=(Scratch&& other) noexcept;
  ~Scratch() { remove(); }

  /// An empty folder of mode 0700 below the system's folder for temporary files. All throw
  /// UserError.
  static Scratch folder();
  /// One beside `target`, such as "dir/.name.sluice-12-a1B2c3".
  static Scratch folder_beside(const std::filesystem::path& target);
  /// An empty file of mode 0600 beside `target`.
  static Scratch file_beside(const std::filesystem::path& target);

  const std::filesystem::path& path() const { return path_; }
  /// Of the file or folder; open for writing if it is a file.
  Descriptor& descriptor() { return descriptor_; }

  /// Puts the file in the place of `target`, in one step; the owner has nothing left to remove.
  /// With `only_new`, not over something that is there. Returns false with errno.
  bool take_place_of(const std::filesystem::path& target, bool only_new);

 private:
  static Scratch make(const std::filesystem::path& parent, const std::string& prefix, bool folder);
  void remove();

  std::filesystem::path path_;
  Descriptor descriptor_;
};

/// rename(); with `only_new`, not over something that is there. Returns false with errno.
bool rename_to(const std::filesystem::path& from, const std::filesystem::path& to, bool only_new);

/// Whether a file name is one that Scratch gives.
bool is_scratch_name(const std::string& name);

/// Removes from a folder what killed runs of this user left there. Scratch does so by itself in the
/// folders it uses, once each. Folders that cannot be read are passed over.
void remove_leftovers(const std::filesystem::path& folder);

/// The system's folder for temporary files, from $TMPDIR if that is set, as an absolute path.
/// Throws UserError if it is none.
std::filesystem::path temporary_folder();

}  // namespace sluice
