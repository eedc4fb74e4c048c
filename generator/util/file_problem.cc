#include "util/file_problem.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace sluice {

void throw_file_problem(const std::filesystem::path& path, const std::string& what,
                        const std::string& remedy) {
  throw FileProblem(fmt::format("{}: {}: {}{}{}", path.string(), what, std::strerror(errno),
                                remedy.empty() ? "" : "; ", remedy));
}

}  // namespace sluice
