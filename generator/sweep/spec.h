// SPDX-License-Identifier: Apache-2.0
// A sweep file: which configs are estimated with which networks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generator/diag/diagnostics.h"
#include "generator/util/defaults.h"

namespace sluice::sweep {

/// Keys that vary together, and the values they take.
struct Axis {
  std::vector<std::string> keys;                 ///< such as {"rows", "dot"}
  std::vector<std::vector<std::string>> values;  ///< a text for each key, such as {"16", "4"}
};

/// The options of `sluice estimate` that a sweep takes.
struct EstimateSettings {
  double clock = defaults::kClockMhz;
  std::optional<double> density;
  std::string densities = "uneven";  ///< even, uneven or the path of a CSV file
  bool gates = true;
  bool compare = false;  ///< also without gates
  int seed = 1;
  int latency = defaults::kMemoryLatency, read_interval = 1, write_interval = 1;
  bool memory_maps = false;
};

struct AreaSettings {
  bool measure = false;
  std::string liberty = defaults::kLiberty;
  std::string memories;  ///< name or path of a table of memories; empty: the one of the library
  std::string recipe = "plain";
  double timeout = defaults::kMapSeconds;  ///< seconds for a design
};

struct Spec {
  std::string base;                ///< path of the base config
  std::string base_text;           ///< its content
  std::vector<std::string> fixed;  ///< "key=value" for all points
  std::vector<Axis> axes;
  std::uint64_t sample = 0;  ///< so many points of the grid at random; 0: all
  std::uint64_t seed = 1;
  std::vector<std::string> networks;  ///< built-in names, or paths
  EstimateSettings estimate;
  AreaSettings area;

  /// Points of the whole grid.
  std::uint64_t grid_points() const;
  /// Keys of all axes, in order.
  std::vector<std::string> keys() const;
};

/// More points than this are refused.
inline constexpr std::uint64_t kMostPoints = 1000000;

/// Reads and checks a sweep file; reports all that is wrong with it at once. `memory_tables`: names
/// of tables of memories that are no files.
std::optional<Spec> read_spec(const std::string& path,
                              const std::vector<std::string>& memory_tables,
                              Diagnostics& diagnostics);

}  // namespace sluice::sweep
