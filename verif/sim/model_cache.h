// SPDX-License-Identifier: Apache-2.0
// The folder in which compiled models are kept. What is in it is executed, so that nobody else may
// have put it there.
#pragma once

#include <filesystem>
#include <string>

#include "generator/util/descriptor.h"

namespace sluice::sim {

class ModelCache {
 public:
  /// Opens $SLUICE_CACHE; if that is not set, the first of these that is safe: $XDG_CACHE_HOME/
  /// sluice, $HOME/.cache/sluice, .cache/sluice in the home that the user database names, and
  /// sluice-cache-<uid> in the folder for temporary files. Missing folders are made with mode 0700.
  /// Safe is a folder of this user's that no other can write to. Without one, nothing is kept.
  static ModelCache open();

  /// The folder; empty if there is none.
  const std::filesystem::path& folder() const { return folder_; }
  /// Why there is none, and what to do; empty if there is one.
  const std::string& problem() const { return problem_; }

  /// Loads a kept library and returns dlopen()'s handle; null if there is none of this name, if
  /// another user could have written it, or if its checksum is not that of what was kept.
  void* load(const std::string& name) const;

  /// Keeps a library, with its checksum, whole or not at all. A full disk is no error.
  void keep(const std::string& name, const std::filesystem::path& library) const;

 private:
  std::filesystem::path entry(const std::string& name) const;

  std::filesystem::path folder_;
  std::string problem_;
  Descriptor descriptor_;
};

}  // namespace sluice::sim
