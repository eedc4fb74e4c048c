// SPDX-License-Identifier: Apache-2.0
// What the graph gives of the maps that layers give.
#pragma once

#include <cstdint>
#include <vector>

#include "generator/network/network.h"
#include "verif/golden/golden.h"

namespace sluice::golden {

/// What a stored value stands for in the graph.
float number_of(const net::ResultSource& source, std::int8_t value);

/// Values of a map as (channel, y, x), the order that most files have.
std::vector<std::int8_t> channels_first(const Tensor& map);

/// Result `index` as the graph has it, (channel, y, x) of a map; `maps` are those that
/// net::result_maps() names.
std::vector<float> numbers_of(const net::Network& network, std::size_t index,
                              const std::vector<Tensor>& maps);

/// Where net::result_maps() has the map of a source.
std::size_t place_of(const net::Network& network, const net::ResultSource& source);

/// The map that classes are found in: the first with one position, else the first; its place in
/// net::result_maps().
std::size_t class_map(const net::Network& network);

}  // namespace sluice::golden
