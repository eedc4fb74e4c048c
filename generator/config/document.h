// SPDX-License-Identifier: Apache-2.0
// YAML text -> a small tree that knows the place of every key and value. Checks what can be said
// about the text without knowing the keys: size, encoding, syntax, nesting.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/diag/diagnostics.h"

namespace sluice {

/// A value of a YAML document. Of a map, keys[i] is the key of items[i]; duplicate keys are kept.
struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  Span span;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< a scalar in quotes is a text, whatever it looks like
  std::vector<Node> keys;
  std::vector<Node> items;
};

/// "has no value", "is a list" or "is a section"; empty for a scalar, which messages quote.
std::string kind_text(Node::Kind kind);

/// Reads the text of a config file. Returns an empty optional after reporting an error if the file
/// cannot be read, is larger than 1 MiB or is not text.
std::optional<std::string> read_config_text(const std::string& path, Diagnostics& diagnostics);

/// Parses a text into its tree; reports errors and returns an empty optional if it has any. An
/// empty document is a kNull node. `first_column` is the column (from 1) where the text begins in
/// the source's only line, for values of --set; it is 1 for files.
std::optional<Node> parse_document(const Source& source, Diagnostics& diagnostics);
std::optional<Node> parse_override_value(const Source& source, int first_column,
                                         Diagnostics& diagnostics);

}  // namespace sluice
