// SPDX-License-Identifier: Apache-2.0
// Which keys are there: unknown, duplicate and missing ones.
#pragma once

#include <map>
#include <string>

#include "generator/config/document.h"

namespace sluice {

/// The values given for the keys of the schema, by path. Points into the checked tree.
using GivenValues = std::map<std::string, const Node*>;

/// Reports a document that is empty or no map; false if so.
bool check_root(const Node& root, const Source& source, Diagnostics& diagnostics);

/// Reports unknown, duplicate and missing keys, and sections that are no maps; returns the values
/// of all known keys.
GivenValues check_shape(const Node& root, const Source& source, Diagnostics& diagnostics);

/// Reports a key that is not in the schema, and what may have been meant. `section` is where the
/// key stands, empty at the top.
void report_unknown_key(const std::string& key, const std::string& section, const Span& span,
                        Diagnostics& diagnostics);

}  // namespace sluice
