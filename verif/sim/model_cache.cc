// SPDX-License-Identifier: Apache-2.0
#include "verif/sim/model_cache.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "generator/util/file_problem.h"
#include "generator/util/sha256.h"
#include "generator/util/user_error.h"
#include "generator/util/write_file.h"

namespace sluice::sim {
namespace {

namespace fs = std::filesystem;

/// Closes a kept library; loaders do not look behind the sections of a file.
constexpr std::string_view kTrailer = "\nsluice model, sha256 ";
constexpr std::size_t kDigest = 64;

struct Candidate {
  fs::path folder;
  fs::path home;        ///< must be the user's; empty: not looked at
  bool shared = false;  ///< lies in a folder in which others make theirs
};

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

fs::path home_in_database() {
  std::vector<char> buffer(1 << 16);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return {};
  return entry.pw_dir != nullptr ? entry.pw_dir : "";
}

std::vector<Candidate> candidates() {
  if (const std::string own = setting("SLUICE_CACHE"); !own.empty()) {
    return {{fs::absolute(own), {}, false}};
  }
  std::vector<Candidate> list;
  // The standard for these variables wants relative paths to be ignored
  if (const fs::path xdg = setting("XDG_CACHE_HOME"); xdg.is_absolute()) {
    list.push_back({xdg / "sluice", {}, false});
  }
  for (const fs::path& home : {fs::path(setting("HOME")), home_in_database()}) {
    if (home.is_absolute()) list.push_back({home / ".cache/sluice", home, false});
  }
  std::error_code failure;
  const fs::path temporary = fs::temp_directory_path(failure);
  if (!failure) list.push_back({temporary / fmt::format("sluice-cache-{}", geteuid()), {}, true});
  return list;
}

/// Makes a folder and those above it, for this user alone.
void make_private(const fs::path& folder) {
  std::error_code ignored;
  if (fs::exists(folder, ignored) || folder == folder.parent_path()) return;
  make_private(folder.parent_path());
  ::mkdir(folder.c_str(), 0700);
}

std::string owner_problem(const struct stat& about, bool shared) {
  if (about.st_uid != geteuid()) return fmt::format("it belongs to user {}", about.st_uid);
  if ((about.st_mode & (shared ? 077 : 022)) != 0) {
    return fmt::format("others may {} it (mode {:04o})", shared ? "use" : "write to",
                       about.st_mode & 07777);
  }
  return "";
}

/// Opens the folder, or says why it is not safe.
Descriptor open_folder(const Candidate& candidate, std::string& problem) {
  struct stat about {};
  if (!candidate.home.empty() &&
      (::stat(candidate.home.c_str(), &about) != 0 || about.st_uid != geteuid())) {
    problem = fmt::format("{} is not this user's home", candidate.home.string());
    return {};
  }
  make_private(candidate.folder);
  const int link = candidate.shared ? O_NOFOLLOW : 0;
  Descriptor folder(::open(candidate.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | link));
  if (!folder || ::fstat(folder.number(), &about) != 0) {
    problem = std::strerror(errno);
    return {};
  }
  problem = owner_problem(about, candidate.shared);
  return problem.empty() ? std::move(folder) : Descriptor();
}

std::string read_all(int descriptor, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::read(descriptor, bytes.data() + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

std::string trailer_of(std::string_view library) { return std::string(kTrailer) + sha256(library); }

bool is_whole(const std::string& kept) {
  if (kept.size() <= kTrailer.size() + kDigest) return false;
  const std::size_t end = kept.size() - kTrailer.size() - kDigest;
  return std::string_view(kept).substr(end) == trailer_of(std::string_view(kept).substr(0, end));
}

}  // namespace

ModelCache ModelCache::open() {
  ModelCache cache;
  std::string problems;
  for (const Candidate& candidate : candidates()) {
    std::string problem;
    cache.descriptor_ = open_folder(candidate, problem);
    if (cache.descriptor_) {
      cache.folder_ = candidate.folder;
      return cache;
    }
    problems +=
        fmt::format("{}{}: {}", problems.empty() ? "" : "; ", candidate.folder.string(), problem);
  }
  cache.problem_ = fmt::format(
      "{}. Compiled models are not kept, each run builds them again; set SLUICE_CACHE to a folder "
      "of your own that only you can write to (chmod 700)",
      problems);
  return cache;
}

/// The path by way of the open folder: whatever happens to folders above it, it is the one that
/// was looked at.
fs::path ModelCache::entry(const std::string& name) const {
  const fs::path through = fmt::format("/proc/self/fd/{}", descriptor_.number());
  std::error_code ignored;
  return (fs::is_directory(through, ignored) ? through : folder_) / name;
}

void* ModelCache::load(const std::string& name) const {
  if (!descriptor_) return nullptr;
  const Descriptor file(
      ::openat(descriptor_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat about {};
  if (!file || ::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode)) return nullptr;
  if (!owner_problem(about, false).empty()) return nullptr;
  if (!is_whole(read_all(file.number(), static_cast<std::size_t>(about.st_size)))) return nullptr;
  return dlopen(entry(name).c_str(), RTLD_NOW | RTLD_LOCAL);
}

void ModelCache::keep(const std::string& name, const fs::path& library) const {
  if (!descriptor_) return;
  std::ifstream stream(library, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  if (!stream) return;
  try {
    write_file(entry(name), bytes.str() + trailer_of(bytes.str()), 0600);
  } catch (const UserError&) {
    // The model is loaded from where it was built
  }
}

}  // namespace sluice::sim
