// SPDX-License-Identifier: Apache-2.0
// Networks with random weights: alive, gated as asked, the same again.
#include "verif/run/drawn_network.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "generator/compiler/compile.h"
#include "generator/estimate/builtin.h"
#include "tests/support/designs.h"
#include "verif/golden/golden.h"
#include "verif/golden/images.h"

namespace sluice::test {
namespace {

Plan plan() { return make_plan(design("t_small").config); }

std::vector<golden::LayerResult> results_of(const run::DrawnNetwork& drawn) {
  return golden::evaluate(drawn.network, golden::input_tensor(drawn.network, drawn.images, 0),
                          true);
}

double open_share(const golden::LayerResult& result) {
  const auto open = std::count(result.open.begin(), result.open.end(), 1);
  return static_cast<double>(open) / static_cast<double>(result.open.size());
}

TEST_CASE("DrawnNetwork.EvenGatesAreAsOpenAsAsked") {
  for (const double density : {0.0, 0.143, 0.5, 1.0}) {
    run::DrawOptions options;
    options.spread = estimate::GateSpread::kEven;
    options.density = density;
    const auto drawn = run::draw_network(plan(), *estimate::builtin("resnet20-cifar"), options);
    const auto results = results_of(drawn);
    int gated = 0;
    for (std::size_t k = 0; k < results.size(); k++) {
      if (!drawn.network.layers[k].gate) continue;
      gated++;
      INFO(drawn.network.layers[k].name << ", density " << density);
      // Thresholds come from 512 positions, maps have up to 1024
      CHECK(open_share(results[k]) == Approx(density).margin(0.03));
      CHECK(drawn.density[k] == std::vector<double>(results[k].output.channels, density));
    }
    CHECK(gated == 18);
  }
}

TEST_CASE("DrawnNetwork.UnevenThresholdsAreThoseOfOtherImages") {
  run::DrawOptions options;
  options.images = 4;
  const auto drawn = run::draw_network(plan(), *estimate::builtin("resnet20-cifar"), options);
  std::vector<double> open(drawn.network.layers.size(), 0);
  double off = 0;
  for (int image = 0; image < options.images; image++) {
    const auto results = golden::evaluate(
        drawn.network, golden::input_tensor(drawn.network, drawn.images, image), true);
    for (std::size_t k = 0; k < results.size(); k++) {
      if (!drawn.network.layers[k].gate) continue;
      open[k] += open_share(results[k]) / options.images;
      off = std::max(off, std::abs(open_share(results[k]) - defaults::kDensity));
    }
  }
  int gated = 0;
  for (std::size_t k = 0; k < open.size(); k++) {
    if (!drawn.network.layers[k].gate) continue;
    gated++;
    INFO(drawn.network.layers[k].name);
    const std::vector<double>& asked = drawn.density[k];
    const auto [least, most] = std::minmax_element(asked.begin(), asked.end());
    CHECK(*most - *least > 0.01);
    const double sum = std::accumulate(asked.begin(), asked.end(), 0.0);
    CHECK(sum / static_cast<double>(asked.size()) == Approx(defaults::kDensity).margin(1e-4));
    // Not just as many: these images had no part in the thresholds
    CHECK(open[k] == Approx(defaults::kDensity).margin(0.06));
  }
  CHECK(gated == 18);
  CHECK(off > 0.02);
}

TEST_CASE("DrawnNetwork.EvenThresholdsComeFromTheFirstImageAlone") {
  // The network of before uneven gates, to the last threshold
  run::DrawOptions options;
  options.spread = estimate::GateSpread::kEven;
  const auto drawn = run::draw_network(plan(), *estimate::builtin("resnet20-cifar"), options);
  std::int64_t sum = 0;
  for (const net::Layer& layer : drawn.network.layers) {
    if (layer.gate) sum = std::accumulate(layer.gate->tau.begin(), layer.gate->tau.end(), sum * 3);
  }
  CHECK(sum == 8417576442268);
}

TEST_CASE("DrawnNetwork.MapsAreNeitherDeadNorSaturated") {
  for (const char* name : {"resnet20-cifar", "mobilenet-v1"}) {
    const auto drawn = run::draw_network(plan(), *estimate::builtin(name), {});
    const auto results = results_of(drawn);
    for (std::size_t k = 0; k < results.size(); k++) {
      const auto& values = results[k].output.values;
      INFO(name << ", " << drawn.network.layers[k].name);
      const std::set<int> different(values.begin(), values.end());
      CHECK(different.size() >= std::min<std::size_t>(10, values.size() / 2));
      const auto saturated = std::count(values.begin(), values.end(), 127);
      CHECK(saturated <= static_cast<std::ptrdiff_t>(values.size() / 20));
    }
  }
}

TEST_CASE("DrawnNetwork.SameSeedSameNetwork") {
  const auto list = *estimate::builtin("resnet20-cifar");
  run::DrawOptions options;
  options.images = 2;
  const auto first = run::draw_network(plan(), list, options);
  const auto second = run::draw_network(plan(), list, options);
  CHECK(first.images.pixels == second.images.pixels);
  CHECK(first.network.layers.back().weights == second.network.layers.back().weights);
  CHECK(first.network.layers[1].gate->tau == second.network.layers[1].gate->tau);
  options.seed = 2;
  const auto other = run::draw_network(plan(), list, options);
  CHECK(first.images.pixels != other.images.pixels);
  CHECK(first.network.layers[1].weights != other.network.layers[1].weights);
  CHECK(first.images.count == 2);
  const std::size_t size = first.images.image_size();
  CHECK_FALSE(
      std::equal(first.images.image(0), first.images.image(0) + size, first.images.image(1)));
}

TEST_CASE("DrawnNetwork.ListsOfSeveralProgramsAreRefused") {
  auto list = *estimate::builtin("resnet20-cifar");
  list.layers[1].chained = false;
  try {
    run::draw_network(plan(), list, {});
    FAIL("a layer reads an unknown map");
  } catch (const compiler::CompileError& error) {
    CHECK(std::string(error.what()).find("'stage1.1.conv1' reads a map") != std::string::npos);
  }
}

}  // namespace
}  // namespace sluice::test
