// SPDX-License-Identifier: Apache-2.0
// One layer with random weights and input, whose gates are open for just the share asked for.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "generator/estimate/gates.h"
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
  estimate::GateSpread spread = estimate::GateSpread::kEven;
};

/// A convolution as a network, and its input. Weights are uniform; thresholds are quantiles of each
/// block's sums at all positions. Even gates: values are uniform, and the quantiles those of this
/// input, the same of every block. Uneven gates: neighbouring values are alike, channels are a
/// little brighter or darker from input to input, the quantiles are those of other inputs, and
/// shares of blocks spread as estimate::uneven_shares says; `open` is the share of all.
class RandomLayer {
 public:
  /// `shape`: a convolution without groups, with a gate unless `options.dense`. The block is
  /// `options.block`, not the shape's.
  RandomLayer(const RandomLayerOptions& options, const estimate::ListedLayer& shape);

  const net::Network& network() const { return network_; }
  const golden::Tensor& input() const { return input_; }
  /// What thresholds were set for, of each channel; empty without gates.
  const std::vector<double>& density() const { return density_; }

 private:
  bool even() const { return options_.spread == estimate::GateSpread::kEven; }
  std::int8_t value();
  golden::Tensor draw_input();
  void add_smooth_channel(int channel, golden::Tensor& tensor);
  net::Layer layer();
  net::Gate gate(const net::Layer& layer);
  std::vector<int> base_sums(const net::Layer& layer, const golden::Tensor& input, int c) const;

  RandomLayerOptions options_;
  estimate::ListedLayer shape_;
  std::mt19937_64 random_;
  golden::Tensor input_;
  std::vector<double> density_;
  net::Network network_;
};

}  // namespace sluice::run
