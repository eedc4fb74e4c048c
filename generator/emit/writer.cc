// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <system_error>

#include "generator/emit/marker.h"
#include "generator/util/cleanup.h"
#include "generator/util/file_problem.h"
#include "generator/util/scratch.h"
#include "generator/util/sha256.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw fs::filesystem_error(what, path, std::error_code(errno, std::generic_category()));
}

/// A file or folder that is written to disk.
class Opened {
 public:
  Opened(const fs::path& path, int flags)
      : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) fail("cannot open", path);
  }
  ~Opened() { ::close(fd_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  void write(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
      if (count < 0 && errno != EINTR) fail("cannot write", path_);
      if (count > 0) done += static_cast<std::size_t>(count);
    }
  }
  void sync() {
    // Some file systems have no fsync for folders; the data is as safe there as it gets.
    if (::fsync(fd_) < 0 && errno != EINVAL && errno != ENOTSUP) fail("cannot write", path_);
  }

 private:
  fs::path path_;
  int fd_;
};

void sync_folder(const fs::path& folder) { Opened(folder, O_RDONLY | O_DIRECTORY).sync(); }

/// Folders made on the way to the output folder; removed again if the run fails.
class MadeFolders {
 public:
  explicit MadeFolders(const fs::path& folder) {
    std::vector<fs::path> missing;
    for (fs::path at = fs::absolute(folder).lexically_normal(); !fs::exists(at);
         at = at.parent_path()) {
      missing.push_back(at);
    }
    for (auto at = missing.rbegin(); at != missing.rend(); at++) {
      std::error_code failure;
      fs::create_directory(*at, failure);
      if (failure) {
        undo();
        throw fs::filesystem_error("cannot make the folder", folder, failure);
      }
      made_.push_back(*at);
    }
  }
  ~MadeFolders() {
    if (!keep_) undo();
  }
  void keep() { keep_ = true; }

 private:
  void undo() {
    std::error_code ignored;
    for (auto at = made_.rbegin(); at != made_.rend(); at++) fs::remove(*at, ignored);
  }

  std::vector<fs::path> made_;
  bool keep_ = false;
};

void write_files(const Bundle& bundle, const fs::path& folder) {
  std::set<fs::path> folders = {folder};
  fs::create_directory(folder);
  for (const OutputFile& file : bundle.files) {
    const fs::path path = folder / file.path;
    fs::create_directories(path.parent_path());
    for (fs::path at = path.parent_path(); at != folder; at = at.parent_path()) folders.insert(at);
    Opened opened(path, O_WRONLY | O_CREAT | O_EXCL);
    opened.write(file.text);
    opened.sync();
  }
  for (const fs::path& path : folders) sync_folder(path);
}

/// Where the design that is replaced waits on file systems that cannot exchange folders. No
/// Scratch name: a kill must not cost the design.
fs::path waiting_place(const fs::path& target) {
  return target.parent_path() / fmt::format(".{}.sluice-old", target.filename().string());
}

/// Ends an exchange that a kill cut off.
void recover(const fs::path& target) {
  const fs::path old = waiting_place(target);
  const FolderState state = inspect_folder(old);
  if (!state.ours || !state.foreign.empty() || !state.edited.empty()) return;
  if (fs::exists(fs::symlink_status(target))) {
    fs::remove_all(old);
  } else if (::rename(old.c_str(), target.c_str()) < 0) {
    fail("cannot make", target);
  }
}

/// Puts the staged folder in the target's place. What was there is left in the staged place.
void swap_in(const fs::path& staged, const fs::path& target, bool target_exists) {
  const cleanup::Hold hold;
  if (!target_exists) {
    if (::rename(staged.c_str(), target.c_str()) < 0) fail("cannot make", target);
    return;
  }
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS) fail("cannot replace", target);
  // The file system cannot exchange folders: two steps, the first undone if the second fails.
  const fs::path old = waiting_place(target);
  if (::rename(target.c_str(), old.c_str()) < 0) fail("cannot replace", target);
  if (::rename(staged.c_str(), target.c_str()) < 0) {
    const int failure = errno;
    ::rename(old.c_str(), target.c_str());
    errno = failure;
    fail("cannot replace", target);
  }
  ::rename(old.c_str(), staged.c_str());
}

bool is_up_to_date(const Bundle& bundle, const FolderState& state) {
  return state.digests.size() == bundle.files.size() &&
         std::all_of(bundle.files.begin(), bundle.files.end(), [&](const OutputFile& file) {
           const auto found = state.digests.find(file.path);
           return found != state.digests.end() && found->second == sha256(file.text);
         });
}

std::string list_paths(const std::vector<std::string>& paths) {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> shown(paths.begin(),
                                 paths.begin() + static_cast<long>(std::min(kMost, paths.size())));
  for (std::string& path : shown) path = "'" + path + "'";
  if (paths.size() > kMost) shown.push_back(fmt::format("{} more", paths.size() - kMost));
  return join_words(shown, "and");
}

/// Reports why an existing folder must not be replaced; false if so.
bool may_replace(const FolderState& state, const fs::path& target, Diagnostics& diagnostics) {
  if (!state.exists) return true;
  const Span span{&diagnostics.add_source(Source::Kind::kPath, target.string(), {})};
  if (!state.ours) {
    diagnostics.error(Code::kOutputNotOurs, span, "this exists, but was not written by sluice")
        .help = "choose another folder with -o, or move this one away";
    return false;
  }
  if (!state.foreign.empty()) {
    diagnostics
        .error(Code::kOutputForeign, span,
               fmt::format("the folder also holds {}, which sluice did not write",
                           list_paths(state.foreign)))
        .help = "move your files out of the generated folder, or choose another with -o";
  }
  if (!state.edited.empty()) {
    diagnostics
        .error(Code::kOutputEdited, span,
               fmt::format("{} changed after sluice wrote {}", list_paths(state.edited),
                           state.edited.size() == 1 ? "it" : "them"))
        .help = "move the changed folder away to keep it, or delete it";
  }
  return state.foreign.empty() && state.edited.empty();
}

}  // namespace

WriteResult write_bundle(const Bundle& bundle, const fs::path& folder, Diagnostics& diagnostics) {
  const fs::path target = folder / bundle.name;
  const auto unwritable = [&](const std::string& reason) {
    const Source& source = diagnostics.add_source(Source::Kind::kPath, target.string(), {});
    diagnostics
        .error(Code::kOutputUnwritable, {&source},
               fmt::format("the files cannot be written: {}", reason))
        .help = "make room or choose another folder with -o";
    return WriteResult::kRefused;
  };
  try {
    remove_leftovers(folder);
    recover(target);
    const FolderState state = inspect_folder(target);
    if (!may_replace(state, target, diagnostics)) return WriteResult::kRefused;
    if (is_up_to_date(bundle, state)) return WriteResult::kUpToDate;
    MadeFolders parents(folder);
    const Scratch staging = Scratch::folder_beside(target);
    const fs::path staged = staging.path() / bundle.name;
    write_files(bundle, staged);
    swap_in(staged, target, state.exists);
    parents.keep();
    sync_folder(folder);
    return WriteResult::kWritten;
  } catch (const fs::filesystem_error& failure) {
    return unwritable(failure.code().message());
  } catch (const UserError& failure) {
    return unwritable(failure.problem().reason);
  }
}

}  // namespace sluice
