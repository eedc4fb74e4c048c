// SPDX-License-Identifier: Apache-2.0
#include "verif/run/layer_sums.h"

namespace sluice::run {

void gather(const net::Layer& layer, const golden::Tensor& in, int pad, int out_y, int out_x,
            std::vector<int>& values) {
  values.clear();
  for (int c = 0; c < in.channels; c++) {
    for (int ky = 0; ky < layer.kernel_h; ky++) {
      for (int kx = 0; kx < layer.kernel_w; kx++) {
        const int y = out_y * layer.stride_h - layer.pad_top + ky;
        const int x = out_x * layer.stride_w - layer.pad_left + kx;
        const bool inside = y >= 0 && y < in.height && x >= 0 && x < in.width;
        values.push_back(inside ? in.at(y, x, c) : pad);
      }
    }
  }
}

LayerSums sums_of(const net::Layer& layer, int c, int outputs, const std::vector<int>& values) {
  const std::size_t filter = values.size() / layer.groups;
  const std::int8_t* weights = layer.weights.data() + c * filter;
  const int* inputs = values.data() + std::size_t(c) * layer.groups / outputs * filter;
  const int planes = layer.gate ? layer.gate->plane_bits : 0;
  const std::size_t partitions = layer.gate && planes == 0 ? layer.gate->partitions : 1;
  const std::size_t base = c * partitions / outputs;
  const auto sum = [&](std::size_t begin, std::size_t end, int less) {
    std::int64_t total = 0;
    for (std::size_t i = begin; i < end; i++) total += (inputs[i] >> less) * weights[i];
    return total;
  };
  LayerSums sums;
  sums.whole = sums.base = sum(0, filter, 0);
  if (layer.gate)
    sums.base = sum(filter * base / partitions, filter * (base + 1) / partitions, planes);
  return sums;
}

}  // namespace sluice::run
