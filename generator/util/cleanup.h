// SPDX-License-Identifier: Apache-2.0
// What must not outlive the program: temporary files and folders, and the tools it started.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace sluice::cleanup {

/// As long as one lives, no signal's clean-up begins; once one has begun, none can be made and the
/// thread that tries waits for the end of the program. Hold one while something is made and noted
/// here, or while two steps belong together. May be nested.
class Hold {
 public:
  Hold();
  ~Hold();
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
};

/// Notes a file or folder that a signal is to remove, and forgets it.
void add_path(const std::filesystem::path& path);
void drop_path(const std::filesystem::path& path);

/// Notes a process group that a signal is to kill, and forgets it.
void add_group(pid_t group);
void drop_group(pid_t group);

/// Kills all groups and removes all paths. Does not return to those that hold or wait: the caller
/// must end the program.
void finish();

}  // namespace sluice::cleanup
