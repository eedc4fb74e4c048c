// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/channel_families.h"

#include <algorithm>
#include <numeric>

#include "generator/compiler/additions.h"
#include "generator/compiler/layout.h"

namespace sluice::compiler {

using net::Layer;

bool sums_all_inputs(const Layer& layer) {
  return layer.traits().has_weights() && layer.groups == 1 && !layer.weights.empty() &&
         !(layer.gate && layer.gate->plane_bits > 0);
}

ChannelFamilies::ChannelFamilies(const net::Network& network)
    : network_(network), first_(network.maps.size()), fixed_(network.maps.size(), false) {
  std::iota(first_.begin(), first_.end(), 0);
  fix(0);
  for (const int map : net::result_maps(network)) fix(map);
  for (std::size_t map = 0; map < network.maps.size(); ++map) {
    if (!network.maps[map].part) continue;
    fix(static_cast<int>(map));
    fix(network.maps[map].part->whole);
  }
  for (const Layer& layer : network.layers) add(layer);
}

int ChannelFamilies::of(int map) const {
  while (first_[map] != map) map = first_[map];
  return map;
}

void ChannelFamilies::join(int a, int b) {
  a = of(a);
  b = of(b);
  fixed_[std::min(a, b)] = fixed_[a] || fixed_[b];
  first_[std::max(a, b)] = std::min(a, b);
}

void ChannelFamilies::add(const Layer& layer) {
  if (layer.hadamard > 1 || layer.gate) fix(layer.output);  // whole transforms, or whose gates are
  if (sums_all_inputs(layer)) return;
  const bool passes = !layer.traits().has_weights() ||
                      (is_depthwise(network_, layer) && !layer.gate && !layer.weights.empty());
  join(layer.input, layer.output);
  if (layer.traits().two_inputs()) join(layer.addend, layer.output);
  if (!passes || (layer.traits().two_inputs() && has_vector(network_, layer))) fix(layer.output);
}

}  // namespace sluice::compiler
