// SPDX-License-Identifier: Apache-2.0
// Outlier channel splitting: R. Zhao, Y. Hu, J. Dotzel, C. De Sa, Z. Zhang, "Improving neural
// network quantization without retraining using outlier channel splitting", ICML 2019.
//
// An input channel with a large weight is read twice, by halves of its weights, so that the range
// of all weights can be smaller. In steps of the grid the halves of v are (v - 0.5) / 2 and
// (v + 0.5) / 2. Rounded with halves up they add up to v, rounded alike: a channel that is split
// once at b bits is one of b + 1 bits, and that is how it is written here, as one channel with
// larger codes.
#pragma once

#include <vector>

#include "generator/quantise/tensor.h"

namespace sluice::quantise {

/// One of the channels that a channel becomes: v / 2^halvings + offset, in steps of the grid.
struct Part {
  int halvings = 0;
  double offset = 0;
  bool operator==(const Part&) const = default;
};

/// Parts of each input channel; a channel that is not split has one.
using Splits = std::vector<std::vector<Part>>;

/// Splits `count` times the channel with the largest weight of all, which may be a part of one that
/// was split before. `largest` are the channels' largest magnitudes. A channel gets at most
/// `most_parts`.
Splits split_largest(const std::vector<double>& largest, int count, std::size_t most_parts);

/// Splits of a share of channels: ceil(share * channels) times.
int splits_of(double share, std::size_t channels);

/// The sum of a channel's parts for a weight of `steps` steps, each a code from -most to `most`.
int split_code(double steps, const std::vector<Part>& parts, int most);

/// Where the input channels of a layer's weights lie.
struct InputChannels {
  std::size_t stride = 1;  ///< of weights that one input channel of a group spans
  std::size_t inputs = 1;  ///< of a group
  std::size_t group = 1;   ///< weights of all outputs of a convolution group
  std::size_t count = 1;   ///< of all groups

  /// The input channel of weight `i`.
  std::size_t of(std::size_t i) const { return i / group * inputs + i % group / stride % inputs; }
};

/// Of weights with their input channels along `axis`, 0 or 1, in `groups` convolution groups, which
/// lie along the other axis of the two (axis 1) or along that axis (0).
InputChannels input_channels(const Tensor& weights, std::size_t axis, std::size_t groups);

}  // namespace sluice::quantise
