// SPDX-License-Identifier: Apache-2.0
// JSON as commands print it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace sluice::app {

/// The document, indented. File names need not be UTF-8, JSON must be: bytes that are not become
/// U+FFFD.
inline std::string json_text(const nlohmann::ordered_json& json, int indent = 2) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace sluice::app
