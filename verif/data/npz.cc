#include "data/npz.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace sluice::data {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw DataError{path + ": " + what};
}

[[noreturn]] void fail_to_write(const std::string& path, const std::string& why) {
  fail(path, fmt::format("cannot be written: {}", why));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A new folder beside the target, on the same file system, that goes with all that is in it.
class StagingFolder {
 public:
  explicit StagingFolder(const fs::path& target) {
    std::string pattern =
        (folder_of(target) / fmt::format(".{}.sluice-XXXXXX", target.filename().string())).string();
    if (mkdtemp(pattern.data()) == nullptr) fail_to_write(target.string(), std::strerror(errno));
    path_ = pattern;
  }
  ~StagingFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

/// Whether the archive's first entry is the array `first`.
bool is_ours(const std::string& path, const std::string& first) {
  const std::unique_ptr<zip_t, Discard> archive(zip_open(path.c_str(), ZIP_RDONLY, nullptr));
  if (!archive) return false;
  const char* name = zip_get_name(archive.get(), 0, 0);
  return name != nullptr && first + ".npy" == name;
}

void add(zip_t* archive, const std::string& name, const std::string& file,
         const std::string& path) {
  zip_source_t* source = zip_source_buffer(archive, file.data(), file.size(), 0);
  const zip_int64_t index =
      source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    fail_to_write(path, zip_strerror(archive));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  // A fixed date, the first that the format has: the same arrays give the same bytes
  constexpr zip_uint16_t kFirstDay = 1 << 5 | 1;
  if (zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(archive, entry, 0, kFirstDay, 0) != 0) {
    fail_to_write(path, zip_strerror(archive));
  }
}

void write_archive(const std::string& staged, const NamedArrays& arrays, const std::string& path) {
  std::unique_ptr<zip_t, Discard> archive(zip_open(staged.c_str(), ZIP_CREATE | ZIP_EXCL, nullptr));
  if (!archive) fail_to_write(path, std::strerror(errno));
  std::vector<std::string> files;  // they are read when the archive is closed
  files.reserve(arrays.size());
  for (const auto& [name, array] : arrays) {
    files.push_back(npy_file(array));
    add(archive.get(), name + ".npy", files.back(), path);
  }
  if (zip_close(archive.get()) != 0) fail_to_write(path, zip_strerror(archive.get()));
  archive.release();
}

void sync_file(const std::string& staged, const std::string& path) {
  const int descriptor = open(staged.c_str(), O_RDONLY | O_CLOEXEC);
  const bool good = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!good) fail_to_write(path, std::strerror(error));
}

}  // namespace

void check_npz_target(const std::string& path, const std::string& first) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (fs::exists(status) && (!fs::is_regular_file(status) || !is_ours(path, first))) {
    fail(path, "exists and is not a file of outputs that sluice wrote; choose another name");
  }
  const fs::path folder = folder_of(path);
  if (!fs::is_directory(folder, error)) {
    fail(path, fmt::format("cannot be written: there is no folder '{}'", folder.string()));
  }
  if (access(folder.c_str(), W_OK) != 0) fail_to_write(path, std::strerror(errno));
}

void write_npz(const std::string& path, const NamedArrays& arrays) {
  check_npz_target(path, arrays.front().first);
  const StagingFolder staging(path);
  const std::string staged = (staging.path() / "arrays.npz").string();
  write_archive(staged, arrays, path);
  sync_file(staged, path);
  if (rename(staged.c_str(), path.c_str()) != 0) fail_to_write(path, std::strerror(errno));
}

}  // namespace sluice::data
