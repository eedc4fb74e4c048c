// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/routing.h"

namespace sluice::compiler {

std::optional<std::pair<int, int>> collision(const std::vector<Request>& requests, int banks) {
  std::vector<int> nodes;
  for (const Request& request : requests) nodes.push_back(request.slot);
  // Against the atoms' direction: from the slots to the banks
  for (int bit = 1; bit < banks; bit *= 2) {
    std::vector<int> first(banks, -1);
    for (int i = 0; i < static_cast<int>(requests.size()); ++i) {
      nodes[i] = (nodes[i] & ~bit) | static_cast<int>(requests[i].address & bit);
      int& other = first[nodes[i]];
      if (other < 0) {
        other = i;
      } else if (requests[other].address != requests[i].address) {
        return std::pair{other, i};
      }
    }
  }
  return std::nullopt;
}

}  // namespace sluice::compiler
