// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/additions.h"

#include <algorithm>
#include <utility>

#include "generator/network/parts.h"

namespace sluice::compiler {

bool has_vector(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& map = network.maps[layer.addend];
  const net::FeatureMap& input = network.maps[layer.input];
  return map.height == 1 && map.width == 1 && (input.height > 1 || input.width > 1);
}

Additions::Additions(const net::Network& network, LayoutSets& layouts)
    : network_(network), done_before_(network.layers.size()), additions_(network.layers.size()) {
  for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
    const net::Layer& layer = network.layers[i];
    if (!layer.traits().two_inputs()) continue;
    Addition addition{
        &layer,           i, layer.addend, layer.factor, layer.addend_factor, layer.input_zero,
        layer.addend_zero};
    addition.vector = has_vector(network, layer);
    if (addition.vector) {
      take_vector(addition);
    } else {
      take_map(addition, layouts);
    }
  }
}

/// A map of the shape of the outputs, laid out like them.
void Additions::take_map(Addition addition, LayoutSets& layouts) {
  const int i = addition.index;
  const net::Layer& layer = *addition.layer;
  int operand = layer.input;
  const auto swap = [&] {
    std::swap(addition.addend, operand);
    std::swap(addition.factor, addition.addend_factor);
    std::swap(addition.zero, addition.addend_zero);
  };
  if (writer_of(addition.addend) > writer_of(operand)) swap();
  int host = host_of(i, operand);
  const bool part = network_.maps[addition.addend].part.has_value();
  if (part || (!layouts.may_join(layer.output, addition.addend) &&
               layouts.may_join(layer.output, operand) && !network_.maps[operand].part)) {
    swap();
    host = i;
  }
  layouts.join(layer.output, addition.addend);
  place(addition, host, operand);
}

/// A map of one position cannot go through the array in place of the other.
void Additions::take_vector(const Addition& addition) {
  const int operand = addition.layer->input;
  const bool there = writer_of(addition.addend) < writer_of(operand);
  place(addition, there ? host_of(addition.index, operand) : addition.index, operand);
}

void Additions::place(const Addition& addition, int host, int operand) {
  done_before_[addition.index] = host != addition.index;
  if (host == addition.index) keep_operand(host, operand);
  additions_[host] = addition;
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
                   net::is_result(network_, later) || network_.layers[writer].traits().two_inputs();
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
