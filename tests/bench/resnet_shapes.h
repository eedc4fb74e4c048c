// SPDX-License-Identifier: Apache-2.0
// The gated convolutions of ResNet-18, each shape once, as benchmarks name and count them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "generator/estimate/builtin.h"

namespace sluice::bench {

/// Named "56x56 64>128 /2": input map, channels, stride if it is not 1.
inline std::vector<estimate::RepeatedLayer> resnet18_shapes() {
  std::vector<estimate::RepeatedLayer> shapes =
      estimate::gated_shapes(*estimate::builtin("resnet18"));
  for (auto& [layer, times] : shapes) {
    layer.name =
        fmt::format("{}x{} {}>{}", layer.height, layer.width, layer.channels, layer.outputs);
    if (layer.stride_h > 1) layer.name += fmt::format(" /{}", layer.stride_h);
  }
  return shapes;
}

}  // namespace sluice::bench
