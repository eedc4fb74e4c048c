// SPDX-License-Identifier: Apache-2.0
// Layers whose sums are transformed take as many cycles as without, and less than pointwise layers
// in their place.
#include <catch2/catch.hpp>

#include "generator/estimate/estimate.h"
#include "generator/estimate/read_layers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::estimate {
namespace {

LayerList shipped() {
  return read_layers((test::source_dir() / "configs" / "hadamard.csv").string());
}

Estimate estimate_of(const LayerList& list, const char* longest) {
  const std::string key = std::string("hadamard=") + longest;
  return estimate(test::shipped_plan("fold1024", {"gating=false", key}), list, {});
}

TEST_CASE("HadamardEstimate.ATransformTakesACycleOfALayer") {
  const LayerList transformed = shipped();
  LayerList plain = transformed;
  for (ListedLayer& layer : plain.layers) layer.hadamard = 1;
  const Estimate with = estimate_of(transformed, "64");
  REQUIRE(with.whole());
  CHECK(with.cycles == 40374);
  CHECK(estimate_of(plain, "64").cycles == with.cycles);
  CHECK(estimate_of(plain, "0").cycles == with.cycles - plain.layers.size());
  for (std::size_t k = 0; k < plain.layers.size(); ++k) {
    CHECK(with.layers[k].hadamard == transformed.layers[k].hadamard);
  }
}

TEST_CASE("HadamardEstimate.PointwiseLayersTakeLonger") {
  LayerList pointwise;
  for (ListedLayer layer : shipped().layers) {
    const int size = layer.hadamard;
    layer.hadamard = 1;
    pointwise.layers.push_back(layer);
    if (size == 1) continue;
    ListedLayer mixing = layer;
    mixing.name += " mix";
    mixing.height = layer.out_height();
    mixing.width = layer.out_width();
    mixing.channels = layer.outputs;
    mixing.kernel_h = mixing.kernel_w = mixing.stride_h = mixing.stride_w = 1;
    mixing.padding = 0;
    mixing.groups = layer.outputs / size;
    pointwise.layers.push_back(mixing);
  }
  const Estimate with = estimate_of(shipped(), "64"), without = estimate_of(pointwise, "0");
  REQUIRE(without.whole());
  CHECK(static_cast<double>(without.cycles) >= 1.3 * static_cast<double>(with.cycles));
}

TEST_CASE("HadamardEstimate.DesignsWithoutTransformsSayWhatIsMissing") {
  const Estimate estimate = estimate_of(shipped(), "32");
  CHECK(!estimate.whole());
  CHECK(estimate.layers[1].note.find("set hadamard: 64") != std::string::npos);
}

}  // namespace
}  // namespace sluice::estimate
