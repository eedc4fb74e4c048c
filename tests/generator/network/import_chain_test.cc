// SPDX-License-Identifier: Apache-2.0
// Operators between layers, which are left to the host: a file becomes several networks.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/generator/network/import_checks.h"
#include "verif/golden/chain.h"

namespace sluice::test {
namespace {

/// Real numbers of codes of scale 1/8 and zero point 0.
std::string reals(OnnxModel& model, const std::string& codes) {
  return model.node("DequantizeLinear", {codes, model.scalar(0.125F), zero_point(model, kInt8, 0)});
}

std::string codes(OnnxModel& model, const std::string& real) {
  return model.node("QuantizeLinear", {real, model.scalar(0.125F), zero_point(model, kInt8, 0)});
}

/// A layer that keeps the codes of a map of two channels.
std::string layer(OnnxModel& model, const std::string& given) {
  const auto scale = model.scalar(0.125F), zero = zero_point(model, kInt8, 0);
  return model.node("QLinearConv",
                    {given, scale, zero, model.tensor<std::int8_t>({2, 2, 1, 1}, {1, 0, 0, 1}),
                     model.scalar(1.0F), zero, scale, zero});
}

OnnxModel two_channels() { return {kInt8, {1, 2, 1, 3}}; }

std::vector<net::Network> import_stages(const OnnxModel& model) {
  return import_by(net::import_chain, model);
}

/// Codes of the last network, (channel, y, x), for these of the first, [y][x][channel].
std::vector<int> result_of(const std::vector<net::Network>& stages) {
  const golden::Tensor input{1, 3, 2, {0, 8, 16, 8, -8, 24}};
  const golden::Tensor output = golden::evaluate(stages, input, true).back().back().output;
  std::vector<int> values;
  for (int c = 0; c < output.channels; ++c)
    for (int y = 0; y < output.height; ++y)
      for (int x = 0; x < output.width; ++x) values.push_back(output.at(y, x, c));
  return values;
}

/// The same numbers times 8, rounded.
std::vector<int> codes_of(const std::vector<double>& numbers) {
  std::vector<int> values;
  for (const double number : numbers)
    values.push_back(static_cast<int>(std::nearbyint(8 * number)));
  return values;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("ImportChain.SoftmaxBetweenLayersIsLeftToTheHost") {
  OnnxModel model = two_channels();
  auto x = model.node("Softmax", {reals(model, layer(model, "input"))}, "scores");
  model.set("axis", 1);
  model.output(layer(model, codes(model, x)));
  const auto stages = import_stages(model);
  REQUIRE(stages.size() == 2);
  CHECK(stages[0].layers.size() == 1);
  CHECK(stages[1].layers.size() == 1);
  CHECK(stages[0].results[0].chained);
  CHECK_FALSE(stages[0].input.chained);
  CHECK(stages[1].input.chained);
  CHECK_FALSE(stages[1].results[0].chained);
  CHECK(stages[1].input.scale == 0.125F);
  REQUIRE(stages[0].results[0].host.steps.size() == 1);
  CHECK(stages[0].results[0].host.steps[0].name == "scores");
  CHECK(result_of(stages) ==
        codes_of({sigmoid(-1), sigmoid(1), sigmoid(-4), sigmoid(1), sigmoid(-1), sigmoid(4)}));
}

TEST_CASE("ImportChain.OperatorsThatFollowEachOtherAreOfOneStage") {
  const bool rounded = GENERATE(false, true);  // between the two
  OnnxModel model = two_channels();
  auto x = model.node("Softmax", {reals(model, layer(model, "input"))}, "scores");
  model.set("axis", 1);
  if (rounded) x = reals(model, codes(model, x));
  x = model.node("Hardmax", {x}, "most");
  model.set("axis", 1);
  model.output(layer(model, codes(model, x)));
  const auto stages = import_stages(model);
  REQUIRE(stages.size() == 2);
  CHECK(stages[0].results[0].host.steps.size() == (rounded ? 4 : 2));
  CHECK(result_of(stages) == std::vector<int>{0, 8, 0, 8, 0, 8});
}

TEST_CASE("ImportChain.CodesAreTurnedBetweenLayers") {
  OnnxModel model = two_channels();
  auto x = model.node("Transpose", {layer(model, "input")}, "turn");
  model.set("perm", {0, 3, 2, 1});
  x = model.node("Transpose", {x}, "back");
  model.set("perm", {0, 3, 2, 1});
  x = model.node("Transpose", {x}, "turn2");
  model.set("perm", {0, 3, 1, 2});
  const auto scale = model.scalar(0.125F), zero = zero_point(model, kInt8, 0);
  model.output(
      model.node("QLinearConv", {x, scale, zero, model.tensor<std::int8_t>({1, 3, 1, 1}, {1, 1, 1}),
                                 model.scalar(1.0F), zero, scale, zero}));
  const auto stages = import_stages(model);
  REQUIRE(stages.size() == 2);
  CHECK_FALSE(stages[1].input.scale.has_value());
  CHECK(stages[1].maps[0].channels == 3);
  CHECK(result_of(stages) == std::vector<int>{8, 40});
}

TEST_CASE("ImportChain.WhatIsNoMapYetIsNoPlaceToCut") {
  // A normalisation of groups, each rounded before and behind
  OnnxModel model = two_channels();
  auto x = model.node("Reshape", {reals(model, layer(model, "input")), model.shape({1, 1, 6})});
  x = model.node(
      "InstanceNormalization",
      {reals(model, codes(model, x)), model.tensor<float>({1}, {1}), model.tensor<float>({1}, {0})},
      "groups");
  x = model.node("Reshape", {reals(model, codes(model, x)), model.shape({1, 2, 1, 3})});
  model.output(layer(model, codes(model, x)));
  const auto stages = import_stages(model);
  REQUIRE(stages.size() == 2);
  CHECK(stages[1].maps[0].channels == 2);
  // Numbers 0, 2, -1, 1, 1, 3 of mean 1 and variance 10 / 6
  const double a = 1 / std::sqrt(10 / 6.0 + 1e-5);
  CHECK(result_of(stages) == codes_of({-a, a, -2 * a, 0, 0, 2 * a}));
}

TEST_CASE("ImportChain.ThereMayBeMoreThanTwo") {
  OnnxModel model = two_channels();
  auto x = layer(model, "input");
  for (const char* name : {"first", "second"}) {
    x = model.node("Softmax", {reals(model, x)}, name);
    model.set("axis", 1);
    x = layer(model, codes(model, x));
  }
  x = model.node("Softmax", {reals(model, x)}, "third");
  model.set("axis", 1);
  model.output(x);
  const auto stages = import_stages(model);
  REQUIRE(stages.size() == 3);
  CHECK(stages[1].results[0].host.steps.at(0).name == "second");
  CHECK(stages[2].results[0].host.steps.at(0).name == "third");
  CHECK_FALSE(stages[2].results[0].chained);
}

TEST_CASE("ImportChain.WhatIsReadAroundTheOperatorJoinsIt") {
  // An instance's mean and deviation, with what it is of added again
  OnnxModel model = two_channels();
  const auto before = reals(model, layer(model, "input"));
  auto x = model.node("InstanceNormalization",
                      {before, model.tensor<float>({2}, {1, 2}), model.tensor<float>({2}, {0, 1})},
                      "instance");
  x = model.node("Add", {x, before}, "sum");
  model.output(layer(model, codes(model, x)));
  const auto stages = import_stages(model);
  REQUIRE(stages.size() == 2);
  const double a = std::sqrt(14 / 9.0 + 1e-5), b = std::sqrt(8 / 9.0 + 1e-5);
  CHECK(result_of(stages) == codes_of({-1 / 3.0 / a, 2 + 5 / 3.0 / a, -1 - 4 / 3.0 / a,
                                       2 - 4 / 3.0 / b, 2 - 4 / 3.0 / b, 4 + 8 / 3.0 / b}));
}

TEST_CASE("ImportChain.MapsThatCrossTheOperatorAreNamed") {
  OnnxModel model = two_channels();
  const auto before = layer(model, "input");
  auto x = model.node("Softmax", {reals(model, before)}, "scores");
  model.set("axis", 1);
  const auto behind = layer(model, codes(model, x));
  const auto scale = model.scalar(0.125F), zero = zero_point(model, kInt8, 0);
  model.node("QLinearAdd", {before, scale, zero, behind, scale, zero, scale, zero}, "sum");
  model.proto.mutable_graph()->mutable_node(5)->set_domain("com.microsoft");
  model.output("sum_out");
  CHECK(error_by(net::import_chain, model) ==
        "node 'scores' (Softmax): is left to the host, and stands between layers; the host "
        "computes between layers where all that follows depends on its result alone, here '" +
            before + "' is read behind it, too");
}

TEST_CASE("ImportChain.OneNetworkIsNotSeveral") {
  OnnxModel model = two_channels();
  auto x = model.node("Softmax", {reals(model, layer(model, "input"))}, "scores");
  model.set("axis", 1);
  model.output(layer(model, codes(model, x)));
  CHECK(import_error(model) ==
        "node 'scores' (Softmax): is left to the host between layers, which accuracy, estimate, "
        "run, compile, sweep and report take, and no others");
}

}  // namespace sluice::test
