// Reading a config file as text, and refusing what cannot be one.
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "config/document.h"
#include "util/utf8.h"

namespace sluice {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

/// Reads at most one byte more than allowed. Returns errno, 0 if all went well.
int read_limited(const std::string& path, std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) return errno;
  text.resize(kLargestFile + 1);
  const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get())) return errno;
  text.resize(size);
  return 0;
}

void report_not_text(const std::string& path, const std::string& text, std::size_t at,
                     Diagnostics& diagnostics) {
  const Source& source = diagnostics.add_source(Source::Kind::kPath, path, {});
  diagnostics
      .error(Code::kFileNotText, {&source},
             fmt::format("this is not a text file: byte {} is 0x{:02x}", at,
                         static_cast<unsigned char>(text[at])))
      .help = "give a YAML file, saved as UTF-8";
}

}  // namespace

std::optional<std::string> read_config_text(const std::string& path, Diagnostics& diagnostics) {
  std::string text;
  if (const int failure = read_limited(path, text); failure != 0) {
    const Source& source = diagnostics.add_source(Source::Kind::kPath, path, {});
    diagnostics
        .error(Code::kFileUnreadable, {&source},
               fmt::format("the config cannot be read: {}", std::strerror(failure)))
        .help = "give the path of a YAML file";
    return std::nullopt;
  }
  if (text.size() > kLargestFile) {
    const Source& source = diagnostics.add_source(Source::Kind::kPath, path, {});
    diagnostics
        .error(Code::kFileTooLarge, {&source}, "the file is larger than 1 MiB, so it is no config")
        .help = "give the path of a YAML file that describes one design";
    return std::nullopt;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);  // byte order mark
  if (const auto at = find_non_text(text)) {
    report_not_text(path, text, *at, diagnostics);
    return std::nullopt;
  }
  return text;
}

}  // namespace sluice
