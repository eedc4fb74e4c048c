// SPDX-License-Identifier: Apache-2.0
// Reads the keys of a map in a sweep file: each known, given once, of its type.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generator/config/document.h"

namespace sluice::sweep {

class MapReader {
 public:
  explicit MapReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  /// A key and what reads its value.
  struct Entry {
    std::string key;
    std::function<void(const Node& value)> read;
  };

  /// Calls the readers of the keys that are given; reports unknown and repeated keys.
  void read(const Node& map, const std::string& name, const std::vector<Entry>& entries);

  // Readers of values; each reports a value that is of another kind or out of range.
  std::function<void(const Node&)> flag(const std::string& name, bool& value);
  // A text in a number's place says nothing of what was meant: the remedy is then `usual`.
  std::function<void(const Node&)> real(const std::string& name, double low, double high,
                                        double usual, std::function<void(double)> take);
  std::function<void(const Node&)> number(const std::string& name, std::int64_t low,
                                          std::int64_t high, std::int64_t usual,
                                          std::function<void(std::int64_t)> take);
  std::function<void(const Node&)> word(const std::string& name,
                                        const std::vector<std::string>& allowed,
                                        std::string& value);

  /// Reports a value of the wrong kind: what was found and what is allowed.
  void wrong(const Node& node, const std::string& name, const std::string& allowed,
             const std::string& help);

 private:
  Diagnostics& diagnostics_;
};

/// A file that holds keys, and where to point to in it.
struct MapFile {
  const Source* source;
  Node root;
};

/// Reads the file of "a sweep" or the like; reports one that cannot be read, or holds no keys, with
/// an example to start from.
std::optional<MapFile> read_map_file(const std::string& path, const std::string& what,
                                     const std::string& example, Diagnostics& diagnostics);

/// The value as a text that parses to it again: "16", "[8, 4]".
std::string value_text(const Node& node);

}  // namespace sluice::sweep
