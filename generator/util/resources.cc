// SPDX-License-Identifier: Apache-2.0
#include "generator/util/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sluice {
namespace {

const Resource* find_resource(std::string_view path) {
  const auto& all = resources();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Resource& r) { return r.path == path; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool has_resource(std::string_view path) { return find_resource(path) != nullptr; }

std::string_view resource(std::string_view path) {
  const Resource* found = find_resource(path);
  if (!found) throw std::out_of_range(fmt::format("no embedded file '{}'", path));
  return found->text;
}

}  // namespace sluice
