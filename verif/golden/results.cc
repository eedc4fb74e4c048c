// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/results.h"

#include <algorithm>

#include "verif/golden/host.h"

namespace sluice::golden {

std::vector<Tensor> results_of(const net::Network& network,
                               const std::vector<LayerResult>& layers) {
  std::vector<Tensor> results;
  const std::size_t first = layers.size() - network.layers.size();
  for (const int map : net::result_maps(network))
    for (std::size_t i = 0; i < network.layers.size(); ++i)
      if (network.layers[i].output == map) results.push_back(layers[first + i].output);
  return results;
}

float number_of(const net::ResultSource& source, std::int8_t value) {
  const int code = value + source.offset;
  return source.scale ? static_cast<float>(code - source.zero_point) * *source.scale
                      : static_cast<float>(code);
}

std::vector<std::int8_t> channels_first(const Tensor& map) {
  std::vector<std::int8_t> values;
  for (int c = 0; c < map.channels; ++c)
    for (int y = 0; y < map.height; ++y)
      for (int x = 0; x < map.width; ++x) values.push_back(map.at(y, x, c));
  return values;
}

std::size_t place_of(const net::Network& network, const net::ResultSource& source) {
  const std::vector<int> maps = net::result_maps(network);
  const auto found = std::find(maps.begin(), maps.end(), net::map_of(network, source));
  return static_cast<std::size_t>(found - maps.begin());
}

std::vector<float> numbers_of(const net::Network& network, std::size_t index,
                              const std::vector<Tensor>& maps) {
  const net::ResultFormat& result = network.results[index];
  std::vector<std::vector<float>> inputs;
  for (const net::ResultSource& source : result.sources) {
    std::vector<float>& numbers = inputs.emplace_back();
    for (const std::int8_t value : channels_first(maps[place_of(network, source)]))
      numbers.push_back(number_of(source, value));
  }
  return result.host.empty() ? inputs.front() : evaluate(result.host, inputs);
}

std::size_t class_map(const net::Network& network) {
  const std::vector<int> maps = net::result_maps(network);
  const auto found = std::find_if(maps.begin(), maps.end(), [&](int map) {
    return network.maps[map].height == 1 && network.maps[map].width == 1;
  });
  if (found == maps.end()) return 0;
  return static_cast<std::size_t>(found - maps.begin());
}

}  // namespace sluice::golden
