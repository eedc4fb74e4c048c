// SPDX-License-Identifier: Apache-2.0
// The part of NetworkBuilder that looks maps up in tables.
#include <algorithm>

#include "generator/network/network_builder.h"

namespace sluice::net {

std::vector<std::string> NetworkBuilder::names_of(int map) const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors_)
    if (tensor.map == map) names.push_back(name);
  return names;
}

std::vector<int> NetworkBuilder::codes_of(int map) const {
  const MapState& state = states_[map];
  std::vector<int> codes;
  for (int stored = -128; stored < 128; ++stored)
    codes.push_back(std::clamp(stored + state.offset, state.low, state.high));
  return codes;
}

bool NetworkBuilder::may_look_up(int map) const {
  const int producer = states_[map].producer;
  return producer >= 0 && !is_read(map) && !network_.layers[producer].traits().two_inputs();
}

void NetworkBuilder::look_up(int map, const std::vector<int>& codes, const OutputFormat& format,
                             bool flat, const std::string& tensor) {
  MapState& state = states_[map];
  Layer& layer = network_.layers[state.producer];
  const int offset = format.type == onnx::TensorProto::UINT8 ? 128 : 0;
  std::vector<std::int8_t> table;
  for (int entry = 0; entry < kTableEntries; ++entry) {
    const int at = layer.table.empty() ? entry : layer.table[entry] + 128;
    table.push_back(static_cast<std::int8_t>(codes[at] - offset));
  }
  layer.table = std::move(table);
  state = {.type = format.type,
           .low = lowest_of_type(format.type),
           .high = lowest_of_type(format.type) + 255,
           .offset = offset,
           .producer = state.producer,
           .zero_point_owner = map,
           .zero_point = format.zero_point};
  std::erase_if(tensors_, [&](const auto& name) { return name.second.map == map; });
  network_.maps[map].bits = 8;
  network_.maps[map].name = tensor;
  alias(tensor, {map, flat});
}

/// Of a map that a layer looks up: the entries are limited.
bool NetworkBuilder::limit_table(const MapState& state) {
  if (state.producer < 0 || network_.layers[state.producer].table.empty()) return false;
  for (std::int8_t& entry : network_.layers[state.producer].table)
    entry = static_cast<std::int8_t>(std::clamp(entry + state.offset, state.low, state.high) -
                                     state.offset);
  return true;
}

}  // namespace sluice::net
