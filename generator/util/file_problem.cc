// SPDX-License-Identifier: Apache-2.0
#include "generator/util/file_problem.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "generator/util/user_error.h"

namespace sluice {

void throw_file_problem(const std::filesystem::path& path, const std::string& what,
                        const std::string& remedy) {
  throw UserError(Problem{what, {path.string()}, "", std::strerror(errno), remedy});
}

std::string text_of(const std::system_error& failure) {
  const auto* of_file = dynamic_cast<const std::filesystem::filesystem_error*>(&failure);
  if (of_file == nullptr || of_file->path1().empty()) return failure.what();
  return fmt::format("{}: {}; see that the path is right and that you may use it",
                     of_file->path1().string(), failure.code().message());
}

}  // namespace sluice
