// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/qdq.h"

#include <algorithm>

#include "generator/quantise/quantise.h"
#include "generator/quantise/simplify.h"
#include "tests/generator/quantise/support.h"

namespace sluice::quantise::test {
namespace {

std::string drawn_constant(OnnxModel& model, const Dims& dims, unsigned seed) {
  return model.tensor<float>(dims, normal(count_of(dims), seed));
}

FloatNetwork simplified(const OnnxModel& model) {
  FloatNetwork network = network_of(model);
  simplify(network);
  return network;
}

/// Grids over -1 .. 3, and weights of 8 bits.
QdqOptions options_for(const FloatNetwork& network, const Plan& plan) {
  QdqOptions options;
  for (const Group& group : plan.groups)
    options.grids.push_back(grid_of({-1, 3}, group.bits, false));
  for (std::size_t k = 0; k < network.nodes.size(); ++k)
    if (plan.roles[k] == Role::kWeighted) options.weights[k] = {};
  return options;
}

std::vector<std::string> operators_of(const FloatNetwork& network) {
  std::vector<std::string> types;
  for (const Node& node : network.nodes) {
    std::string type = node.op_type();
    if (type == "QuantizeLinear") type = "Q";
    if (type == "DequantizeLinear") type = "D";
    types.push_back(type);
  }
  return types;
}

std::vector<std::string> written(const FloatNetwork& network, const Widths& widths = {}) {
  const Plan plan = make_plan(network, widths);
  return operators_of(write_qdq(network, plan, options_for(network, plan)).network);
}

using Types = std::vector<std::string>;

}  // namespace

TEST_CASE("Plan.NoCodesBetweenALayerAndItsLimits") {
  OnnxModel model(kFloat, {1, 2, 6, 6});
  std::string x = model.node("Conv", {"input", drawn_constant(model, {4, 2, 3, 3}, 1)});
  x = model.node("MaxPool", {model.node("Relu", {x})});
  model.set("kernel_shape", {2, 2}).set("strides", {2, 2});
  x = model.node("Gemm", {model.node("Flatten", {x}), drawn_constant(model, {16, 3}, 2)});
  model.output(model.node("Softmax", {x}));
  const FloatNetwork network = simplified(model);
  CHECK(written(network) == Types{"Q", "D", "D", "Conv", "Relu", "Q", "D", "MaxPool", "Q", "D",
                                  "Flatten", "Q", "D", "D", "Gemm", "Q", "D", "Softmax"});
  const Plan plan = make_plan(network, {});
  CHECK(plan.left.empty());
  CHECK(plan.layers.size() == 2);
  // Maps that are selected from one share its scale
  CHECK(plan.groups.size() == 3);
  CHECK(plan.groups[1].sources == Types{network.nodes[1].output(0)});
}

TEST_CASE("Plan.OperandsOfConcatShareOneScale") {
  OnnxModel model(kFloat, {1, 2, 4, 4});
  const std::string a = model.node("Conv", {"input", drawn_constant(model, {2, 2, 1, 1}, 1)});
  const std::string b =
      model.node("Relu", {model.node("Conv", {"input", drawn_constant(model, {2, 2, 1, 1}, 2)})});
  model.output(model.node("Concat", {a, b}));
  model.set("axis", std::int64_t{1});
  const Plan plan = make_plan(simplified(model), {});
  REQUIRE(plan.groups.size() == 2);
  CHECK(plan.groups[1].sources.size() == 2);
}

TEST_CASE("Plan.OtherOperatorsStayInFloatAndAreListed") {
  OnnxModel model(kFloat, {1, 4});
  std::string x = model.node("Gemm", {"input", drawn_constant(model, {4, 4}, 1)});
  x = model.node("Softmax", {x}, "middle");
  x = model.node("Gemm", {x, drawn_constant(model, {4, 3}, 2)});
  model.output(model.node("Exp", {x}));
  const FloatNetwork network = simplified(model);
  const Plan plan = make_plan(network, {});
  REQUIRE(plan.left.size() == 1);
  CHECK(plan.left[0].node == "middle");
  CHECK(plan.left[0].operation == "Softmax");
  CHECK(written(network) == Types{"Q", "D", "D", "Gemm", "Q", "D", "Softmax", "Q", "D", "D", "Gemm",
                                  "Q", "D", "Exp", "Q", "D"});
}

TEST_CASE("Plan.InputsOfFourBitsAreClipped") {
  OnnxModel model(kFloat, {1, 2, 4, 4});
  const std::string x = model.node("Conv", {"input", drawn_constant(model, {4, 2, 1, 1}, 1)}, "a");
  model.output(model.node("Conv", {x, drawn_constant(model, {2, 4, 1, 1}, 2)}, "b"));
  const FloatNetwork network = simplified(model);
  CHECK(written(network, Widths::parse("b=4x4")) ==
        Types{"Q", "D", "D", "Conv", "Clip", "Q", "D", "D", "Conv", "Q", "D"});
  // The network's input stays as it is
  CHECK(written(network, Widths::parse("a=4x4")) == written(network));
}

TEST_CASE("Qdq.BiasesHaveTheStepOfTheSums") {
  OnnxModel model(kFloat, {1, 2, 2, 2});
  const std::string weights = model.tensor<float>({2, 2, 1, 1}, {1, -0.5, 0.25, 0.125});
  model.output(model.node("Conv", {"input", weights, model.tensor<float>({2}, {0.3F, -2})}, "c"));
  const FloatNetwork network = simplified(model);
  const Plan plan = make_plan(network, {});
  const QdqOptions options = options_for(network, plan);
  const QdqNetwork result = write_qdq(network, plan, options);
  const Node& conv = result.network.nodes[4];
  REQUIRE(conv.op_type() == "Conv");
  const Node& bias = result.network.nodes[3];
  CHECK(bias.output(0) == conv.input(2));
  const float step = options.grids[0].scale * (1.0F / 127);
  CHECK(result.network.constant(bias, 0)->type == onnx::TensorProto::INT32);
  CHECK(result.network.constant(bias, 1)->reals[0] == Approx(step));
  CHECK(result.network.constant(bias, 0)->ints[0] == std::lround(0.3F / step));
  const Node& codes = result.network.nodes[2];
  CHECK(result.network.constant(codes, 0)->ints == Dims{127, -64, 127, 64});
}

TEST_CASE("Qdq.AChannelWithoutWeightsKeepsItsBias") {
  OnnxModel model(kFloat, {1, 1});
  model.output(model.node("Gemm", {"input", model.tensor<float>({1, 2}, {0, 1e-20F}),
                                   model.tensor<float>({2}, {1.5, -2.5})}));
  const FloatNetwork network = simplified(model);
  const Plan plan = make_plan(network, {});
  QdqOptions options = options_for(network, plan);
  options.grids[1] = grid_of({-4, 4}, 8, false);
  const QdqNetwork result = write_qdq(network, plan, options);
  const Tensor values = Evaluator(result.network).run({{1, 1}, {1}, {}, kFloat});
  CHECK(values.reals[0] == Approx(1.5).margin(0.02));
  CHECK(values.reals[1] == Approx(-2.5).margin(0.02));
}

TEST_CASE("Weights.EachChannelHasItsScale") {
  const Tensor weights{{2, 3}, {1, -0.5, 0, 127, 12, -127}, {}, kFloat};
  const QuantisedWeights channels = quantise_weights(weights, {});
  CHECK(channels.codes.ints == Dims{127, -64, 0, 127, 12, -127});
  CHECK(channels.scales == std::vector<float>{1.0F / 127, 1});
  WeightOptions one;
  one.per_tensor = true;
  CHECK(quantise_weights(weights, one).codes.ints == Dims{1, 0, 0, 127, 12, -127});
  WeightOptions columns;
  columns.axis = 1;
  columns.bits = 4;
  CHECK(quantise_weights(weights, columns).codes.ints == Dims{0, 0, 0, 7, 7, -7});
}

TEST_CASE("Widths.TheLastEntryCounts") {
  const Widths widths = Widths::parse("4\n# the first\n*conv1=8 , fc=4x4\n");
  CHECK(widths.of("other") == Width{4, 8});
  CHECK(widths.of("/layer1/conv1") == Width{8, 8});
  CHECK(widths.of("fc") == Width{4, 4});
  CHECK(Widths::parse("conv1=5").of("conv1") == Width{5, 8});
  for (const std::string wrong : {"conv1=9", "conv1=1", "conv1=4x5", "conv1="})
    CHECK_THROWS_WITH(Widths::parse(wrong),
                      "'" + wrong +
                          "' is no number of bits: give 2 to 8 for weights, and 8 or 4 for the "
                          "layer's input behind an x, as 8, 4, 4x4 or conv1=4");
  CHECK_THROWS_WITH(Widths::parse("con=4").check({"conv1", "fc"}),
                    "'con' is none of the layers with weights: conv1, fc");
}

}  // namespace sluice::quantise::test
