// SPDX-License-Identifier: Apache-2.0
#include "generator/util/scratch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string_view>
#include <system_error>

#include "generator/util/cleanup.h"
#include "generator/util/file_problem.h"
#include "generator/util/user_error.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRemedy = "choose a folder that you may write to and that has room";
/// Of the target's name in the name beside it; names have at most 255 bytes.
constexpr std::size_t kShownName = 200;

/// Whether the descriptor's file or folder still has a name; a cleaner may have been faster.
bool has_name(const Descriptor& descriptor) {
  struct stat about {};
  return ::fstat(descriptor.number(), &about) == 0 && about.st_nlink > 0;
}

/// Locks what was just made. False if another run took it for a leftover: then it is gone.
bool claim(const Descriptor& descriptor) {
  // File systems without locks have no cleaners either
  if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
  return has_name(descriptor);
}

fs::path folder_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

std::string prefix_of(const fs::path& target) {
  return fmt::format(".{}.", target.filename().string().substr(0, kShownName));
}

/// Removes one entry if it is this user's and nobody holds its lock.
void remove_leftover(const fs::path& path) {
  // Opening anything but files and folders could wait, or do something
  struct stat before {};
  if (::lstat(path.c_str(), &before) != 0 || before.st_uid != ::geteuid()) return;
  const bool folder = S_ISDIR(before.st_mode);
  if (!folder && !S_ISREG(before.st_mode)) return;
  if (folder && (before.st_mode & 077) != 0) return;
  const Descriptor entry(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat about {};
  if (!entry || ::fstat(entry.number(), &about) != 0) return;
  if (about.st_ino != before.st_ino || about.st_dev != before.st_dev) return;
  if (::flock(entry.number(), LOCK_EX | LOCK_NB) != 0) return;
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all_of(std::string_view text, bool (*holds)(char)) {
  return std::all_of(text.begin(), text.end(), holds);
}

void remove_leftovers_once(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<fs::path> done;
  {
    const std::lock_guard guard(mutex);
    std::error_code ignored;
    if (!done.insert(fs::absolute(folder, ignored)).second) return;
  }
  remove_leftovers(folder);
}

}  // namespace

Scratch& Scratch::operator=(Scratch&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Scratch Scratch::folder() { return make(temporary_folder(), "", true); }

Scratch Scratch::folder_beside(const fs::path& target) {
  return make(folder_of(target), prefix_of(target), true);
}

Scratch Scratch::file_beside(const fs::path& target) {
  return make(folder_of(target), prefix_of(target), false);
}

Scratch Scratch::make(const fs::path& parent, const std::string& prefix, bool folder) {
  remove_leftovers_once(parent);
  for (;;) {
    const cleanup::Hold hold;
    std::string name = (parent / fmt::format("{}sluice-{}-XXXXXX", prefix, ::getpid())).string();
    Scratch made;
    if (folder) {
      if (::mkdtemp(name.data()) == nullptr) {
        throw_file_problem(parent, "cannot make a folder here", kRemedy);
      }
      made.descriptor_ = Descriptor(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    } else {
      made.descriptor_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
      if (!made.descriptor_) throw_file_problem(parent, "cannot make a file here", kRemedy);
    }
    if (!made.descriptor_ || !claim(made.descriptor_)) continue;
    made.path_ = name;
    cleanup::add_path(made.path_);
    return made;
  }
}

bool Scratch::take_place_of(const fs::path& target, bool only_new) {
  const cleanup::Hold hold;
  if (!rename_to(path_, target, only_new)) return false;
  cleanup::drop_path(path_);
  path_.clear();
  return true;
}

void Scratch::remove() {
  if (path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  cleanup::drop_path(path_);
  path_.clear();
}

bool rename_to(const fs::path& from, const fs::path& to, bool only_new) {
  if (!only_new) return ::rename(from.c_str(), to.c_str()) == 0;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  // Some file systems cannot do this; there a plain rename must do
  if (errno != EINVAL && errno != ENOSYS) return false;
  return ::rename(from.c_str(), to.c_str()) == 0;
}

bool is_scratch_name(const std::string& name) {
  constexpr std::string_view kMark = "sluice-";
  const std::size_t at = name.rfind(kMark);
  if (at == std::string::npos) return false;
  const std::string_view prefix(name.data(), at);
  if (!prefix.empty() && !(prefix.size() > 2 && prefix.front() == '.' && prefix.back() == '.')) {
    return false;
  }
  const std::string_view rest = std::string_view(name).substr(at + kMark.size());
  const std::size_t dash = rest.find('-');
  return dash != std::string_view::npos && dash > 0 && all_of(rest.substr(0, dash), is_digit) &&
         rest.size() == dash + 7 && all_of(rest.substr(dash + 1), is_letter_or_digit);
}

void remove_leftovers(const fs::path& folder) {
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const fs::path path = entry->path();
    if (is_scratch_name(path.filename().string())) remove_leftover(path);
  }
}

fs::path temporary_folder() {
  std::error_code failure;
  const fs::path folder = fs::temp_directory_path(failure);
  // Tools run in other folders
  if (!failure) return fs::absolute(folder);
  const char* chosen = std::getenv("TMPDIR");
  throw UserError(
      fmt::format("{}: this is no folder for temporary files: {}; set TMPDIR to a folder that you "
                  "may write to, or unset it",
                  chosen != nullptr ? chosen : "/tmp", failure.message()));
}

}  // namespace sluice
