// SPDX-License-Identifier: Apache-2.0
#include "generator/config/canonical.h"

#include <fmt/format.h>

#include "generator/config/schema.h"

namespace sluice {

std::string canonical_yaml(const Config& config) {
  std::string text;
  std::string section;
  for (const Key* named : named_keys(config)) {
    const Key& key = *named;
    const std::size_t dot = key.path.find('.');
    const std::string owner = dot == std::string::npos ? "" : key.path.substr(0, dot);
    if (owner != section && !owner.empty()) text += owner + ":\n";
    section = owner;
    text += fmt::format("{}{}: {}\n", owner.empty() ? "" : "  ", key.path.substr(dot + 1),
                        value_text(key, config));
  }
  return text;
}

}  // namespace sluice
