// SPDX-License-Identifier: Apache-2.0
// Single values: their types, then their ranges.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "generator/config/config.h"
#include "generator/config/shape.h"

namespace sluice {

/// An error about a single value whose remedy names values: whether these suit the other keys is
/// known only when all are read (config/remedies.h).
struct Refused {
  std::size_t error = 0;  ///< number in the diagnostics
  std::string key;
  std::vector<std::string> wanted;
  std::vector<std::string> shown;  ///< of an item of a list: the items that give these lists
  std::string without;             ///< and the list without it
};

/// The config as far as its values could be read, and the place of each value that is good.
struct ReadValues {
  Config config;
  std::map<std::string, Span> places;  ///< values given, by key; defaults have no place
  std::map<std::string, bool> bad;     ///< keys whose value was refused or is missing
  std::vector<Refused> refused;

  bool good(const std::string& key) const { return !bad.contains(key); }
};

/// Reads every given value; reports wrong types, odd number forms and values out of range.
ReadValues read_values(const GivenValues& given, Diagnostics& diagnostics);

}  // namespace sluice
