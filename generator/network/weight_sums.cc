// SPDX-License-Identifier: Apache-2.0
#include "generator/network/weight_sums.h"

#include <cstdlib>

namespace sluice::net {
namespace {

WeightSums sum_weights(const Layer& layer, const std::vector<std::int16_t>& weights, int c,
                       int out_channels) {
  WeightSums sums;
  const std::size_t size = weights.size() / out_channels;
  // The weights are ordered by input channel first, so a part of the channels is a range of them.
  std::size_t base_begin = 0, base_end = 0;
  if (layer.gate && layer.gate->plane_bits > 0) {
    base_end = size;
  } else if (layer.gate) {
    const int partitions = layer.gate->partitions;
    const std::size_t group =
        layer.gate->channel_groups ? std::size_t(c) * partitions / out_channels : 0;
    base_begin = size / partitions * group;
    base_end = base_begin + size / partitions;
  }
  for (std::size_t i = 0; i < size; ++i) {
    const int weight = weights[c * size + i];
    sums.all += weight;
    sums.magnitude += std::abs(weight);
    if (i >= base_begin && i < base_end) sums.base += weight;
  }
  return sums;
}

}  // namespace

std::vector<WeightSums> sums_of_all(const Layer& layer, const std::vector<std::int16_t>& weights,
                                    int out_channels) {
  std::vector<WeightSums> sums;
  for (int c = 0; c < out_channels; ++c)
    sums.push_back(sum_weights(layer, weights, c, out_channels));
  for (int apart = 1; apart < layer.hadamard; apart *= 2)
    for (int c = 0; c < out_channels; ++c) {
      if ((c & apart) != 0) continue;
      WeightSums &first = sums[c], &second = sums[c + apart];
      first = {first.all + second.all, 0, first.magnitude + second.magnitude};
      second = {first.all - 2 * second.all, 0, first.magnitude};
    }
  return sums;
}

}  // namespace sluice::net
