// SPDX-License-Identifier: Apache-2.0
// Weights as codes.
#pragma once

#include <cstddef>
#include <vector>

#include "generator/quantise/clip.h"
#include "generator/quantise/tensor.h"

namespace sluice::quantise {

struct WeightOptions {
  int bits = 8;
  Clip clip = Clip::kMax;
  bool per_tensor = false;           ///< one scale for all
  std::size_t axis = 0;              ///< of the channels with a scale each
  std::vector<float> smallest = {};  ///< the least scale of each channel; empty: none
};

struct QuantisedWeights {
  Tensor codes;  ///< INT8
  std::vector<float> scales;
  std::size_t axis = 0;
  double clipped = 0;  ///< share of weights beyond the range
};

/// Symmetric codes, of each channel along an axis by itself.
QuantisedWeights quantise_weights(const Tensor& weights, const WeightOptions& options);

}  // namespace sluice::quantise
