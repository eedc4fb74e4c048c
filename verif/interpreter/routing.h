// SPDX-License-Identifier: Apache-2.0
// The network between the banks of an activation buffer and the slots of a step, from its rule in
// docs/03_design/commands_and_layout.md.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::compiler {

/// An atom that a step asks for.
struct Request {
  int slot = 0;  ///< below the number of banks
  std::int64_t address = 0;
};

/// Two requests that want different atoms from one node of the network, by their places in
/// `requests`; nothing if all can be served at once. `banks` is a power of two.
std::optional<std::pair<int, int>> collision(const std::vector<Request>& requests, int banks);

}  // namespace sluice::compiler
