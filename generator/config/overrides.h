// SPDX-License-Identifier: Apache-2.0
// Options --set key=value: parsed on their own, then put into the file's tree, so that everything
// after this sees one document whose values know where they came from.
#pragma once

#include <string>
#include <vector>

#include "generator/config/document.h"

namespace sluice {

struct Override {
  std::string path;  ///< a key of the schema
  Node key;
  Node value;
};

/// Parses "key=value" texts. Reports those that are malformed or name no key of the schema.
std::vector<Override> parse_overrides(const std::vector<std::string>& texts,
                                      Diagnostics& diagnostics);

/// Puts the values into the tree of a map, replacing those of the file (also duplicates of them).
void apply_overrides(const std::vector<Override>& overrides, Node& root);

}  // namespace sluice
