// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/additions.h"

#include <algorithm>
#include <utility>

#include "generator/network/parts.h"

namespace sluice::compiler {

Additions::Additions(const net::Network& network, LayoutSets& layouts)
    : network_(network), done_before_(network.layers.size()), additions_(network.layers.size()) {
  for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
    const net::Layer& layer = network.layers[i];
    if (!layer.traits().two_inputs()) continue;
    Addition addition{&layer, i, layer.addend, layer.factor, layer.addend_factor};
    int operand = layer.input;
    if (writer_of(addition.addend) > writer_of(operand)) {
      std::swap(addition.addend, operand);
      std::swap(addition.factor, addition.addend_factor);
    }
    int host = host_of(i, operand);
    const bool part = network.maps[addition.addend].part.has_value();
    if (part || (!layouts.may_join(layer.output, addition.addend) &&
                 layouts.may_join(layer.output, operand) && !network.maps[operand].part)) {
      std::swap(addition.addend, operand);
      std::swap(addition.factor, addition.addend_factor);
      host = i;
    }
    layouts.join(layer.output, addition.addend);
    done_before_[i] = host != i;
    if (host == i) keep_operand(i, operand);
    additions_[host] = addition;
  }
}

const net::Layer& Additions::array_layer(int layer) const {
  const auto kept = kept_.find(layer);
  return kept != kept_.end() ? kept->second : network_.layers[layer];
}

int Additions::writer_of(int map) const {
  const net::Place place = net::place_of(network_, map);
  int writer = -1;
  for (std::size_t i = 0; i < network_.layers.size(); ++i) {
    const net::Place written = net::place_of(network_, network_.layers[i].output);
    if (net::common_values(place, written) > 0) writer = static_cast<int>(i);
  }
  return writer;
}

/// The layer that does an addition whose later operand is map `later`.
int Additions::host_of(int addition, int later) const {
  const int writer = writer_of(later);
  const bool own = writer < 0 || net::is_shared(network_, later) ||
                   network_.layers[writer].traits().two_inputs();
  return own || readers_of(later) > 1 ? addition : writer;
}

/// Inputs and addends that are the map.
int Additions::readers_of(int map) const {
  int readers = 0;
  for (const net::Layer& layer : network_.layers) {
    if (layer.input == map) ++readers;
    if (layer.traits().two_inputs() && layer.addend == map) ++readers;
  }
  return readers;
}

void Additions::keep_operand(int addition, int operand) {
  net::Layer layer = network_.layers[addition];
  const net::FeatureMap& map = network_.maps[operand];
  layer.input = operand;
  layer.requant.assign(map.channels, {});
  layer.zero_point = 0;
  layer.clamp_low = -(1 << (map.bits - 1));
  layer.clamp_high = -layer.clamp_low - 1;
  kept_[addition] = std::move(layer);
}

}  // namespace sluice::compiler
