// SPDX-License-Identifier: Apache-2.0
// sluice estimate: words that a network's maps take in memory.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

TEST_CASE("Estimate.TilesMeetInFewWords") {
  // Positions of 64 bytes, two a word, begin in the middle of one: a word more for each tile
  const RunResult result = run_sluice("estimate configs/fold1024.yaml resnet18 --no-gates --json");
  REQUIRE(result.exit_code == 0);
  const nlohmann::json first = nlohmann::json::parse(result.out)["layers"][0];
  CHECK(first["name"] == "conv1");
  const int tiles_in_a_row = 7;
  CHECK(first["output_bytes"] == 112 * 112 * 64);
  CHECK(first["write_bytes"] == 112 * (112 * 64 + tiles_in_a_row * 128));
}

}  // namespace
}  // namespace sluice::test
