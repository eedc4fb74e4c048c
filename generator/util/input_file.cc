// SPDX-License-Identifier: Apache-2.0
#include "generator/util/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "generator/util/descriptor.h"
#include "generator/util/user_error.h"

namespace sluice {
namespace {

constexpr std::size_t kFirstPart = std::size_t{1} << 16;

/// Fills the text up to `wanted` bytes, or to the end of the file. Returns errno.
int read_up_to(int file, std::size_t wanted, std::string& text, bool& ended) {
  std::size_t at = text.size();
  text.resize(wanted);
  while (at < wanted && !ended) {
    const ssize_t count = read(file, text.data() + at, wanted - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    ended = count == 0;
    at += static_cast<std::size_t>(count);
  }
  text.resize(at);
  return 0;
}

}  // namespace

std::vector<InputKind> input_kinds() {
  return {input::kYaml,   input::kTable,     input::kLiberty,   input::kOnnx,
          input::kImages, input::kJson,      input::kSweepJson, input::kSweepLines,
          input::kKept,   input::kGenerated, input::kToolOutput};
}

InputText try_read(const std::string& path, std::uint64_t most) {
  InputText result;
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file || fstat(file.number(), &status) != 0) {
    result.error = errno;
    return result;
  }
  const bool sized = S_ISREG(status.st_mode);
  result.too_large = sized && static_cast<std::uint64_t>(status.st_size) > most;
  // What is not a plain file, or grows, is read in parts that double
  std::uint64_t part = sized ? static_cast<std::uint64_t>(status.st_size) + 1 : kFirstPart;
  bool ended = false;
  while (!ended && !result.too_large && result.error == 0) {
    part = std::min(part, most + 1);
    result.error = read_up_to(file.number(), part, result.text, ended);
    result.too_large = result.text.size() > most;
    part = std::max<std::uint64_t>(2 * part, kFirstPart);
  }
  if (result.too_large || result.error != 0) result.text = std::string();
  return result;
}

std::string read_input(const std::string& path, const InputKind& kind, const std::string& remedy) {
  InputText result = try_read(path, kind.most);
  if (result.too_large) {
    throw UserError({path}, fmt::format("is larger than {}, the most that is read of a {}; {}",
                                        size_text(kind.most), kind.name, remedy));
  }
  if (result.error != 0) {
    throw UserError({path},
                    fmt::format("cannot be read: {}; {}", std::strerror(result.error), remedy));
  }
  return std::move(result.text);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes % (input::kMiB << 10) == 0) return fmt::format("{} GiB", bytes / (input::kMiB << 10));
  if (bytes % input::kMiB == 0) return fmt::format("{} MiB", bytes / input::kMiB);
  return fmt::format("{} bytes", bytes);
}

}  // namespace sluice
