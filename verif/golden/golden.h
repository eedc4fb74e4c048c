// SPDX-License-Identifier: Apache-2.0
// The golden model: integer feature maps, plain loops written from the definition
// (docs/01_start/what_is_computed.md). Shares no code with the generator or the compiler.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"

namespace sluice::golden {

/// A feature map's values, [y][x][channel], each within the map's number range.
struct Tensor {
  int height = 0, width = 0, channels = 0;
  std::vector<std::int8_t> values;
  std::int8_t at(int y, int x, int c) const {
    return values[(static_cast<std::size_t>(y) * width + x) * channels + c];
  }
};

/// Result of one layer. `open` holds, for gated layers, [y][x][channel] 1 where the output's gate
/// was open (all channels of a block alike).
struct LayerResult {
  Tensor output;
  std::vector<std::uint8_t> open;
};

/// Evaluates one layer; `gated` = false ignores gates (every output gets its whole sum and the open
/// parameter set). `addend` is the second input of an addition, null for other layers.
LayerResult evaluate(const net::Network& network, const net::Layer& layer, const Tensor& input,
                     const Tensor* addend, bool gated);

/// Evaluates all layers; element i is the result of layer i.
std::vector<LayerResult> evaluate(const net::Network& network, const Tensor& input, bool gated);

/// Of these, the maps that net::result_maps() names.
std::vector<Tensor> results_of(const net::Network& network, const std::vector<LayerResult>& layers);

}  // namespace sluice::golden
