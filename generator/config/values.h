// Single values: their types, then their ranges.
#pragma once

#include <map>
#include <string>

#include "config/config.h"
#include "config/shape.h"

namespace sluice {

/// The config as far as its values could be read, and the place of each value that is good.
struct ReadValues {
  Config config;
  std::map<std::string, Span> places;  ///< values given, by key; defaults have no place
  std::map<std::string, bool> bad;     ///< keys whose value was refused or is missing

  bool good(const std::string& key) const { return !bad.contains(key); }
};

/// Reads every given value; reports wrong types, odd number forms and values out of range.
ReadValues read_values(const GivenValues& given, Diagnostics& diagnostics);

}  // namespace sluice
