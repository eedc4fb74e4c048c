// SPDX-License-Identifier: Apache-2.0
#include "generator/util/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "generator/util/file_problem.h"
#include "generator/util/scratch.h"
#include "generator/util/user_error.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNothing = "; nothing was written. ";

/// The mode a file made in the ordinary way has. umask() cannot be asked without being changed,
/// which other threads would see.
mode_t ordinary_mode() {
  mode_t mask = 022;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Umask:"))
      mask = static_cast<mode_t>(std::stoul(line.substr(6), nullptr, 8));
  }
  return 0666 & ~mask;
}

void write_all(int descriptor, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_file_problem(file, "cannot be written", "make room and try again");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void sync(int descriptor, const fs::path& file) {
  if (::fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP) {
    throw_file_problem(file, "cannot be written", "make room and try again");
  }
}

/// A new name is safe only when its folder is on disk, too. Some file systems cannot do this.
void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor) ::fsync(descriptor.number());
}

void put(const fs::path& file, std::string_view bytes, mode_t mode, bool only_new) {
  Scratch beside = Scratch::file_beside(file);
  const int descriptor = beside.descriptor().number();
  write_all(descriptor, bytes, file);
  // Where modes cannot be set the file has the one that it has
  (void)!::fchmod(descriptor, mode);
  sync(descriptor, file);
  if (!beside.take_place_of(file, only_new)) {
    throw_file_problem(file, "cannot be written", "give another name");
  }
  if (!beside.descriptor().close()) throw_file_problem(file, "cannot be written", "try again");
  sync_folder(file.parent_path());
}

const char* kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link, which is not followed";
  if (S_ISDIR(mode)) return "a folder";
  return "no ordinary file";
}

std::string head_of(const fs::path& file, std::size_t file_size) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!descriptor)
    throw_file_problem(file, "this is there and cannot be read", "give another name");
  std::string head(std::min(file_size, kOwnFileHead), '\0');
  std::size_t size = 0;
  while (size < head.size()) {
    const ssize_t count = ::read(descriptor.number(), head.data() + size, head.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw_file_problem(file, "this is there and cannot be read", "give another name");
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  head.resize(size);
  return head;
}

void require_writable(const fs::path& folder) {
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    throw_file_problem(folder, "no file can be written there", "give another folder");
  }
}

/// The state of a file that may be replaced; st_mode 0 if there is none.
struct stat replaceable(const fs::path& file, const OwnFile& own) {
  struct stat about {};
  if (!file.has_filename()) {
    throw UserError(
        fmt::format("{}: this names a folder{}Give the name of a file", file.string(), kNothing));
  }
  if (::lstat(file.c_str(), &about) != 0) {
    if (errno == ENOENT) {
      require_writable(file.has_parent_path() ? file.parent_path() : fs::path("."));
      return {};
    }
    throw_file_problem(file, "cannot be written", "give another name");
  }
  if (!S_ISREG(about.st_mode)) {
    throw UserError(fmt::format("{}: this is {}{}Give the name of a file", file.string(),
                                kind_of(about.st_mode), kNothing));
  }
  if (about.st_size == 0 || own.is(head_of(file, static_cast<std::size_t>(about.st_size))))
    return about;
  throw UserError(
      fmt::format("{}: this is there and no {}{}Give another name, or move the file away",
                  file.string(), own.what, kNothing));
}

}  // namespace

void write_file(const fs::path& file, std::string_view bytes, int mode) {
  put(file, bytes, mode < 0 ? ordinary_mode() : static_cast<mode_t>(mode), false);
}

void write_output(const fs::path& file, std::string_view bytes, const OwnFile& own) {
  const struct stat about = replaceable(file, own);
  const bool is_new = about.st_mode == 0;
  put(file, bytes, is_new ? ordinary_mode() : about.st_mode & 07777, is_new);
}

void move_output(const fs::path& from, const fs::path& file, const OwnFile& own) {
  const bool is_new = replaceable(file, own).st_mode == 0;
  {
    const Descriptor descriptor(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) throw_file_problem(file, "cannot be written", "try again");
    sync(descriptor.number(), file);
  }
  if (!rename_to(from, file, is_new)) {
    throw_file_problem(file, "cannot be written", "give another name");
  }
  sync_folder(file.parent_path());
}

void require_replaceable(const fs::path& file, const OwnFile& own) { replaceable(file, own); }

}  // namespace sluice
