// SPDX-License-Identifier: Apache-2.0
// `sluice estimate` of networks with additions: whose costs they are in, and designs without them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

json layers_of(const std::string& arguments) {
  const RunResult result = run_sluice("estimate " + arguments + " --json");
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out)["layers"];
}

TEST_CASE("Estimate.AnAdditionNamesTheLayerWhoseCostsItIsIn") {
  const json layers = layers_of("configs/edge.yaml resnet20-cifar");
  const auto layer = [&](const std::string& name) {
    for (const json& one : layers) {
      if (one["name"] == name) return one;
    }
    FAIL("no layer " << name);
    return json();
  };
  CHECK(layer("stage1.1.add")["computed_with"] == "stage1.1.conv2");
  CHECK(layer("stage1.1.add")["cycles"] == 0);
  CHECK_FALSE(layer("stage1.1.conv2").contains("computed_with"));
  CHECK_THAT(run_sluice("estimate configs/edge.yaml resnet20-cifar").out,
             Contains("\n  stage1.1.add      add          in stage1.1.conv2\n"));
}

TEST_CASE("Estimate.ADesignWithoutAdditionsSaysHowToMendIt") {
  const RunResult result =
      run_sluice("estimate configs/edge.yaml resnet20-cifar --set additions=false");
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("stage1.1.add: adds two maps, but design 'sluice_edge' has no "
                                  "additions; set additions: true"));
}

}  // namespace
}  // namespace sluice::test
