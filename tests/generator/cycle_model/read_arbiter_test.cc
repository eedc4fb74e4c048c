// SPDX-License-Identifier: Apache-2.0
// Who is served, given who was served before.
#include "generator/cycle_model/read_arbiter.h"

#include <catch2/catch.hpp>
#include <vector>

namespace sluice::cycles {
namespace {

constexpr int kMany = 1000;

/// Who is served in some cycles in which the same units ask.
std::vector<Reader> served(ReadArbiter& arbiter, bool load, bool weights, bool addends) {
  std::vector<Reader> readers;
  for (int cycle = 0; cycle < 4; ++cycle) {
    readers.push_back(arbiter.choose(false, load, weights, addends));
    arbiter.step({readers.back(), false, 0, 1}, false);
  }
  return readers;
}

TEST_CASE("ReadArbiter.LoadsWeightsAndAddendsTakeTurns") {
  using enum Reader;
  using Readers = std::vector<Reader>;
  ReadArbiter arbiter(kMany);
  CHECK(served(arbiter, true, true, true) == Readers{kLoad, kWeights, kAddends, kLoad});
  CHECK(served(arbiter, true, true, false) == Readers{kWeights, kLoad, kWeights, kLoad});
  CHECK(served(arbiter, false, true, true) == Readers{kWeights, kAddends, kWeights, kAddends});
  CHECK(served(arbiter, true, false, true) == Readers{kLoad, kAddends, kLoad, kAddends});
  CHECK(served(arbiter, false, true, false) == Readers{kWeights, kWeights, kWeights, kWeights});
  // After weights it is the addends' turn, then that of loads
  CHECK(served(arbiter, true, false, false) == Readers{kLoad, kLoad, kLoad, kLoad});
  CHECK(served(arbiter, false, false, false) == Readers{kNone, kNone, kNone, kNone});
}

TEST_CASE("ReadArbiter.CommandsComeFirstAndTakeNoTurn") {
  ReadArbiter arbiter(kMany);
  arbiter.step({Reader::kLoad, false, 0, 1}, false);
  CHECK(arbiter.choose(true, true, true, true) == Reader::kCommand);
  arbiter.step({Reader::kCommand, false, 0, 1}, false);
  CHECK(arbiter.choose(false, true, true, true) == Reader::kWeights);
}

TEST_CASE("ReadArbiter.NobodyIsServedWhileAllMayBeInFlight") {
  ReadArbiter arbiter(1);
  arbiter.step({Reader::kAddends, false, 3, 2}, false);
  CHECK(arbiter.choose(true, true, true, true) == Reader::kNone);
  arbiter.step({}, true);
  CHECK(arbiter.data().reader == Reader::kAddends);
  CHECK(arbiter.data().lane == 3);
  CHECK(arbiter.choose(true, true, true, true) == Reader::kNone);
  arbiter.step({}, true);
  CHECK(arbiter.choose(true, true, true, true) == Reader::kCommand);
}

}  // namespace
}  // namespace sluice::cycles
