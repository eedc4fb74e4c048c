// SPDX-License-Identifier: Apache-2.0
#include "verif/run/wide_weights.h"

#include "verif/run/dice.h"

namespace sluice::run {
namespace {

constexpr std::uint64_t kSeed = 0x91de;
constexpr int kShare = 15;  ///< of convolutions that can have them, in percent
constexpr std::uint64_t kChannelSeed = 0x5717;
constexpr int kChannelShare = 40;

bool can_be_wide(const net::Network& network, const net::Layer& layer, const Plan& plan) {
  const int inputs = network.maps[layer.input].channels * layer.kernel_h * layer.kernel_w;
  return layer.traits().has_weights() && !layer.gate && layer.groups == 1 &&
         layer.weight_bits == 8 && 2 * inputs <= plan.config.accumulator.max_reduction;
}

/// Narrow weights of a narrow map that a layer before writes.
bool can_have_wide_channels(const net::Network& network, const net::Layer& layer,
                            const Plan& plan) {
  const int inputs = network.maps[layer.input].channels * layer.kernel_h * layer.kernel_w;
  return layer.traits().has_weights() && !layer.gate && layer.groups == 1 && layer.input != 0 &&
         layer.weight_bits < 8 && network.maps[layer.input].bits < 8 &&
         2 * inputs <= plan.config.accumulator.max_reduction;
}

}  // namespace

void widen_weights(net::Network& network, const Plan& plan, std::uint64_t seed) {
  Dice dice(seed ^ kSeed);
  for (net::Layer& layer : network.layers) {
    if (!can_be_wide(network, layer, plan) || !dice.percent(kShare)) continue;
    for (std::size_t i = 0; i < layer.weights.size(); i++) {
      const bool more = dice.percent(30);
      layer.more_weights.push_back(static_cast<std::int8_t>(more ? dice.range(-128, 127) : 0));
    }
  }
}

void widen_channels(net::Network& network, const Plan& plan, std::uint64_t seed) {
  Dice dice(seed ^ kChannelSeed);
  for (net::Layer& layer : network.layers) {
    if (!can_have_wide_channels(network, layer, plan) || !dice.percent(kChannelShare)) continue;
    const auto taps = static_cast<std::size_t>(layer.kernel_h) * layer.kernel_w;
    const int inputs = network.maps[layer.input].channels;
    const auto channel = static_cast<std::size_t>(dice.range(0, inputs - 1));
    const int most = dice.percent(70) ? 14 : dice.range(15, 127);
    for (std::size_t i = 0; i < layer.weights.size(); i++) {
      if (i / taps % static_cast<std::size_t>(inputs) != channel) continue;
      layer.weights[i] = static_cast<std::int8_t>(dice.range(-most, most));
    }
    layer.weight_bits = 8;
  }
}

}  // namespace sluice::run
