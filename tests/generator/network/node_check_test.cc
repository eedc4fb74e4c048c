// SPDX-License-Identifier: Apache-2.0
// Nodes that are refused by themselves: all of a file at once, each with its remedy.
#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "tests/generator/network/import_checks.h"
#include "tests/generator/network/supported_operators.h"

namespace sluice::test {
namespace {

struct Refusal {
  std::string text;
  std::vector<Problem> problems;
};

/// What importing a model complains of, its file called "net.onnx".
Refusal error_of(const OnnxModel& model) {
  TemporaryFile file;
  file.write(model.bytes());
  try {
    net::import_network(file.path());
  } catch (const UserError& error) {
    return {"net.onnx" + std::string(error.what()).substr(file.path().size()), error.problems()};
  }
  return {"accepted", {}};
}

/// "name operator" of each node that is refused.
std::vector<std::string> refused(const Refusal& refusal) {
  std::vector<std::string> nodes;
  for (const Problem& problem : refusal.problems) {
    nodes.push_back(problem.about.at(0).second + " " + problem.about.at(1).second);
  }
  return nodes;
}

constexpr const char* kRemedy =
    "quantise the network: `sluice quantise` does, and onnxruntime's quantize_static";

/// A quantised convolution of `input`; the last node added.
std::string add_qlinear(OnnxModel& model, const std::string& input, const std::string& name) {
  return model.node(
      "QLinearConv",
      {input, model.scalar(1.0F), model.scalar(std::uint8_t{0}),
       model.tensor<std::int8_t>({2, 2, 1, 1}, {1, 2, 3, 4}), model.scalar(0.1F),
       model.scalar(std::int8_t{0}), model.scalar(1.0F), model.scalar(std::uint8_t{0})},
      name);
}

}  // namespace

TEST_CASE("NodeCheck.AllRefusedOperatorsAreNamedAtOnce") {
  OnnxModel model(kUint8, {1, 2, 4, 4});
  const auto first = add_qlinear(model, "input", "c1");
  const auto turned = model.node("Transpose", {first}, "turn");
  const auto second = add_qlinear(model, turned, "c2");
  const auto scores = model.node("Sin", {second}, "scores");
  model.node("QLinearReduceMean", {scores}, "all");
  model.proto.mutable_graph()->mutable_node(4)->set_domain("com.microsoft");
  model.output("all_out");
  const Refusal error = error_of(model);
  CHECK(refused(error) ==
        std::vector<std::string>{"turn Transpose", "scores Sin", "all QLinearReduceMean"});
  CHECK(error.text ==
        "net.onnx: 3 nodes are not supported\n"
        "  node 'turn' (Transpose): is left to the host, and stands between layers\n"
        "    help: end the network before it, or build it without\n"
        "  node 'scores' (Sin): this operator is not supported\n"
        "  node 'all' (QLinearReduceMean): this operator is not supported; supported are " +
            kSupportedOperators +
            "\n"
            "    help: build the network without it, or end the network before it");
}

TEST_CASE("NodeCheck.RefusedAttributesAreNamedWithTheRest") {
  OnnxModel model(kUint8, {1, 2, 4, 4});
  const auto first = add_qlinear(model, "input", "c1");
  model.set("dilations", Dims{2, 0});
  const auto second = add_qlinear(model, first, "c2");
  model.set("auto_pad", "SAME");
  const auto third = model.node("MaxPool", {second}, "p");
  model.set("kernel_shape", Dims{2, 2}).set("dilations", Dims{2, 2});
  model.node("Sin", {third}, "s");
  model.output("s_out");
  CHECK(refused(error_of(model)) ==
        std::vector<std::string>{"c1 QLinearConv", "c2 QLinearConv", "p MaxPool", "s Sin"});
}

TEST_CASE("NodeCheck.FloatFileIsCalledOne") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 2, 4, 4});
  const auto w = model.tensor<float>({2, 2, 1, 1}, {1, 2, 3, 4});
  const auto first = model.node("Conv", {"input", w}, "c1");
  const auto second = model.node("Conv", {model.node("Relu", {first}, "r"), w}, "c2");
  model.output(second);
  const Refusal error = error_of(model);
  CHECK(error.text == std::string("net.onnx: 2 nodes are not supported\n"
                                  "  node 'c1' (Conv): is a float operator: this file is not "
                                  "quantised\n"
                                  "  node 'c2' (Conv): is a float operator: this file is not "
                                  "quantised\n"
                                  "    help: ") +
                          kRemedy);
  for (const Problem& problem : error.problems) CHECK(problem.help == kRemedy);
}

TEST_CASE("NodeCheck.FloatFileOfSupportedOperatorsIsCalledOne") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 2, 4, 4});
  const auto pooled = model.node("MaxPool", {"input"}, "p");
  model.set("kernel_shape", Dims{2, 2});
  model.output(model.node("Relu", {pooled}, "r"));
  CHECK(error_of(model).text == std::string("net.onnx: this file is not quantised: ") + kRemedy);
}

TEST_CASE("NodeCheck.OperatorOnRealNumbersThatNothingQuantisesIsNamed") {
  OnnxModel model(onnx::TensorProto::FLOAT, {1, 2, 4, 4});
  const auto scale = model.scalar(0.1F), zero = model.scalar(std::uint8_t{0});
  const auto w = model.tensor<std::int8_t>({2, 2, 1, 1}, {1, 2, 3, 4});
  const auto codes = model.node("QuantizeLinear", {"input", scale, zero}, "q");
  const auto real = model.node("DequantizeLinear", {codes, scale, zero}, "dq");
  const auto weight = model.node("DequantizeLinear", {w, scale}, "dqw");
  const auto sum = model.node("Conv", {real, weight}, "c");
  model.output(model.node("Relu", {sum}, "r"));
  CHECK(refused(error_of(model)) ==
        std::vector<std::string>{"dqw DequantizeLinear", "c Conv", "r Relu"});
}

TEST_CASE("NodeCheck.TransposeOfAMapIsRefusedAndOfWeightsIsNot") {
  OnnxModel model(kUint8, {1, 2, 4, 4});
  const auto codes = add_qlinear(model, "input", "c1");
  model.output(add_qlinear(model, model.node("Transpose", {codes}, "turn"), "c2"));
  CHECK(refused(error_of(model)) == std::vector<std::string>{"turn Transpose"});
}

TEST_CASE("NodeCheck.ProductsOfTwoMapsAreNamed") {
  OnnxModel model(kUint8, {1, 2, 4, 4});
  const auto scale = model.scalar(0.1F), zero = model.scalar(std::uint8_t{0});
  const auto real = model.node("DequantizeLinear", {"input", scale, zero}, "dq");
  const auto product = model.node("MatMul", {real, real}, "m");
  model.output(model.node("QuantizeLinear", {product, scale, zero}, "q"));
  const Refusal error = error_of(model);
  CHECK(refused(error) == std::vector<std::string>{"m MatMul"});
  CHECK_THAT(error.text, Catch::Matchers::Contains(
                             "multiplies two maps; one of its operands has to be a constant"));
}

TEST_CASE("NodeCheck.NodesOutsideOfPatternsAreNamedAtOnce") {
  OnnxModel model(kUint8, {1, 2, 4, 4});
  const auto first = add_qlinear(model, "input", "c1");
  model.node("Add", {first, first}, "a");
  model.node("Mul", {first, first}, "m");
  model.output(first);
  CHECK(refused(error_of(model)) == std::vector<std::string>{"a Add", "m Mul"});
}

TEST_CASE("NodeCheck.AtMostFiftyNodesArePrinted") {
  OnnxModel model(kUint8, {1, 2, 4, 4});
  std::string last = add_qlinear(model, "input", "c1");
  for (int k = 0; k < 60; ++k) last = model.node("Sin", {last}, "n" + std::to_string(k));
  model.output(last);
  const Refusal error = error_of(model);
  CHECK(error.problems.size() == 60);
  CHECK(
      error.text.ends_with("  node 'n49' (Sin): this operator is not supported\n"
                           "    help: build the network without it, or end the network before it\n"
                           "  ... and 10 more"));
}

}  // namespace sluice::test
