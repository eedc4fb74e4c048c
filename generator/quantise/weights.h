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
  double split = 0;                  ///< share of input channels that are split, see split.h
  std::size_t input_axis = 1;        ///< of the input channels
  std::size_t groups = 1;  ///< convolution groups; nothing is split in groups of one channel
};

struct QuantisedWeights {
  Tensor codes;  ///< INT8
  std::vector<float> scales;
  std::size_t axis = 0;
  double clipped = 0;  ///< share of weights beyond the range
  int splits = 0;      ///< how often a channel, or a part of one, was split
};

/// Symmetric codes, of each channel along an axis by itself.
QuantisedWeights quantise_weights(const Tensor& weights, const WeightOptions& options);

}  // namespace sluice::quantise
