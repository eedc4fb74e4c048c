// SPDX-License-Identifier: Apache-2.0
// Lists of layers whose gates split bits: close to what theory says of cycles.
#include <catch2/catch.hpp>

#include "generator/estimate/estimate.h"
#include "generator/estimate/read_layers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::estimate {
namespace {

LayerList shipped() {
  return read_layers((test::source_dir() / "configs" / "precision.csv").string());
}

Estimate estimate_of(const char* design, const char* key = "precision_gating=true") {
  return estimate(test::shipped_plan(design, {key}), shipped(), {});
}

TEST_CASE("PlanesEstimate.LayersComeCloseToHalfAndHalfOfTheOpenGates") {
  const Estimate edge = estimate_of("edge");
  REQUIRE(edge.whole());
  for (const LayerEstimate& layer : edge.layers) {
    CHECK(layer.plane_bits == (layer.gated ? 4 : 0));
    if (!layer.gated) continue;
    CHECK(layer.bits == 4);
    const double theory = 0.5 + 0.5 * layer.open_share();
    const double taken = double(layer.with.cycles) / double(layer.without.cycles);
    INFO(layer.name << ": " << taken << " of the cycles, in theory " << theory);
    CHECK(theory / taken > 0.98);
    CHECK(theory / taken < 1.02);
    CHECK(layer.utilisation() < 1);
  }
  CHECK(double(edge.cycles_without) / double(edge.cycles) > 1.6);
}

TEST_CASE("PlanesEstimate.DesignsWithoutPrecisionGatingSayWhatIsMissing") {
  const Estimate estimate = estimate_of("edge", "precision_gating=false");
  CHECK(estimate.layers[1].note.find("set precision_gating: true") != std::string::npos);
}

}  // namespace
}  // namespace sluice::estimate
