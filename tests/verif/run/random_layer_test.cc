// SPDX-License-Identifier: Apache-2.0
// Layers with random weights: their gates are open as often as asked, by the golden model.
#include "verif/run/random_layer.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

namespace sluice::run {
namespace {

estimate::ListedLayer shape(const std::string& name = "a") {
  estimate::ListedLayer layer;
  layer.name = name;
  layer.height = 12;
  layer.width = 10;
  layer.channels = 16;
  layer.outputs = 8;
  layer.kernel_h = 3;
  layer.kernel_w = 1;
  layer.stride_w = 2;
  layer.padding = 1;
  layer.gate = estimate::GateShape{};
  return layer;
}

TEST_CASE("RandomLayer.OpensTheShareOfGatesOfEachBlock") {
  for (const double open : {0.0, 0.25, 1.0}) {
    RandomLayerOptions options;
    options.open = open;
    options.block = 2;
    const RandomLayer layer(options, shape());
    const auto results = golden::evaluate(layer.network(), layer.input(), true);
    REQUIRE(results.size() == 1);
    double count = 0;
    for (const std::uint8_t bit : results[0].open) count += bit;
    INFO(open);
    CHECK(count / static_cast<double>(results[0].open.size()) == Approx(open).margin(0.02));
  }
}

TEST_CASE("RandomLayer.UnevenThresholdsAreThoseOfOtherInputs") {
  RandomLayerOptions options;
  options.open = 0.25;
  options.block = 1;
  options.spread = estimate::GateSpread::kUneven;
  estimate::ListedLayer large = shape();
  large.outputs = 64;
  large.height = large.width = 28;
  const RandomLayer layer(options, large);
  const std::vector<double>& asked = layer.density();
  REQUIRE(asked.size() == 64);
  const auto [least, most] = std::minmax_element(asked.begin(), asked.end());
  CHECK(*most - *least > 0.05);
  const auto results = golden::evaluate(layer.network(), layer.input(), true);
  const std::vector<std::uint8_t>& open = results[0].open;
  std::vector<double> found(64, 0);
  double sum = 0, off = 0;
  const auto positions = static_cast<double>(open.size()) / 64;
  for (std::size_t k = 0; k < open.size(); k++) found[k % 64] += open[k] / positions;
  for (int c = 0; c < 64; c++) {
    sum += found[c] / 64;
    off = std::max(off, std::abs(found[c] - asked[c]));
  }
  CHECK(sum == Approx(0.25).margin(0.03));
  CHECK(off > 0.03);
  CHECK(off < 0.2);
  options.spread = estimate::GateSpread::kEven;
  CHECK(RandomLayer(options, large).density() == std::vector<double>(64, 0.25));
}

TEST_CASE("RandomLayer.IsTheSameForASeedAndAnotherForAnother") {
  RandomLayerOptions options;
  options.bits = 4;
  const RandomLayer first(options, shape()), again(options, shape());
  CHECK(first.network().layers[0].weights == again.network().layers[0].weights);
  CHECK(first.input().values == again.input().values);
  const auto& weights = first.network().layers[0].weights;
  CHECK(weights.size() == 8 * 16 * 3);
  CHECK(*std::min_element(weights.begin(), weights.end()) == -8);
  CHECK(*std::max_element(weights.begin(), weights.end()) == 7);
  options.seed = 2;
  CHECK(RandomLayer(options, shape()).input().values != first.input().values);
  options.dense = true;
  CHECK_FALSE(RandomLayer(options, shape()).network().layers[0].gate.has_value());
}

}  // namespace
}  // namespace sluice::run
