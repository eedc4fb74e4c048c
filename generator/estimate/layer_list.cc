// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/layer_list.h"

#include <algorithm>

#include "generator/estimate/list_network.h"

namespace sluice::estimate {

std::int64_t ListedLayer::macs() const {
  if (!traits().own_weights || copies) return 0;
  return std::int64_t{1} * out_height() * out_width() * outputs * (channels / groups) * kernel_h *
         kernel_w;
}

std::int64_t LayerList::macs() const {
  std::int64_t sum = 0;
  for (const ListedLayer& layer : layers) sum += layer.macs();
  return sum;
}

std::vector<RepeatedLayer> gated_shapes(const LayerList& list) {
  std::vector<RepeatedLayer> shapes;
  for (const ListedLayer& layer : list.layers) {
    if (!layer.gate) continue;
    const auto same = std::find_if(shapes.begin(), shapes.end(), [&layer](const auto& shape) {
      return shape_text(shape.layer) == shape_text(layer);
    });
    if (same == shapes.end()) {
      shapes.push_back({layer, 1});
    } else {
      same->times++;
    }
  }
  return shapes;
}

}  // namespace sluice::estimate
