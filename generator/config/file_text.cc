// SPDX-License-Identifier: Apache-2.0
// Reading a config file as text, and refusing what cannot be one.
#include <fmt/format.h>

#include <cstring>

#include "generator/config/document.h"
#include "generator/util/input_file.h"
#include "generator/util/utf8.h"

namespace sluice {
namespace {

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
  InputText read = try_read(path, input::kYaml.most);
  if (read.error != 0) {
    const Source& source = diagnostics.add_source(Source::Kind::kPath, path, {});
    diagnostics
        .error(Code::kFileUnreadable, {&source},
               fmt::format("the config cannot be read: {}", std::strerror(read.error)))
        .help = "give the path of a YAML file";
    return std::nullopt;
  }
  if (read.too_large) {
    const Source& source = diagnostics.add_source(Source::Kind::kPath, path, {});
    diagnostics
        .error(Code::kFileTooLarge, {&source}, "the file is larger than 1 MiB, so it is no config")
        .help = "give the path of a YAML file that describes one design";
    return std::nullopt;
  }
  std::string& text = read.text;
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);  // byte order mark
  if (const auto at = find_non_text(text)) {
    report_not_text(path, text, *at, diagnostics);
    return std::nullopt;
  }
  return std::move(text);
}

}  // namespace sluice
