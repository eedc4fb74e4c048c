// SPDX-License-Identifier: Apache-2.0
// One layer with random weights and input, whose gates are open for just the share asked for.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "generator/estimate/layer_list.h"
#include "generator/network/network.h"
#include "generator/util/defaults.h"
#include "verif/golden/golden.h"

namespace sluice::run {

struct RandomLayerOptions {
  double open = defaults::kDensity;  ///< share of gates that are open
  int block = 4;                     ///< channels that share a gate
  int bits = 8;                      ///< of activations and weights
  std::uint64_t seed = 1;            ///< of weights and activations
  bool dense = false;                ///< without gates
};

/// A convolution as a network, and its input. Values are uniform; thresholds are quantiles of each
/// block's sums over this input, at all positions.
class RandomLayer {
 public:
  /// `shape`: a convolution without groups, with a gate unless `options.dense`. The block is
  /// `options.block`, not the shape's.
  RandomLayer(const RandomLayerOptions& options, const estimate::ListedLayer& shape);

  const net::Network& network() const { return network_; }
  const golden::Tensor& input() const { return input_; }

 private:
  std::int8_t value();
  net::Layer layer();
  net::Gate gate(const net::Layer& layer);
  std::vector<int> base_sums(const net::Layer& layer, int c) const;

  RandomLayerOptions options_;
  estimate::ListedLayer shape_;
  std::mt19937_64 random_;
  golden::Tensor input_;
  net::Network network_;
};

}  // namespace sluice::run
