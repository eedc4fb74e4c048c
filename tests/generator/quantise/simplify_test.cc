// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/simplify.h"

#include "tests/generator/quantise/support.h"

namespace sluice::quantise::test {
namespace {

std::vector<std::string> operators_of(const FloatNetwork& network) {
  std::vector<std::string> types;
  for (const Node& node : network.nodes) types.push_back(node.op_type());
  return types;
}

/// Simplifies, and checks that the result stays.
FloatNetwork simplified(const OnnxModel& model) {
  FloatNetwork network = network_of(model);
  const Tensor input = drawn(network.input_dims, 5);
  const Tensor before = Evaluator(network).run(input);
  simplify(network);
  const Tensor after = Evaluator(network).run(input);
  CHECK(after.dims == before.dims);
  CHECK(difference(after, before) < 1e-5);
  return network;
}

std::string drawn_constant(OnnxModel& model, const Dims& dims, unsigned seed) {
  return model.tensor<float>(dims, normal(count_of(dims), seed));
}

/// Scale, offset, mean and variance of three channels.
std::vector<std::string> statistics(OnnxModel& model) {
  return {drawn_constant(model, {3}, 1), drawn_constant(model, {3}, 2),
          drawn_constant(model, {3}, 3), model.tensor<float>({3}, {0.5, 1, 2})};
}

std::string normalised(OnnxModel& model, const std::string& x) {
  std::vector<std::string> inputs = statistics(model);
  inputs.insert(inputs.begin(), x);
  return model.node("BatchNormalization", inputs);
}

}  // namespace

TEST_CASE("Simplify.NormalisationBecomesPartOfTheConvolution") {
  OnnxModel model(kFloat, {1, 2, 5, 5});
  const std::string x = model.node("Conv", {"input", drawn_constant(model, {3, 2, 3, 3}, 4)});
  const std::string y = normalised(model, x);
  model.output(model.node("Relu", {y}));
  const FloatNetwork network = simplified(model);
  CHECK(operators_of(network) == std::vector<std::string>{"Conv", "Relu"});
  CHECK(network.constants.size() == 2);
}

TEST_CASE("Simplify.NormalisationBecomesPartOfATransposedConvolution") {
  OnnxModel model(kFloat, {1, 4, 5, 5});
  const std::string x =
      model.node("ConvTranspose", {"input", drawn_constant(model, {4, 3, 2, 2}, 4)});
  model.set("strides", {2, 2});
  model.output(normalised(model, x));
  CHECK(operators_of(simplified(model)) == std::vector<std::string>{"ConvTranspose"});
  OnnxModel grouped(kFloat, {1, 4, 5, 5});
  const std::string y =
      grouped.node("ConvTranspose", {"input", drawn_constant(grouped, {4, 2, 2, 2}, 4)});
  grouped.set("group", std::int64_t{2});
  grouped.output(grouped.node("Mul", {y, drawn_constant(grouped, {4, 1, 1}, 6)}));
  CHECK(operators_of(simplified(grouped)) == std::vector<std::string>{"ConvTranspose"});
}

TEST_CASE("Simplify.WhatScalesChannelsBecomesPartOfTheConvolution") {
  OnnxModel model(kFloat, {1, 2, 4, 4});
  std::string x = model.node("Conv", {"input", drawn_constant(model, {3, 2, 1, 1}, 4)});
  x = model.node("Mul", {drawn_constant(model, {1, 3, 1, 1}, 5), x});
  x = model.node("Sub", {model.scalar<float>(2), x});
  x = model.node("Div", {x, model.scalar<float>(3)});
  model.output(model.node("Add", {x, drawn_constant(model, {3, 1, 1}, 6)}));
  CHECK(operators_of(simplified(model)) == std::vector<std::string>{"Conv"});
}

TEST_CASE("Simplify.AResultWithOtherReadersKeepsItsLayer") {
  OnnxModel model(kFloat, {1, 2, 4, 4});
  const std::string x = model.node("Conv", {"input", drawn_constant(model, {3, 2, 1, 1}, 4)});
  const std::string y = normalised(model, x);
  model.output(model.node("Add", {x, y}));
  CHECK(operators_of(simplified(model)) ==
        std::vector<std::string>{"Conv", "BatchNormalization", "Add"});
}

TEST_CASE("Simplify.ConstantsAlongOtherAxesStay") {
  OnnxModel model(kFloat, {1, 2, 3, 3});
  const std::string x = model.node("Conv", {"input", drawn_constant(model, {3, 2, 1, 1}, 4)});
  model.output(model.node("Mul", {x, drawn_constant(model, {3}, 5)}));
  CHECK(operators_of(simplified(model)) == std::vector<std::string>{"Conv", "Mul"});
}

TEST_CASE("Simplify.SharedWeightsAreFoldedApart") {
  OnnxModel model(kFloat, {1, 3, 4, 4});
  const std::string weights = drawn_constant(model, {3, 3, 1, 1}, 4);
  const std::string x = normalised(model, model.node("Conv", {"input", weights}, "one"));
  model.output(model.node("Conv", {x, weights}, "two"));
  const FloatNetwork network = simplified(model);
  CHECK(operators_of(network) == std::vector<std::string>{"Conv", "Conv"});
  CHECK(network.constants.size() == 3);
}

TEST_CASE("Simplify.ProductsOfMatricesBecomeGemm") {
  OnnxModel model(kFloat, {1, 6});
  std::string x = model.node("MatMul", {"input", drawn_constant(model, {6, 4}, 1)});
  x = model.node("Add", {drawn_constant(model, {4}, 2), x});
  x = model.node("Gemm", {x, drawn_constant(model, {4, 3}, 3), drawn_constant(model, {1, 3}, 4)});
  model.output(x);
  const FloatNetwork network = simplified(model);
  REQUIRE(operators_of(network) == std::vector<std::string>{"Gemm", "Gemm"});
  CHECK(network.constant(network.nodes[0], 1)->dims == Dims{4, 6});
  CHECK(network.constant(network.nodes[1], 1)->dims == Dims{3, 4});
  CHECK(network.constant(network.nodes[1], 2)->dims == Dims{3});
}

TEST_CASE("Simplify.ComputedShapesBecomeConstants") {
  OnnxModel model(kFloat, {1, 2, 3, 3});
  const std::string zero = model.scalar<std::int64_t>(0), axes = model.shape({0});
  const std::string x = model.node("Identity", {model.node("Relu", {"input"})});
  const std::string batch = model.node("Gather", {model.node("Shape", {x}), zero});
  const std::string rest = model.node("Unsqueeze", {batch, axes});
  const std::string shape = model.node("Concat", {rest, model.shape({-1})});
  model.set("axis", std::int64_t{0});
  const std::string flat = model.node("Reshape", {x, shape});
  model.output(model.node("Dropout", {flat}, "result"));
  const FloatNetwork network = simplified(model);
  REQUIRE(operators_of(network) == std::vector<std::string>{"Relu", "Reshape"});
  CHECK(network.constant(network.nodes[1], 1)->ints == Dims{1, -1});
  CHECK(network.output == "result_out");
  CHECK(network.nodes[1].output(0) == "result_out");
}

TEST_CASE("Simplify.PaddingWithZerosBecomesTheConvolutions") {
  for (const float value : {0.0F, 1.0F}) {
    OnnxModel model(kFloat, {1, 2, 4, 4});
    const std::string x = model.node(
        "Pad", {"input", model.shape({0, 0, 1, 2, 0, 0, 0, 1}), model.scalar<float>(value)});
    model.output(model.node("Conv", {x, drawn_constant(model, {3, 2, 3, 3}, 4)}));
    model.set("pads", {1, 0, 0, 1});
    const std::vector<std::string> folded = {"Conv"}, kept = {"Pad", "Conv"};
    CHECK(operators_of(simplified(model)) == (value == 0 ? folded : kept));
  }
}

}  // namespace sluice::quantise::test
