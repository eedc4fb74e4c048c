// SPDX-License-Identifier: Apache-2.0
// The syntax of Liberty files: groups and attributes, whatever they mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::synth {

/// `name : value;` has one value, `name (value, value);` any number. Quotes are taken off.
struct LibertyAttribute {
  std::string name;
  std::vector<std::string> values;
  int line = 0, column = 0;  ///< of its name
};

/// `name (argument, argument) { ... }`
struct LibertyGroup {
  std::string name;
  std::vector<std::string> arguments;
  int line = 0, column = 0;  ///< of its name
  std::vector<LibertyAttribute> attributes;
  std::vector<LibertyGroup> groups;

  /// First attribute of this name, or null.
  const LibertyAttribute* find(std::string_view attribute) const;

  /// First value of that attribute; empty if there is none.
  std::string value(std::string_view attribute) const;

  /// First argument; empty if there is none.
  std::string argument() const { return arguments.empty() ? std::string() : arguments.front(); }
};

/// Parses a whole file, which is one group `library (name) { .. }`. Takes what other tools take:
/// missing semicolons at the end of a line, both kinds of comments, continued lines. `path` is for
/// messages. Throws UserError with file, line, column and what was found.
LibertyGroup parse_liberty(std::string_view text, const std::string& path);

}  // namespace sluice::synth
