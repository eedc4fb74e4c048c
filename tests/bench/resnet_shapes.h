// SPDX-License-Identifier: Apache-2.0
// The gated 3x3 convolutions of ResNet-18 at 224x224 (He et al., CVPR 2016), channel-gated with
// four partitions and channel groups (Hua et al., NeurIPS 2019), for benchmarks. Weights and
// activations are random; thresholds make a given share of gates open.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "generator/network/network.h"
#include "verif/golden/golden.h"

namespace sluice::bench {

struct Shape {
  const char* name;
  int size, stride, inputs, outputs;  ///< size of the input map
  int times;                          ///< how often ResNet-18 has it
};

constexpr Shape kResNet18[] = {
    {"56x56 64>64", 56, 1, 64, 64, 4},     {"56x56 64>128 /2", 56, 2, 64, 128, 1},
    {"28x28 128>128", 28, 1, 128, 128, 3}, {"28x28 128>256 /2", 28, 2, 128, 256, 1},
    {"14x14 256>256", 14, 1, 256, 256, 3}, {"14x14 256>512 /2", 14, 2, 256, 512, 1},
    {"7x7 512>512", 7, 1, 512, 512, 3},
};

struct LayerOptions {
  double open = 0.143;     ///< share of gates that are open
  int block = 4;           ///< channels that share a gate
  int bits = 8;            ///< of activations and weights
  std::uint64_t seed = 1;  ///< of weights and activations
  bool dense = false;      ///< without gates
};

/// One layer as a network, and its input.
class LayerMaker {
 public:
  LayerMaker(const LayerOptions& options, const Shape& shape);

  net::Network network();
  const golden::Tensor& input() const { return input_; }

 private:
  std::int8_t value();
  net::Gate gate(const net::Layer& layer, int out);
  std::vector<int> base_sums(const net::Layer& layer, int c, int out) const;

  LayerOptions options_;
  const Shape& shape_;
  std::mt19937_64 random_;
  golden::Tensor input_{shape_.size, shape_.size, shape_.inputs, {}};
};

}  // namespace sluice::bench
