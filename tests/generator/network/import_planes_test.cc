// SPDX-License-Identifier: Apache-2.0
// Precision-gated convolutions: importer and golden model against the subgraph's own operators.
#include <catch2/catch.hpp>
#include <numeric>

#include "tests/generator/network/gated_model.h"

namespace sluice::test {
namespace {

/// Compares, and checks that some gates were open and some closed.
net::Layer compare_planes(const PlaneOptions& options) {
  const OnnxModel model = planes_model(options);
  const auto results = compare(model, 128);
  const auto& open = results.back().open;
  const int sum = std::accumulate(open.begin(), open.end(), 0);
  CHECK(sum > 0);
  CHECK(sum < static_cast<int>(open.size()));
  return import_model(model).layers.back();
}

TEST_CASE("ImportPlanes.GatesOfOneOutputAndOfBlocksAreExact") {
  for (const int block : {1, 4}) {
    const net::Layer layer = compare_planes({.block = block});
    REQUIRE(layer.gate);
    CHECK(layer.gate->plane_bits == 4);
    CHECK(layer.gate->partitions == 2);
    CHECK_FALSE(layer.gate->channel_groups);
    CHECK(layer.gate->block == block);
    CHECK(layer.weight_bits == 4);
    CHECK(layer.weights.size() == 16 * 8 * 9);
  }
}

TEST_CASE("ImportPlanes.TheLowerPlaneMayComeByAMask") { compare_planes({.mask = true}); }

TEST_CASE("ImportPlanes.ZeroPointsOfBothPlanesAreThoseOfTheMap") {
  const OnnxModel model = planes_model({.x_zero = 0x53});
  compare(model, 128);
  CHECK(import_model(model).maps[0].pad_value == 0x53 - 128);
}

TEST_CASE("ImportPlanes.MapsOf4BitsHavePlanesOf2") {
  const net::Layer layer = compare_planes({.bits = 2, .factor = 4});
  CHECK(layer.gate->plane_bits == 2);
  CHECK(layer.weight_bits == 2);
}

TEST_CASE("ImportPlanes.WhatIsNoPairOfPlanesIsRefused") {
  CHECK(import_error(planes_model({.factor = 8})) ==
        "node 'shifted' (Mul): must multiply the base sum by 2^p, one INT32, where its planes have "
        "p bits: 16 for maps of 8 bits, 4 for those of 4");
  CHECK(import_error(planes_model({.shift = 3})) ==
        "node 'upper' (BitShift): shifts RIGHT by 3; the upper plane of a precision-gated "
        "convolution needs RIGHT by 4 here");
  CHECK(import_error(planes_model({.stray_weight = true})) ==
        "node 'cond' (ConvInteger): the lower plane's convolution must read the same map as "
        "'base', have the same weights, kernel, strides and pads, and one group");
  CHECK(import_error(planes_model({.mask = true, .factor = 4})) ==
        "node 'upper' (BitShift): shifts RIGHT by 4; the upper plane of a precision-gated "
        "convolution needs RIGHT by 2 here");
}

}  // namespace
}  // namespace sluice::test
