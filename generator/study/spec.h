// SPDX-License-Identifier: Apache-2.0
// A study: networks with knobs, which are trained or quantised, on configs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/diag/diagnostics.h"
#include "generator/plan/plan.h"
#include "generator/sweep/spec.h"
#include "generator/util/defaults.h"

namespace sluice::study {

/// A knob and the values it takes, each as JSON: 8, true, "channels" with its quotes.
struct Knob {
  std::string key;
  std::vector<std::string> values;
};

struct NetworkSpec {
  std::string name;         ///< in tables
  std::string network;      ///< one that the trainer knows; empty: a file
  std::string file;         ///< ONNX or TFLite; empty: a network that is trained
  std::vector<Knob> knobs;  ///< those that were given, in the order of knob_keys()

  bool trained() const { return file.empty(); }
};

struct ConfigSpec {
  std::string name;  ///< in tables
  std::string path;
  std::vector<std::string> overrides;  ///< "key=value"
  std::optional<Plan> plan;            ///< there when the spec has been read
};

struct DataSpec {
  std::string kind, path;      ///< that networks are trained with; empty: none are
  std::string images, labels;  ///< that files are evaluated on; empty: Fashion-MNIST
  std::string calibration;     ///< images that files are quantised with; empty: those
};

struct Spec {
  std::string python = "python3";
  std::vector<std::string> trainer;  ///< a command in the place of the package's; may be empty
  DataSpec data;
  int epochs = 20, seed = 1;  ///< where a network does not say
  int float_epochs = -1;      ///< of the float network that others start from; -1: not said
  std::vector<NetworkSpec> networks;
  std::vector<ConfigSpec> configs;
  int count = 1000;  ///< images of accuracies
  int images = 10;   ///< images whose cycles are averaged
  double clock = defaults::kClockMhz;
  int latency = defaults::kMemoryLatency;
  std::string memories = defaults::kMemories;  ///< table for energies
  std::string dram = "lpddr4";
  sweep::AreaSettings area;
};

/// All knobs that networks may have, in the order of tables.
std::vector<std::string> knob_keys();

/// Kinds of data that the trainer knows.
std::vector<std::string> data_kinds();

/// More points, networks times configs, are refused.
inline constexpr std::size_t kMostPoints = 10000;

/// Reads and checks the file of a study and its configs; reports all that is wrong at once.
std::optional<Spec> read_spec(const std::string& path,
                              const std::vector<std::string>& memory_tables,
                              Diagnostics& diagnostics);

}  // namespace sluice::study
