// SPDX-License-Identifier: Apache-2.0
// Gated convolutions: importer and golden model against the subgraph's own operators.
#include <catch2/catch.hpp>
#include <numeric>

#include "tests/generator/network/gated_model.h"

namespace sluice::test {
namespace {

/// Compares, and checks that some gates were open and some closed, so that both count.
net::Network compare_gated(const GatedOptions& options, int offset = 128) {
  const OnnxModel model = gated_model(options);
  const auto results = compare(model, offset);
  const auto& open = results.back().open;
  const int sum = std::accumulate(open.begin(), open.end(), 0);
  CHECK(sum > 0);
  CHECK(sum < static_cast<int>(open.size()));
  return import_model(model);
}

}  // namespace

TEST_CASE("ImportGated.OneGatePerOutputWithChannelGroupsIsExact") {
  const net::Network network = compare_gated({.x_zero = 17});
  const net::Layer& layer = network.layers.at(0);
  REQUIRE(layer.gate);
  CHECK(layer.gate->partitions == 4);
  CHECK(layer.gate->channel_groups);
  CHECK(layer.gate->block == 1);
  CHECK(layer.groups == 1);
  CHECK(layer.weights.size() == 16 * 8 * 9);
  CHECK(layer.requant.size() == 16);
  CHECK(layer.requant_closed.size() == 16);
  CHECK(network.maps[0].pad_value == 17 - 128);
}

TEST_CASE("ImportGated.GatesSharedByBlocksAreExact") {
  for (const int block : {2, 4, 8}) {
    const net::Network network = compare_gated({.x_zero = 3, .outputs = 32, .block = block});
    CHECK(network.layers.at(0).gate->block == block);
  }
}

TEST_CASE("ImportGated.TheBaseMayComeThroughSliceOrAsWeightsWithZeros") {
  for (const BaseForm form : {BaseForm::kSlice, BaseForm::kZeros})
    for (const int partitions : {2, 4}) {
      const net::Network network =
          compare_gated({.x_zero = 40, .partitions = partitions, .form = form});
      CHECK(network.layers.at(0).gate->partitions == partitions);
      CHECK_FALSE(network.layers.at(0).gate->channel_groups);
    }
}

TEST_CASE("ImportGated.BiasAndScaleMayBeTheSameForOpenAndClosedGates") {
  compare_gated({.x_zero = 9, .per_gate_bias = false});
  compare_gated({.x_zero = 9, .per_gate_scale = false});
  const net::Network network = compare_gated({.per_gate_bias = false, .per_gate_scale = false});
  const net::Layer& layer = network.layers.at(0);
  CHECK(layer.requant[3].multiplier == layer.requant_closed[3].multiplier);
}

TEST_CASE("ImportGated.SignedActivationsAreExact") {
  compare_gated({.x_type = kInt8, .x_zero = -50, .partitions = 2});
}

TEST_CASE("ImportGated.AClipBehindNarrowsTheOutputToFourBits") {
  const net::Network network = compare_gated({.x_zero = 1, .y_zero = 0, .clip_high = 15}, 8);
  CHECK(network.maps.at(1).bits == 4);
  CHECK(network.layers.at(0).clamp_high == 7);
}

TEST_CASE("ImportGated.TwoGatedLayersInARowFourBitsBetweenThemAreExact") {
  Random random(3);
  OnnxModel model(kUint8, {1, 8, 6, 6});
  const auto x = gated_conv(model, "input", {.y_zero = 0, .clip_high = 15}, random);
  // Tensor names come from node names: the first layer's get a prefix.
  const auto renamed = [](const std::string& name) { return std::string("first_").append(name); };
  for (auto& node : *model.proto.mutable_graph()->mutable_node()) {
    node.set_name(renamed(node.name()));
    node.set_output(0, renamed(node.output(0)));
    for (auto& input : *node.mutable_input())
      if (input.ends_with("_out") || input.starts_with("t")) input = renamed(input);
  }
  GatedOptions options{.channels = 16, .outputs = 8, .y_zero = 100};
  model.output(gated_conv(model, renamed(x), options, random));
  compare(model, 128);
  CHECK(import_model(model).maps.at(1).bits == 4);
}

TEST_CASE("ImportGated.WithoutGatesEveryOutputGetsItsWholeSumAndTheOpenParameters") {
  const net::Network network = import_model(gated_model({.x_zero = 17}));
  net::Network plain = network;
  plain.layers[0].gate.reset();
  plain.layers[0].requant_closed.clear();
  Random random(5);
  const Input input = random_input(gated_model({}), random);
  const auto ungated = golden::evaluate(network, input.tensor, false);
  CHECK(ungated[0].output.values == golden::evaluate(plain, input.tensor, true)[0].output.values);
  CHECK(ungated[0].open.empty());
}

}  // namespace sluice::test
