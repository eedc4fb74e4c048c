// SPDX-License-Identifier: Apache-2.0
#include "generator/network/layer_weights.h"

#include <algorithm>

namespace sluice::net {
namespace {

/// The narrowest format, 2, 4 or 8 bits, that holds all of these.
int smallest_weight_bits(const std::vector<std::int8_t>& weights) {
  for (const int bits : {2, 4}) {
    const int half = 1 << (bits - 1);
    const auto fits = [half](int weight) { return weight >= -half && weight < half; };
    if (std::all_of(weights.begin(), weights.end(), fits)) return bits;
  }
  return 8;
}

}  // namespace

/// Without a branch, for files of a hundred million weights.
bool fits_8_bits(const std::vector<std::int16_t>& weights) {
  unsigned beyond = 0;
  for (const std::int16_t weight : weights) beyond |= static_cast<unsigned>(weight + 128) & ~255U;
  return beyond == 0;
}

void set_weights(Layer& layer, const std::vector<std::int16_t>& weights) {
  layer.more_weights.clear();
  if (fits_8_bits(weights)) {
    layer.weights.assign(weights.begin(), weights.end());
    layer.weight_bits = smallest_weight_bits(layer.weights);
    return;
  }
  layer.weights.clear();
  layer.weight_bits = 8;
  for (const std::int16_t weight : weights) {
    const int first = std::clamp<int>(weight, -128, 127);
    layer.weights.push_back(static_cast<std::int8_t>(first));
    layer.more_weights.push_back(static_cast<std::int8_t>(weight - first));
  }
}

}  // namespace sluice::net
