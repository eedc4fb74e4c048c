// SPDX-License-Identifier: Apache-2.0
// The keys of a config as data: type, range, unit and meaning of each. The reader, the checks of
// single values, the resolved config and the reference page all come from this table.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "generator/config/config.h"

namespace sluice {

/// The member of Config that a key fills; its type is the type of the value.
using Member = std::variant<std::string& (*)(Config&), bool& (*)(Config&), int& (*)(Config&),
                            std::vector<int>& (*)(Config&)>;

struct Key {
  std::string path;  ///< "lanes" or "memory.bytes"
  Member member;
  bool required;  ///< without a default; else the default is that of struct Config
  int least = 0;  ///< range of a number
  int most = 0;
  bool power_of_two = false;
  std::vector<int> choices = {};  ///< the allowed numbers if not empty; used instead of the range
  std::vector<std::string> words = {};  ///< the allowed texts if not empty
  std::string unit;
  std::string meaning;  ///< one line for the reference page
  /// A resolved config does not name it while it has its default: designs without it are what they
  /// were before there was such a key.
  bool unnamed = false;
};

/// All keys, in the order in which the reference and a resolved config list them.
const std::vector<Key>& schema();

/// The key of this path, or nullptr.
const Key* find_key(std::string_view path);

/// The sections of the schema: "accumulator", "buffers", "memory", "bus".
const std::vector<std::string>& schema_sections();

/// The value of a key as YAML text: "16", "true", "[8, 4]".
std::string value_text(const Key& key, const Config& config);

/// The keys that a resolved config lists.
std::vector<const Key*> named_keys(const Config& config);

/// What a value must be, for messages and the reference: "1 to 64", "4, 8 or 16", "none or axi4".
std::string allowed_text(const Key& key);

/// The type in words: "text", "true or false", "number", "list of numbers".
std::string type_text(const Key& key);

}  // namespace sluice
