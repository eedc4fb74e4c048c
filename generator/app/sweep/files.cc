#include "app/sweep/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/sweep/error.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& what) {
  throw SweepError(fmt::format("{}: {}: {}", file.string(), what, std::strerror(errno)));
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

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

void write_whole(const fs::path& file, const std::string& text) {
  // Shards write into one folder, so that the name must be this process's own
  const fs::path beside = fmt::format("{}.{}.new", file.string(), getpid());
  {
    const Descriptor descriptor = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t count = write(descriptor.number(), text.data() + at, text.size() - at);
      if (count <= 0) fail(beside, "cannot be written");
      at += static_cast<std::size_t>(count);
    }
    if (fsync(descriptor.number()) != 0) fail(beside, "cannot be written");
  }
  if (rename(beside.c_str(), file.c_str()) != 0) fail(file, "cannot be replaced");
  sync_folder(file.parent_path());
}

Descriptor open_append(const fs::path& file) {
  Descriptor descriptor = open_file(file, O_RDWR | O_CREAT | O_APPEND);
  sync_folder(file.parent_path());
  return descriptor;
}

void append_line(const Descriptor& descriptor, const std::string& line) {
  const ssize_t count = write(descriptor.number(), line.data(), line.size());
  if (count != static_cast<ssize_t>(line.size()) || fsync(descriptor.number()) != 0) {
    throw SweepError(fmt::format(
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
