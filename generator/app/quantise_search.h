// SPDX-License-Identifier: Apache-2.0
// The bits of each layer with which a design takes the fewest cycles at a given loss of accuracy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/app/float_images.h"
#include "generator/app/progress.h"
#include "generator/plan/plan.h"
#include "generator/quantise/quantise.h"

namespace sluice::app {

/// One change that was tried.
struct SearchStep {
  std::string layer;
  quantise::Width width;
  std::uint64_t cycles = 0;  ///< of the network with it
  double lost_db = 0;        ///< of the result's ratio of signal to noise, with this change alone
  int correct = 0;           ///< images
  bool kept = false;
};

struct SearchResult {
  std::string config;
  int images = 0, least_correct = 0;
  std::uint64_t first_cycles = 0, cycles = 0;
  int first_correct = 0, correct = 0;
  std::vector<SearchStep> steps;
  quantise::Widths widths;  ///< with those kept
};

/// Greedy: each layer is tried with weights of 4 bits, and with an input of 4 bits, too, in the
/// order of cycles saved for each dB lost at the network's result. Each step is measured: a change
/// is kept if the network takes fewer cycles with it, and the golden model classifies at least
/// `least_correct` of the test images as their labels say. Throws UserError if the design does not
/// run the network.
SearchResult search_widths(const quantise::Quantiser& quantiser, const quantise::Options& method,
                           const FloatImages& images, const Plan& plan, int least_correct,
                           Progress& progress);

}  // namespace sluice::app
