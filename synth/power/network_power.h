// SPDX-License-Identifier: Apache-2.0
// The power of a design that runs a network, with its gates and without, and the energy of an
// inference.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "generator/emit/bundle.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"
#include "synth/power/power.h"
#include "verif/data/images.h"

namespace sluice::synth {

struct NetworkPowerOptions {
  std::string liberty = defaults::kLiberty;
  int images = 1;                ///< that are run
  std::uint64_t samples = 2000;  ///< cycles of each image whose signals are watched
  bool gate_level = false;       ///< count the changes of every cell, not of those named in the RTL
  std::vector<std::vector<double>> density;  ///< see compiler::Options
  PowerOptions how;
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

/// Powers in W of one way of running the network, as means over its images.
struct ModePower {
  bool gated = false;
  std::map<std::string, double> blocks;
  double clock = 0, data = 0, leakage = 0, ram = 0;
  double cycles = 0, macs_all = 0, macs_done = 0;  ///< of one image
  double products = 0;  ///< that the array computes, see products_of_8_bits
  double sampled = 0;   ///< cycles, of all images
  PowerEstimate last;   ///< of the last image, for shares

  double cells() const { return clock + data + leakage; }
};

struct NetworkPower {
  std::string design, hash;  ///< of the config
  std::string liberty, liberty_version, yosys_version;
  double voltage = 0;
  NetworkPowerOptions options;
  std::vector<ModePower> modes;  ///< with gates, if there are some, and without

  /// In J, of an inference that takes so many cycles.
  double energy(double watts, double cycles) const;
};

/// Maps the design, builds its simulation and runs the network; minutes. Throws UserError,
/// compiler::CompileError and UserError.
NetworkPower network_power(const Plan& plan, const Bundle& bundle, const net::Network& network,
                           const data::ImageSet& images, const NetworkPowerOptions& options);

/// A table of blocks and what an inference takes; JSON has the same. `network`: its name.
std::string power_text(const NetworkPower& power, const std::string& network);
nlohmann::ordered_json power_json(const NetworkPower& power, const std::string& network);

}  // namespace sluice::synth
