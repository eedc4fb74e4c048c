// SPDX-License-Identifier: Apache-2.0
#include "verif/run/circulant_weights.h"

#include <algorithm>
#include <vector>

#include "verif/run/dice.h"

namespace sluice::run {
namespace {

constexpr std::uint64_t kSeed = 0xc12c;
constexpr int kShare = 60;  ///< of convolutions that can have them, in percent

/// Output j of a block has at input i what the first one has j inputs before.
void turn(std::vector<std::int8_t>& weights, int inputs, int taps, int size) {
  const int outputs = static_cast<int>(weights.size()) / inputs / taps;
  const auto filter = [&](int output, int input) {
    return weights.begin() + (std::ptrdiff_t{1} * output * inputs + input) * taps;
  };
  for (int output = 0; output < outputs; output++) {
    const int j = output % size;
    for (int input = 0; input < inputs && j > 0; input++) {
      const int block = input / size * size;
      const int from = block + (input - block + size - j) % size;
      std::copy_n(filter(output - j, from), taps, filter(output, input));
    }
  }
}

/// Sizes of blocks of whole channels, on this design: nothing for none.
std::vector<int> sizes_for(const net::Layer& layer, int inputs, const Plan& plan) {
  std::vector<int> sizes;
  if (layer.weights.empty()) return sizes;
  for (int size = 2; size <= plan.config.columns && inputs % size == 0; size *= 2) {
    sizes.push_back(size);
  }
  return sizes;
}

}  // namespace

void make_circulant(net::Layer& layer, int inputs, int size) {
  const int taps = layer.kernel_h * layer.kernel_w;
  turn(layer.weights, inputs, taps, size);
  if (!layer.more_weights.empty()) turn(layer.more_weights, inputs, taps, size);
}

void draw_circulant(net::Network& network, const Plan& plan, std::uint64_t seed) {
  if (!plan.config.circulant) return;
  Dice dice(seed ^ kSeed);
  for (net::Layer& layer : network.layers) {
    const int inputs = network.maps[layer.input].channels / layer.groups;
    const std::vector<int> sizes = sizes_for(layer, inputs, plan);
    if (sizes.empty() || !dice.percent(kShare)) continue;
    make_circulant(layer, inputs, dice.percent(60) ? sizes.back() : dice.pick(sizes));
  }
}

}  // namespace sluice::run
