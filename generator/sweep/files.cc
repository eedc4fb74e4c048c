// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "generator/util/user_error.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw UserError(fmt::format("{}: {}: {}", file.string(), what, std::strerror(errno)));
}

Descriptor open_file(const fs::path& file, int flags) {
  const int number = open(file.c_str(), flags | O_CLOEXEC, 0666);
  if (number < 0) fail(file, "cannot be opened");
  return Descriptor(number);
}

/// A new name is safe only when its folder is on disk, too.
void sync_folder(const fs::path& folder) {
  const Descriptor descriptor = open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  fsync(descriptor.number());
}

}  // namespace

Descriptor open_append(const fs::path& file) {
  Descriptor descriptor = open_file(file, O_RDWR | O_CREAT | O_APPEND);
  sync_folder(file.parent_path());
  return descriptor;
}

void append_line(const Descriptor& descriptor, const std::string& line) {
  const ssize_t count = write(descriptor.number(), line.data(), line.size());
  if (count != static_cast<ssize_t>(line.size()) || fsync(descriptor.number()) != 0) {
    throw UserError(fmt::format(
        "the results cannot be written: {}; what is there is kept, and the same command goes on "
        "from there",
        count < 0 || count == static_cast<ssize_t>(line.size()) ? std::strerror(errno)
                                                                : "no space left"));
  }
}

bool try_lock(const fs::path& file, bool exclusive, Descriptor& lock) {
  Descriptor descriptor = open_file(file, O_RDWR | O_CREAT);
  if (flock(descriptor.number(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    fail(file, "cannot be locked");
  }
  lock = std::move(descriptor);
  return true;
}

}  // namespace sluice::sweep
