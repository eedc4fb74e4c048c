// SPDX-License-Identifier: Apache-2.0
// Memories of a design, counted by hand. tests/synth/area_test.cc compares them with the RTL's.
#include "generator/plan/memories.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/designs.h"

namespace sluice {
namespace {

TEST_CASE("Memories.OfEdgeAreThoseCountedByHand") {
  const std::vector<Memory> expected = {
      {MemoryKind::kActivation, 1024, 32, 8, 2 * 8},
      {MemoryKind::kWeight, 512, 256, 256, 2},
      {MemoryKind::kAccumulator, 256, 28, 28, 2 * 2 * 4},
      {MemoryKind::kOpenPositions, 256, 13 + 4, 17, 2},
      {MemoryKind::kGateMask, 512, 4, 4, 2},
      {MemoryKind::kHeader, 4 * 2, 256, 256, 2},
      {MemoryKind::kParameter, 4 * 2, 2 * 64, 2 * 64, 2 * 2},
      {MemoryKind::kAddend, 4, 256, 256, 2},
      {MemoryKind::kCommand, 8, 256, 256, 1},
      {MemoryKind::kReadAddress, 8, 27, 27, 1},
      {MemoryKind::kWriteAddress, 32, 27, 27, 1},
  };
  CHECK(memories_of(test::shipped_plan("edge")) == expected);
}

TEST_CASE("Memories.OfAddendsAreThoseOfDesignsWithAdditions") {
  Config config = test::shipped_plan("edge").config;
  config.post = 4;
  config.memory.bytes = 32;
  const auto addends = [&] {
    const std::vector<Memory> memories = memories_of(make_plan(config));
    return std::count_if(memories.begin(), memories.end(), [](const Memory& memory) {
      return memory.kind == MemoryKind::kAddend && memory.words == 8;
    });
  };
  CHECK(addends() == 1);
  CHECK(make_plan(config).addend_depth == 8);  // 64 cycles of 4 bytes
  config.memory.burst = 2;
  CHECK(make_plan(config).addend_depth == 4);
  config.additions = false;
  CHECK(addends() == 0);
  CHECK(make_plan(config).addend_depth == 0);
}

TEST_CASE("Memories.OfSegmentsHoldTheirColumns") {
  Config config = test::shipped_plan("edge").config;
  config.rows = 128;
  config.segments = 4;
  config.post = 4;
  const int columns = 4 * 4;
  const std::vector<Memory> memories = memories_of(make_plan(config));
  const auto of = [&](MemoryKind kind) {
    for (const Memory& memory : memories) {
      if (memory.kind == kind) return memory;
    }
    FAIL("no such memory");
    return Memory{};
  };
  CHECK(of(MemoryKind::kAccumulator).count == 2 * 2 * columns);
  CHECK(of(MemoryKind::kOpenPositions).bits == 13 + columns);
  CHECK(of(MemoryKind::kGateMask).bits == columns);
  CHECK(of(MemoryKind::kHeader).words == 4 * 4);  // 10 entries in 3 words
  CHECK(of(MemoryKind::kParameter) ==
        Memory{MemoryKind::kParameter, 4 * 8, 64, 64, 2 * 4});  // 32 entries
}

TEST_CASE("Memories.SmallOnesAreFlipFlops") {
  CHECK(Memory{MemoryKind::kActivation, 64, 32, 8, 1}.is_macro());
  CHECK_FALSE(Memory{MemoryKind::kActivation, 63, 64, 8, 1}.is_macro());
  CHECK_FALSE(Memory{MemoryKind::kActivation, 64, 31, 31, 1}.is_macro());
}

}  // namespace
}  // namespace sluice
