// SPDX-License-Identifier: Apache-2.0
#include "generator/util/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sluice {

std::string_view resource(std::string_view path) {
  const auto& all = resources();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Resource& r) { return r.path == path; });
  if (found == all.end()) throw std::out_of_range(fmt::format("no embedded file '{}'", path));
  return found->text;
}

}  // namespace sluice
