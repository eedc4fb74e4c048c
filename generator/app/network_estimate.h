// SPDX-License-Identifier: Apache-2.0
// A network read once, to be estimated on any number of designs.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generator/app/image_options.h"
#include "generator/estimate/estimate.h"
#include "generator/util/defaults.h"

namespace sluice::app {

/// What is estimated, and where its gates come from.
struct NetworkOptions {
  std::string network;         ///< a built-in name, a CSV file of layers, an ONNX or a TFLite file
  std::string densities;       ///< even, uneven (or empty), or a CSV file
  std::string open_gates;      ///< a file; may be empty
  ImageOptions images;         ///< of a network file
  bool no_host = false;        ///< a network that leaves something to the host is refused
  bool density_given = false;  ///< with a network file: random gates, not an image's
  int image = 0, calibrate = defaults::kCalibrationImages;
  estimate::Options how;  ///< `spread` is taken from `densities`
};

/// Throws UserError if a network file is given densities that only lists of layers have, or a way
/// to draw gates, but not how many of them are open.
void check_gate_options(const NetworkOptions& options);

class NetworkEstimator {
 public:
  /// Reads the network. Throws UserError.
  explicit NetworkEstimator(const NetworkOptions& options);

  /// May be called by several threads at once. Throws what the estimate of this design throws.
  estimate::Estimate estimate(const Plan& plan) const;

  /// The gates that were measured, by layer: of an image, or from a file. Not those drawn at
  /// random.
  std::map<std::string, estimate::GateMap> measured_gates(const Plan& plan) const;

  /// The networks of a file, one after the other; none for a list of layers.
  std::span<const net::Network> chain() const { return chain_; }

 private:
  void read_file();
  void draw_gates();

  NetworkOptions options_;
  std::optional<estimate::LayerList> list_;
  std::vector<net::Network> chain_;
  std::vector<estimate::GateMap> gates_;      ///< of each layer of the chain
  std::vector<std::vector<double>> density_;  ///< of each of these, to balance lanes; or empty
};

}  // namespace sluice::app
