// SPDX-License-Identifier: Apache-2.0
#include "generator/util/cleanup.h"

#include <unistd.h>

#include <csignal>
#include <mutex>
#include <set>
#include <system_error>

namespace sluice::cleanup {
namespace {

namespace fs = std::filesystem;

struct Noted {
  std::recursive_mutex mutex;
  std::set<fs::path> paths;
  std::set<pid_t> groups;
};

/// Never destroyed: a signal may come while the program ends.
Noted& noted() {
  static Noted* const all = new Noted;
  return *all;
}

/// Threads of this program, and tools that are just dying, may still write into the folder.
void remove_for_good(const fs::path& path) {
  for (int attempt = 0; attempt < 100; attempt++) {
    std::error_code failure;
    fs::remove_all(path, failure);
    if (!failure) return;
    ::usleep(10'000);
  }
}

}  // namespace

Hold::Hold() { noted().mutex.lock(); }
Hold::~Hold() { noted().mutex.unlock(); }

void add_path(const fs::path& path) {
  const Hold hold;
  noted().paths.insert(path);
}

void drop_path(const fs::path& path) {
  const Hold hold;
  noted().paths.erase(path);
}

void add_group(pid_t group) {
  const Hold hold;
  noted().groups.insert(group);
}

void drop_group(pid_t group) {
  const Hold hold;
  noted().groups.erase(group);
}

void finish() {
  noted().mutex.lock();
  for (const pid_t group : noted().groups) ::kill(-group, SIGKILL);
  for (const fs::path& path : noted().paths) remove_for_good(path);
}

}  // namespace sluice::cleanup
