// SPDX-License-Identifier: Apache-2.0
#include "verif/sim/accesses.h"

#include <catch2/catch.hpp>
#include <stdexcept>

namespace sluice::sim {
namespace {

TEST_CASE("SimAccesses.AreSummedByKind") {
  const MemoryAccesses sum =
      sum_of({{"d_core.gen_lane[0].u_lane.u_weights.u_ram.u_counter", 3, 5},
              {"d_core.gen_lane[1].u_lane.u_weights.u_ram.u_counter", 4, 6},
              {"d_core.gen_lane[0].u_lane.u_post.u_addend.u_words.u_counter", 8, 9},
              {"d_core.u_stop.u_reads.u_counter", 0, 2}});
  CHECK(sum.accesses.reads_of(MemoryKind::kWeight) == 7);
  CHECK(sum.accesses.writes_of(MemoryKind::kWeight) == 11);
  CHECK(sum.accesses.writes_of(MemoryKind::kAddend) == 9);
  CHECK(sum.accesses.writes_of(MemoryKind::kReadAddress) == 2);
  CHECK(sum.instances[static_cast<int>(MemoryKind::kWeight)] == 2);
  CHECK(sum.instances[static_cast<int>(MemoryKind::kReadAddress)] == 1);
  CHECK(sum.instances[static_cast<int>(MemoryKind::kActivation)] == 0);
}

TEST_CASE("SimAccesses.AMemoryOfNoKindIsAnError") {
  CHECK_THROWS_AS(kind_of("d_core.u_new.u_ram.u_counter"), std::runtime_error);
}

}  // namespace
}  // namespace sluice::sim
