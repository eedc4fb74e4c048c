// SPDX-License-Identifier: Apache-2.0
// Networks that wait for weights: what circulant ones gain.
#include <catch2/catch.hpp>

#include "generator/estimate/builtin.h"
#include "generator/estimate/estimate.h"
#include "tests/support/designs.h"

namespace sluice::estimate {
namespace {

/// The autoencoder of MLPerf Tiny with weights in circulant blocks.
LayerList autoencoder(int size) {
  LayerList list = *builtin("autoencoder");
  for (ListedLayer& layer : list.layers) layer.circulant = size;
  return list;
}

Estimate estimate_of(const std::vector<std::string>& changes, int size) {
  return estimate(test::shipped_plan("edge", changes), autoencoder(size), {});
}

// A step's weights take a narrow port k times as long as the array
const std::vector<std::string> kNarrowPort = {"gating=false", "memory.bytes=8", "circulant=true"};

TEST_CASE("CirculantEstimate.ALayerThatWaitsForWeightsIsNearlyKTimesAsFast") {
  const Estimate dense = estimate_of(kNarrowPort, 1), circulant = estimate_of(kNarrowPort, 4);
  REQUIRE((dense.whole() && circulant.whole()));
  CHECK(dense.cycles == 35702);
  CHECK(circulant.cycles == 11163);
  CHECK(static_cast<double>(dense.cycles) >= 0.75 * 4 * static_cast<double>(circulant.cycles));
  for (const LayerEstimate& layer : circulant.layers) CHECK(layer.circulant == 4);
  // A record of 128 inputs: 2048 bytes of weights, or 512, and 144 of its header
  CHECK(dense.layers[1].with.weight_read_bytes == 8 * (2048 + 144));
  CHECK(circulant.layers[1].with.weight_read_bytes == 8 * (512 + 144));
}

TEST_CASE("CirculantEstimate.OtherDesignsTakeThemAsAnyWeights") {
  const std::vector<std::string> without = {"gating=false", "memory.bytes=8"};
  CHECK(estimate_of(without, 4).cycles == estimate_of(without, 1).cycles);
  CHECK(estimate_of(kNarrowPort, 1).cycles == estimate_of(without, 1).cycles);
  CHECK(estimate_of(without, 4).layers[0].circulant == 1);
}

}  // namespace
}  // namespace sluice::estimate
