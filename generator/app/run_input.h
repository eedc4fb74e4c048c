// SPDX-License-Identifier: Apache-2.0
// What `sluice run` puts through the RTL: networks with their weights, images, and how open its
// gates are expected to be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/app/image_options.h"
#include "generator/estimate/gates.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"

namespace sluice::app {

struct RunInputOptions {
  std::string network;    ///< an ONNX or TFLite file, a built-in name or a CSV file of layers
  ImageOptions images;    ///< of an ONNX network
  bool no_host = false;   ///< a network that leaves something to the host is refused
  std::string densities;  ///< even, uneven (or empty) or a CSV file; of a list
  int count = 0;          ///< images; 0: 20 of an ONNX network, 1 of a list
  int calibrate =
      defaults::kCalibrationImages;  ///< training images that measure densities; of an ONNX network
  double density = defaults::kDensity;  ///< of a list
  std::uint64_t seed = 1;               ///< of a list, or of random images
};

struct RunInput {
  std::vector<net::Network> chain;  ///< of a list one network
  data::ImageSet images;
  int count = 0;                             ///< so many of them are run, or all if there are fewer
  std::vector<std::vector<double>> density;  ///< [layer][channel], of all networks; may be empty
  std::optional<estimate::GateSpread> spread;  ///< of thresholds that were drawn
};

/// Reads a network file, or draws weights and images for a list of layers. Throws UserError.
RunInput load_run_input(const Plan& plan, const RunInputOptions& options);

}  // namespace sluice::app
