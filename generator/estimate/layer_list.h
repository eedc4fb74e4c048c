// SPDX-License-Identifier: Apache-2.0
// The shapes of a network's layers: all that an estimate needs to know of a network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generator/network/layer_kinds.h"

namespace sluice::estimate {

using Kind = net::ListedKind;

/// Channel gating of a convolution, with channel groups; or precision gating.
struct GateShape {
  int partitions = 4;
  /// Output channels that share a gate; 0: as many as a lane has columns and the layer allows.
  int block = 0;
  std::optional<double> density;  ///< share of open gates; none: the estimate's options say
  int plane_bits = 0;  ///< half the bits of the input, which gates split; 0: they split channels
  bool operator==(const GateShape&) const = default;
};

/// Channels of a layer's output, from `first` on.
struct ListedPart {
  int layer = 0;
  int first = 0;
  auto operator<=>(const ListedPart&) const = default;
};

/// One layer. Its input is the output of the layer before, of layer `input`, what `parts` say, or a
/// map in memory.
struct ListedLayer {
  std::string name;
  Kind kind{};
  bool chained = false;  ///< reads what the layer before it wrote
  int input = -1;        ///< the layer whose output it reads; -1: see `chained`
  /// Outputs of several layers beside each other, or some channels of one.
  std::vector<ListedPart> parts = {};
  int addend = -1;       ///< of two inputs: the layer whose output is the second; -1: not known
  int addend_first = 0;  ///< its first channel
  bool copies = false;   ///< a shortcut without weights, done by a convolution of ones and zeros
  int height = 0, width = 0, channels = 0;  ///< of the input
  int outputs = 0;                          ///< channels of the output
  int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1;
  int padding = 0;    ///< on all four sides
  bool same = false;  ///< padded so that the output is the input over the stride, rounded up
  int groups = 1;
  int bits = 8, weight_bits = 8;
  int circulant = 1;  ///< k of weights in circulant blocks of k x k channels
  int hadamard = 1;   ///< output channels whose sums are transformed together
  std::optional<GateShape> gate;

  int out_height() const { return outputs_along(height, kernel_h, stride_h); }
  int out_width() const { return outputs_along(width, kernel_w, stride_w); }
  int outputs_along(int size, int kernel, int stride) const {
    return same ? (size - 1) / stride + 1 : (size + 2 * padding - kernel) / stride + 1;
  }
  const net::ListedTraits& traits() const { return net::traits_of(kind); }
  net::Second second() const { return net::traits_of(traits().computed_as).second; }
  bool two_inputs() const { return net::traits_of(traits().computed_as).two_inputs(); }
  /// Multiply-accumulates with all gates open; 0 without weights of its own.
  std::int64_t macs() const;
};

struct LayerList {
  std::string name;
  std::vector<ListedLayer> layers;

  std::int64_t macs() const;
};

/// A layer, and how often a network has one of its shape.
struct RepeatedLayer {
  ListedLayer layer;
  int times = 0;
};

/// The gated layers of a list, each shape once, in the order in which they first come.
std::vector<RepeatedLayer> gated_shapes(const LayerList& list);

}  // namespace sluice::estimate
