// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/layer_list.h"

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

}  // namespace sluice::estimate
