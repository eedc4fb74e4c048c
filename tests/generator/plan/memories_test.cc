// SPDX-License-Identifier: Apache-2.0
// Memories of a design, counted by hand. tests/synth/area_test.cc compares them with the RTL's.
#include "generator/plan/memories.h"

#include <catch2/catch.hpp>

#include "tests/support/designs.h"

namespace sluice {
namespace {

TEST_CASE("Memories.OfEdgeAreThoseCountedByHand") {
  const std::vector<Memory> expected = {
      {MemoryKind::kActivation, 1024, 32, 8, 2 * 8},
      {MemoryKind::kWeight, 512, 256, 256, 2},
      {MemoryKind::kAccumulator, 256, 28, 28, 2 * 2 * 4},
      {MemoryKind::kOpenList, 256, 8 + 13 + 4, 25, 2},
      {MemoryKind::kGateMask, 512, 4, 4, 2},
      {MemoryKind::kHeader, 16, 256, 256, 2 * (1 + 2)},
      {MemoryKind::kCommand, 8, 256, 256, 1},
      {MemoryKind::kReadAddress, 8, 27, 27, 1},
      {MemoryKind::kWriteAddress, 32, 27, 27, 1},
  };
  CHECK(memories_of(test::shipped_plan("edge")) == expected);
}

TEST_CASE("Memories.SmallOnesAreFlipFlops") {
  CHECK(Memory{MemoryKind::kActivation, 64, 32, 8, 1}.is_macro());
  CHECK_FALSE(Memory{MemoryKind::kActivation, 63, 64, 8, 1}.is_macro());
  CHECK_FALSE(Memory{MemoryKind::kActivation, 64, 31, 31, 1}.is_macro());
}

}  // namespace
}  // namespace sluice
