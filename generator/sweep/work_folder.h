// SPDX-License-Identifier: Apache-2.0
// A folder that only one kind of work writes into: marked as its own, and locked.
#pragma once

#include <filesystem>
#include <string>

#include "generator/sweep/files.h"

namespace sluice::sweep {

/// Part I of N of some work; part 0 of 1 is the whole.
struct Shard {
  int index = 0, count = 1;

  bool whole() const { return index == 0; }
  bool has(std::size_t point) const {
    return whole() || point % static_cast<std::size_t>(count) == std::size_t(index - 1);
  }
};

class WorkFolder {
 public:
  WorkFolder() = default;

  /// Makes the folder, or takes one that this kind of work, such as "sweep", made; locks it: parts
  /// share it, the whole has it alone. Throws UserError if it is somebody else's or in use.
  WorkFolder(const std::filesystem::path& folder, const std::string& kind, const Shard& shard);

  const std::filesystem::path& path() const { return folder_; }

 private:
  void claim();
  void lock(const Shard& shard);

  std::filesystem::path folder_;
  std::string kind_;
  Descriptor lock_, shard_lock_;
};

}  // namespace sluice::sweep
