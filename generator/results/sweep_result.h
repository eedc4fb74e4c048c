// SPDX-License-Identifier: Apache-2.0
// The points of a sweep: what became of configs with networks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/results/columns.h"

namespace sluice::results {

/// A key of a config and its value.
struct Setting {
  std::string key;
  std::string value;  ///< as JSON: 16, [8,4], "axi4" with its quotes

  /// Without quotes.
  std::string text() const;
};

/// What became of a design with a network. One that runs some of the layers only has no speed.
enum class Outcome { kGood, kNotWhole, kFailed };

struct Point {
  std::string key;      ///< names config, network and all else the point depends on
  std::string network;  ///< without folder and ending
  std::vector<Setting> settings;
  bool ok = false;
  std::string error;  ///< of a point that is not ok
  NetworkFigures figures;

  Outcome outcome() const;
  /// The value of a key as JSON; "null" if the point does not have the key.
  std::string value_of(const std::string& key) const;
  std::string text_of(const std::string& key) const;
};

using SweepColumns = std::vector<const Column<NetworkFigures>*>;

/// The table that areas of memories are from.
struct MemorySource {
  std::string table;  ///< "cacti65", or the name of the user's file; empty: not known
  std::string node;   ///< "65 nm"
};

struct SweepResult {
  std::string base;                ///< path of the base config; may be empty
  std::vector<std::string> fixed;  ///< "key=value" for all points
  std::vector<std::string> keys;   ///< that vary
  std::vector<std::string> networks;
  double clock_mhz = 0;
  bool area = false;
  MemorySource memories;  ///< of the areas
  SweepColumns columns;   ///< the figures of points, in their order
  std::vector<Point> points;
};

/// The columns of a sweep: with those of gains and of areas, or without.
SweepColumns sweep_columns(bool compared, bool area);

/// Whether a kept point has all figures of these columns but those that not every network has.
bool has_needed(const Point& point, const SweepColumns& columns);

/// A line of results.jsonl, or one of "points" in results.json.
Json json_of(const Point& point);
/// results.json.
Json json_of(const SweepResult& sweep);

/// A point that is good has frames a second; others, among them networks that do not run whole,
/// have an error. `with_key`: it must have a key. Throws UserError.
Point point_of(const json::Value& point, bool with_key);
SweepResult sweep_of(const json::Value& sweep);
/// Reads results.json.
SweepResult read_sweep(const std::string& file);

}  // namespace sluice::results
