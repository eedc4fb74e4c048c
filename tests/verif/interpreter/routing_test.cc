// SPDX-License-Identifier: Apache-2.0
#include "verif/interpreter/routing.h"

#include <catch2/catch.hpp>

namespace sluice::compiler {
namespace {

/// Requests of slots 0, 1, .. for these atoms; negative: the slot asks for none.
std::vector<Request> requests(const std::vector<std::int64_t>& atoms) {
  std::vector<Request> result;
  for (int slot = 0; slot < static_cast<int>(atoms.size()); ++slot) {
    if (atoms[slot] >= 0) result.push_back({slot, atoms[slot]});
  }
  return result;
}

bool served(const std::vector<std::int64_t>& atoms, int banks) {
  return !collision(requests(atoms), banks);
}

TEST_CASE("Routing.NeighboursAreServedFromAnyBankOn") {
  for (int first = 0; first < 16; ++first) {
    CHECK(served({first, first + 1, first + 2, first + 3, first + 4, first + 5}, 8));
  }
}

TEST_CASE("Routing.OneAtomServesAnySlots") {
  for (int atom = 0; atom < 8; ++atom) CHECK(served({atom, atom, atom, atom}, 4));
}

TEST_CASE("Routing.AtomsOfOneBankCollide") {
  const auto both = collision(requests({3, -1, -1, 7}), 4);
  REQUIRE(both);
  CHECK((*both == std::pair{0, 1}));
}

TEST_CASE("Routing.AtomsOfOtherBanksCollideWhereTheirWaysMeet") {
  // Slots 0 and 1 both go to node 0 in the first stage, to banks 0 and 2
  CHECK_FALSE(served({0, 2}, 4));
  CHECK(served({0, -1, 2}, 4));
  CHECK(served({0, 0, 2, 2}, 4));  // two windows, two slots each
}

}  // namespace
}  // namespace sluice::compiler
