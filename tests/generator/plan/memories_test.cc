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
      {MemoryKind::kActivation, 2048, 32, 8, 8},
      {MemoryKind::kWeight, 512, 256, 256, 1},
      {MemoryKind::kAccumulator, 128, 28, 28, 2 * 4 * 4},
      {MemoryKind::kOpenPositions, 128, 14 + 4 * 4, 30, 1},
      {MemoryKind::kGateMask, 256, 4 * 4, 16, 1},
      {MemoryKind::kHeader, 2 * 4, 256, 256, 1},
      {MemoryKind::kParameter, 2 * 8, 64, 64, 4},
      {MemoryKind::kAddend, 8, 256, 256, 1},
      {MemoryKind::kTable, 64, 32, 32, 4},
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
  config.lanes = 2;
  config.rows = 128;
  config.segments = 8;
  const int columns = 8 * 4;
  const std::vector<Memory> memories = memories_of(make_plan(config));
  const auto of = [&](MemoryKind kind) {
    for (const Memory& memory : memories) {
      if (memory.kind == kind) return memory;
    }
    FAIL("no such memory");
    return Memory{};
  };
  CHECK(of(MemoryKind::kAccumulator).count == 2 * 2 * columns);
  CHECK(of(MemoryKind::kOpenPositions).bits == 14 + columns);
  CHECK(of(MemoryKind::kGateMask).bits == columns);
  CHECK(of(MemoryKind::kHeader).words == 2 * 8);  // 18 entries in 5 words
  CHECK(of(MemoryKind::kParameter) ==
        Memory{MemoryKind::kParameter, 2 * 16, 64, 64, 2 * 4});  // 64 entries
}

TEST_CASE("Memories.SmallOnesAreFlipFlops") {
  CHECK(Memory{MemoryKind::kActivation, 64, 32, 8, 1}.is_macro());
  CHECK_FALSE(Memory{MemoryKind::kActivation, 63, 64, 8, 1}.is_macro());
  CHECK_FALSE(Memory{MemoryKind::kActivation, 64, 31, 31, 1}.is_macro());
}

}  // namespace
}  // namespace sluice
