// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/layer_list.h"

namespace sluice::estimate {

std::int64_t ListedLayer::macs() const {
  if ((kind != Kind::kConv && kind != Kind::kDense) || copies) return 0;
  return std::int64_t{1} * out_height() * out_width() * outputs * (channels / groups) * kernel_h *
         kernel_w;
}

std::int64_t LayerList::macs() const {
  std::int64_t sum = 0;
  for (const ListedLayer& layer : layers) sum += layer.macs();
  return sum;
}

const char* text_of(Kind kind) {
  switch (kind) {
    case Kind::kConv:
      return "conv";
    case Kind::kDense:
      return "dense";
    case Kind::kMaxPool:
      return "max_pool";
    case Kind::kAveragePool:
      return "average_pool";
    case Kind::kAdd:
      return "add";
  }
  return "";
}

}  // namespace sluice::estimate
