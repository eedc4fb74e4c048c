// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/routing.h"

#include <algorithm>

#include "generator/compiler/math.h"

namespace sluice::compiler {
namespace {

constexpr std::int64_t kFree = INT64_MIN;

/// A slot's request on its way.
struct Request {
  std::int64_t atom = 0;
  int node = 0;  ///< where it is
  int bank = 0;  ///< where it goes
};

/// Moves all requests through the stage of `bit`. False if two for different atoms meet.
bool pass_stage(std::vector<Request>& requests, int bit, std::vector<std::int64_t>& nodes) {
  std::fill(nodes.begin(), nodes.end(), kFree);
  for (Request& request : requests) {
    request.node = (request.node & ~bit) | (request.bank & bit);
    std::int64_t& taken = nodes[request.node];
    if (taken != kFree && taken != request.atom) return false;
    taken = request.atom;
  }
  return true;
}

/// Whether a step whose first atom is in bank `first` routes.
bool routes_from(const std::vector<SlotRead>& slots, int banks, int first,
                 std::vector<std::int64_t>& nodes) {
  std::vector<Request> requests;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    if (!slots[s].valid) continue;
    const auto bank = static_cast<int>(modulo<std::int64_t>(slots[s].atom + first, banks));
    requests.push_back({slots[s].atom, static_cast<int>(s), bank});
  }
  for (int bit = 1; bit < banks; bit *= 2) {
    if (!pass_stage(requests, bit, nodes)) return false;
  }
  return true;
}

}  // namespace

bool routes(const std::vector<SlotRead>& slots, int banks) {
  std::vector<std::int64_t> nodes(banks);
  for (int first = 0; first < banks; ++first) {
    if (!routes_from(slots, banks, first, nodes)) return false;
  }
  return true;
}

}  // namespace sluice::compiler
