// SPDX-License-Identifier: Apache-2.0
// Networks of which only the shapes are known, made whole with random weights, so that they can run
// on the RTL: for cycles, values and gates, not for what they recognise.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/estimate/gates.h"
#include "generator/estimate/layer_list.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"
#include "generator/util/defaults.h"
#include "verif/data/images.h"

namespace sluice::run {

struct DrawOptions {
  int images = 1;
  double density = defaults::kDensity;  ///< share of open gates of layers that do not say
  estimate::GateSpread spread = estimate::GateSpread::kUneven;
  std::uint64_t seed = 1;
};

struct DrawnNetwork {
  net::Network network;
  data::ImageSet images;  ///< without labels
  /// What thresholds were set for, [layer][channel], to balance lanes with.
  std::vector<std::vector<double>> density;
};

/// Images are smooth noise. Uneven gates: a few other images, of which none is run, calibrate the
/// network, and the asked share is that of all gates of a layer; shares of blocks spread about it
/// as estimate::uneven_shares says. Even gates: the first image calibrates it, and every block has
/// the same share.
/// Weights are normally distributed. Biases and scales are those of batch normalisation, measured
/// at up to 512 positions of each layer and calibrating image: sums of mean 0 and deviation 1 in
/// each channel. Maps are rectified, except the last and those that only additions read. Thresholds
/// are such that at those positions each block's share of gates is open.
/// The same for the same plan, list and options. Throws compiler::CompileError if a layer reads a
/// map that the list does not tell, or if the design cannot run the list.
DrawnNetwork draw_network(const Plan& plan, const estimate::LayerList& list,
                          const DrawOptions& options);

}  // namespace sluice::run
