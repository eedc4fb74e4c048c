// SPDX-License-Identifier: Apache-2.0
// Windows of convolutions and pooling: kernel, stride, dilation and padding as ONNX has them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "generator/network/network.h"
#include "generator/network/onnx_graph.h"

namespace sluice::net {

/// A window along one axis.
struct Extent {
  int kernel = 1;    ///< with what dilation spreads it to
  int dilation = 1;  ///< from tap to tap
  int stride = 1;
  int pad_before = 0, pad_behind = 0;
  int same = 0;  ///< padded so that the output is the input over the stride: 1 with the odd one
                 ///< behind (SAME_UPPER), -1 before (SAME_LOWER)
  bool rounds_up = false;  ///< there is a last window, if what is left has only a part of it
};
using Geometry = std::array<Extent, 2>;  ///< height, width

/// The window of a convolution or pooling with kernel `kernel` (height, width).
Geometry read_geometry(const Graph& graph, const Graph::Node& node,
                       const std::vector<std::int64_t>& kernel);
/// Replaces what depends on the input's size by padding.
void fit_extents(Geometry& geometry, const FeatureMap& input);
/// Fills a layer's kernel, stride and padding.
void set_window(Layer& layer, Geometry geometry, const FeatureMap& input);

}  // namespace sluice::net
