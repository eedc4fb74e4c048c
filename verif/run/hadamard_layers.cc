// SPDX-License-Identifier: Apache-2.0
#include "verif/run/hadamard_layers.h"

#include <algorithm>
#include <vector>

#include "generator/compiler/compile.h"
#include "verif/run/dice.h"

namespace sluice::run {
namespace {

constexpr std::uint64_t kSeed = 0x4ada;
constexpr int kShare = 70;  ///< of convolutions that can be such layers, in percent

std::vector<int> sizes_for(const net::Network& network, const net::Layer& layer, const Plan& plan) {
  std::vector<int> sizes;
  if (layer.weights.empty() || layer.gate) return sizes;
  const int channels = network.maps[layer.output].channels;
  for (int size = 4; size <= plan.config.hadamard && channels % size == 0; size *= 2) {
    sizes.push_back(size);
  }
  return sizes;
}

/// Sums of `size` others spread by its root more.
void widen(net::Layer& layer, int size) {
  layer.hadamard = size;
  for (net::Requant& requant : layer.requant) {
    if (requant.shift == 0) continue;
    for (int k = 4; k <= size && requant.shift < net::kLargestShift; k *= 4) requant.shift++;
  }
}

bool compiles(const net::Network& network, const Plan& plan) {
  try {
    compiler::compile(network, plan, {});
    return true;
  } catch (const compiler::CompileError&) {
    return false;
  }
}

}  // namespace

void transform_sums(std::vector<std::vector<double>>& sums, int size) {
  for (std::size_t apart = 1; apart < static_cast<std::size_t>(size); apart *= 2) {
    for (std::size_t c = 0; c < sums.size(); c++) {
      if ((c & apart) != 0) continue;
      for (std::size_t i = 0; i < sums[c].size(); i++) {
        const double first = sums[c][i], second = sums[c + apart][i];
        sums[c][i] = first + second;
        sums[c + apart][i] = first - second;
      }
    }
  }
}

void draw_hadamard(net::Network& network, const Plan& plan, std::uint64_t seed) {
  if (plan.config.hadamard == 0) return;
  Dice dice(seed ^ kSeed);
  for (net::Layer& layer : network.layers) {
    const std::vector<int> sizes = sizes_for(network, layer, plan);
    if (sizes.empty() || !dice.percent(kShare)) continue;
    const net::Layer before = layer;
    widen(layer, dice.percent(50) ? sizes.back() : dice.pick(sizes));
    if (!compiles(network, plan)) layer = before;
  }
}

}  // namespace sluice::run
