// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "generator/network/network.h"

namespace sluice::net {

std::vector<int> result_maps(const Network& network) {
  std::vector<int> maps;
  for (const ResultFormat& result : network.results) {
    for (const ResultSource& source : result.sources) {
      const int map = map_of(network, source);
      if (std::find(maps.begin(), maps.end(), map) == maps.end()) maps.push_back(map);
    }
  }
  return maps;
}

bool is_result(const Network& network, int map) {
  return std::any_of(
      network.results.begin(), network.results.end(), [&](const ResultFormat& result) {
        return std::any_of(
            result.sources.begin(), result.sources.end(),
            [&](const ResultSource& source) { return map_of(network, source) == map; });
      });
}

}  // namespace sluice::net
