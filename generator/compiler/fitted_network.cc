// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/fitted_network.h"

#include <algorithm>

#include "generator/compiler/additions.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/layout.h"
#include "generator/compiler/planes.h"
#include "generator/network/parts.h"

namespace sluice::compiler {

using net::Layer;

FittedNetwork::FittedNetwork(const net::Network& original, const Plan& plan, bool gated)
    : original_(original), plan_(plan), gated_(gated) {
  if (gated) fit_planes();
  const auto is_part = [](const net::FeatureMap& map) { return map.part.has_value(); };
  if (std::any_of(original.maps.begin(), original.maps.end(), is_part)) fit_parts();
}

void FittedNetwork::fit_parts() {
  fit_additions();
  fit_positions();
  for (int map = 0; map < static_cast<int>(original_.maps.size()); ++map) {
    if (!original_.maps[map].part && net::is_shared(original_, map)) fit_users(map);
  }
}

/// All layers that read a map as planes share a copy.
void FittedNetwork::fit_planes() {
  for (std::size_t i = 0; i < network().layers.size(); ++i) {
    const int bits = plane_bits(network().layers[i], true);
    const int map = network().layers[i].input;
    if (bits == 0 || fits_planes(network(), map)) continue;
    copy_operand(i++, &Layer::input);
    const int copy = network().layers[i].input;
    for (Layer& other : rewritten().layers) {
      if (other.input == map && plane_bits(other, true) == bits) other.input = copy;
    }
  }
}

/// What is changed: a copy of the original from the first change on.
net::Network& FittedNetwork::rewritten() {
  if (!rewritten_) {
    rewritten_ = original_;
    for (std::size_t i = 0; i < original_.layers.size(); ++i) {
      layers_.push_back(static_cast<int>(i));
    }
  }
  return *rewritten_;
}

void FittedNetwork::fit_additions() {
  for (std::size_t i = 0; i < network().layers.size(); ++i) {
    if (!network().layers[i].traits().two_inputs()) continue;
    const auto part = [&](int map) { return network().maps[map].part.has_value(); };
    if (part(network().layers[i].addend) && has_vector(network(), network().layers[i])) {
      copy_operand(i++, &Layer::addend);
    } else if (part(network().layers[i].input) && part(network().layers[i].addend)) {
      copy_operand(i++, &Layer::input);
    }
    if (part(network().layers[i].output)) copy_output(i++);
  }
}

void FittedNetwork::fit_positions() {
  for (std::size_t i = 0; i < network().layers.size(); ++i) {
    for (const auto operand : {&Layer::input, &Layer::addend}) {
      const Layer& layer = network().layers[i];
      if (operand == &Layer::addend && !layer.traits().two_inputs()) continue;
      const net::Place place = net::place_of(network(), layer.*operand);
      if (!place.all_positions(network().maps[place.root])) copy_operand(i++, operand);
    }
  }
}

/// Layers that read a map or its parts, those with most work first; gated ones before.
std::vector<std::size_t> FittedNetwork::readers_of(int root) const {
  std::vector<std::size_t> readers;
  for (std::size_t i = 0; i < network().layers.size(); ++i) {
    const Layer& layer = network().layers[i];
    const bool reads = net::place_of(network(), layer.input).root == root;
    if (reads && !layer.traits().two_inputs()) readers.push_back(i);
  }
  std::stable_sort(readers.begin(), readers.end(), [&](std::size_t a, std::size_t b) {
    const Layer &first = network().layers[a], &second = network().layers[b];
    if (first.gate.has_value() != second.gate.has_value()) return first.gate.has_value();
    return net::macs_of(network(), first) > net::macs_of(network(), second);
  });
  return readers;
}

/// The layout that layers can read; none if there is none.
std::optional<MapLayout> FittedNetwork::layout_for(const std::vector<std::size_t>& readers) const {
  std::vector<Reader> all;
  for (const std::size_t i : readers) {
    const Layer& layer = network().layers[i];
    all.push_back({&layer, gated_ && layer.gate.has_value()});
  }
  try {
    const int bits = network().maps[all.front().layer->input].bits;
    return shared_layout(network(), all, plan_, container_bits(plan_, bits), 1);
  } catch (const CompileError&) {
    return std::nullopt;
  }
}

/// A layer writes channels that share a gate to several groups of a map.
bool FittedNetwork::splits_gates(std::size_t index, int root, const MapLayout& layout) const {
  const Layer& layer = network().layers[index];
  const net::Place place = net::place_of(network(), layer.output);
  if (!gated_ || !layer.gate || place.root != root || layer.output == root) return false;
  const int group = layout.channels_per_group, block = layer.gate->block;
  for (int c = 0; c < place.channels.count; c += block) {
    const int last = std::min(c + block, place.channels.count) - 1;
    const int first = place.channels.first;
    if ((first + c) / group != (first + last) / group) return true;
  }
  return false;
}

void FittedNetwork::fit_users(int root) {
  std::vector<std::size_t> readers, refused;
  std::optional<MapLayout> layout;
  for (const std::size_t reader : readers_of(root)) {
    readers.push_back(reader);
    if (const auto joined = layout_for(readers)) {
      layout = joined;
    } else {
      readers.pop_back();
      refused.push_back(reader);
    }
  }
  for (std::size_t i = network().layers.size(); i-- > 0;) {
    if (layout && splits_gates(i, root, *layout)) copy_output(i);
    if (std::count(refused.begin(), refused.end(), i) > 0) copy_operand(i, &Layer::input);
  }
}

int FittedNetwork::add_map(const net::FeatureMap& like) {
  net::FeatureMap map = like;
  map.part.reset();
  rewritten().maps.push_back(map);
  return static_cast<int>(rewritten().maps.size()) - 1;
}

/// Lets a layer read a copy, made before it.
void FittedNetwork::copy_operand(std::size_t layer, int Layer::*operand) {
  const int map = network().layers[layer].*operand;
  const int copy = add_map(network().maps[map]);
  rewritten().layers[layer].*operand = copy;
  insert_copy(layer, map, copy);
}

/// Lets a layer write a map of its own, which all layers read that read what it wrote, and copies
/// that.
void FittedNetwork::copy_output(std::size_t layer) {
  const int map = network().layers[layer].output;
  const int own = add_map(network().maps[map]);
  rewritten().layers[layer].output = own;
  for (Layer& other : rewritten().layers) {
    if (other.input == map) other.input = own;
    if (other.traits().two_inputs() && other.addend == map) other.addend = own;
  }
  insert_copy(layer + 1, own, map);
}

/// Of some positions of a map, those between are a part, too, through which the copying layer
/// steps.
void FittedNetwork::insert_copy(std::size_t place, int from, int to) {
  net::Network& network = rewritten();
  const net::FeatureMap map = network.maps[from];
  const net::Place part = net::place_of(network, from);
  Layer copy = net::copying_layer(map);
  copy.input = from;
  copy.output = to;
  if (!part.all_positions(network.maps[part.root])) {
    net::FeatureMap between = map;
    copy.stride_h = part.rows.step;
    copy.stride_w = part.columns.step;
    between.height = (map.height - 1) * copy.stride_h + 1;
    between.width = (map.width - 1) * copy.stride_w + 1;
    between.part = net::Part{part.root, part.channels.first, part.rows.first, part.columns.first};
    network.maps.push_back(between);
    copy.input = static_cast<int>(network.maps.size()) - 1;
  }
  network.layers.insert(network.layers.begin() + static_cast<std::ptrdiff_t>(place), copy);
  layers_.insert(layers_.begin() + static_cast<std::ptrdiff_t>(place), -1);
}

}  // namespace sluice::compiler
