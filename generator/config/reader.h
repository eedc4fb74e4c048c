// SPDX-License-Identifier: Apache-2.0
// Reads a config: YAML text and --set overrides -> Config, or the list of what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/config/config.h"
#include "generator/diag/diagnostics.h"

namespace sluice {

/// Reads and checks a config file. Each override is a text "key=value" with a key such as
/// "memory.bytes"; it replaces the file's value. Checks everything and reports all errors at once;
/// returns an empty optional if there are any.
std::optional<Config> load_config(const std::string& path,
                                  const std::vector<std::string>& overrides,
                                  Diagnostics& diagnostics);

/// The same for a text already in memory; `name` is what messages call it.
std::optional<Config> parse_config(const std::string& name, const std::string& text,
                                   const std::vector<std::string>& overrides,
                                   Diagnostics& diagnostics);

}  // namespace sluice
