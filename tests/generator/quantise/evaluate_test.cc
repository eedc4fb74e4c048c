// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/evaluate.h"

#include <sstream>

#include "generator/quantise/simplify.h"
#include "tests/generator/quantise/support.h"
#include "tests/support/files.h"
#include "verif/data/npy.h"

namespace sluice::quantise::test {
namespace {

namespace fs = std::filesystem;

Tensor result_of(const OnnxModel& model, const Tensor& input) {
  const FloatNetwork network = network_of(model);
  return Evaluator(network).run(input);
}

/// A model of one operator.
OnnxModel single(const Dims& dims, const std::string& type,
                 const std::vector<std::string>& inputs) {
  OnnxModel model(kFloat, dims);
  model.output(model.node(type, inputs));
  return model;
}

/// Row `row` of an NPY file of real numbers.
Tensor row_of(const data::NpyArray& array, std::size_t row, const Dims& dims) {
  Tensor tensor = real_tensor(dims);
  for (std::size_t i = 0; i < tensor.size(); ++i)
    tensor.reals[i] = static_cast<float>(array.real(row * tensor.size() + i));
  return tensor;
}

/// The largest difference from onnxruntime's results, over the largest of these.
double difference_from_onnxruntime(const FloatNetwork& network, const fs::path& base) {
  const data::NpyArray inputs = data::read_npy(base.string() + "_input.npy");
  const data::NpyArray outputs = data::read_npy(base.string() + "_output.npy");
  const Evaluator evaluator(network);
  double most = 0, largest = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(inputs.shape[0]); ++i) {
    const Tensor given = evaluator.run(row_of(inputs, i, network.input_dims));
    const Tensor wanted = row_of(outputs, i, {outputs.shape[1]});
    most = std::max(most, difference(given, wanted));
    for (const float value : wanted.reals) largest = std::max<double>(largest, std::abs(value));
  }
  return most / largest;
}

}  // namespace

TEST_CASE("Evaluate.ConvolutionIsItsDefinition") {
  OnnxModel model(kFloat, {1, 1, 3, 3});
  const std::string weights = model.tensor<float>({1, 1, 2, 2}, {1, 2, 3, 4});
  model.output(model.node("Conv", {"input", weights, model.tensor<float>({1}, {0.5})}));
  model.set("pads", {1, 0, 0, 0}).set("strides", {2, 1});
  const Tensor result = result_of(model, {{1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {}, kFloat});
  CHECK(result.dims == Dims{1, 1, 2, 2});
  // Rows -1 and 0, then rows 1 and 2
  CHECK(result.reals == std::vector<float>{3 + 8 + 0.5F, 6 + 12 + 0.5F, 4 + 10 + 21 + 32 + 0.5F,
                                           5 + 12 + 24 + 36 + 0.5F});
}

TEST_CASE("Evaluate.AveragesCountPaddingWhereTheNodeSaysSo") {
  for (const int counted : {0, 1}) {
    OnnxModel model = single({1, 1, 2, 2}, "AveragePool", {"input"});
    model.set("kernel_shape", {2, 2}).set("pads", {1, 1, 0, 0}).set("strides", {2, 2});
    model.set("count_include_pad", counted);
    const Tensor result = result_of(model, {{1, 1, 2, 2}, {8, 1, 1, 1}, {}, kFloat});
    CHECK(result.reals == std::vector<float>{counted == 1 ? 2.0F : 8.0F});
  }
}

TEST_CASE("Evaluate.OperandsAreBroadcast") {
  OnnxModel model(kFloat, {1, 2, 1, 2});
  const std::string constant = model.tensor<float>({2, 1, 1}, {10, 20});
  model.output(model.node("Sub", {constant, "input"}));
  const Tensor result = result_of(model, {{1, 2, 1, 2}, {1, 2, 3, 4}, {}, kFloat});
  CHECK(result.reals == std::vector<float>{9, 8, 17, 16});
}

TEST_CASE("Evaluate.CodesAreRoundedHalfToEvenAndSaturated") {
  OnnxModel model(kFloat, {1, 6});
  const std::string scale = model.scalar<float>(0.5), zero = model.scalar<std::uint8_t>(3);
  const std::string codes = model.node("QuantizeLinear", {"input", scale, zero});
  model.output(model.node("DequantizeLinear", {codes, scale, zero}));
  // The reader refuses networks that are quantised already
  FloatNetwork network = network_of(single({1, 6}, "Relu", {"input"}));
  network.nodes.assign(model.proto.graph().node().begin(), model.proto.graph().node().end());
  network.constants = {{scale, real_scalar(0.5)}, {zero, {{}, {}, {3}, onnx::TensorProto::UINT8}}};
  network.output = model.proto.graph().output(0).name();
  const Tensor result =
      Evaluator(network).run({{1, 6}, {0.25, 0.75, -0.25, -100, 1000, 1}, {}, kFloat});
  CHECK(result.reals == std::vector<float>{0, 1, 0, -1.5, 126, 1});
}

TEST_CASE("Evaluate.AllUnknownOperatorsAreNamed") {
  OnnxModel model(kFloat, {1, 4});
  model.output(model.node("Cos", {model.node("Sin", {"input"}, "wave")}, "error"));
  const std::string error =
      error_of(model, [](const FloatNetwork& network) { Evaluator{network}; });
  INFO(error);
  CHECK(error.starts_with(
      "2 nodes are not supported\n"
      "  node 'wave' (Sin): this operator is not evaluated in float\n"
      "  node 'error' (Cos): this operator is not evaluated in float\n"
      "    help: end the network before it, or build it of Abs, Add, AveragePool, "));
}

TEST_CASE("Evaluate.OperandsThatDoNotFitAreNamed") {
  const auto run = [](const FloatNetwork& network) {
    Evaluator(network).run(real_tensor(network.input_dims));
  };
  OnnxModel model(kFloat, {1, 3, 4, 4});
  model.output(model.node("Conv", {"input", model.tensor<float>({2, 2, 1, 1}, {1, 2, 3, 4})}, "c"));
  CHECK(error_of(model, run) ==
        "node 'c' (Conv): its weight of shape [2, 2, 1, 1] does not fit 3 channels in 1 groups");
  OnnxModel turned = single({1, 3, 4, 4}, "Transpose", {"input"});
  turned.set("perm", {0, 2, 3, -1});
  CHECK(error_of(turned, run) ==
        "node with output 't1' (Transpose): its perm is [0, 2, 3, -1], of 4 dimensions");
  OnnxModel gathered(kFloat, {1, 3});
  gathered.output(gathered.node("Gather", {"input", gathered.scalar<float>(1)}, "g"));
  CHECK(error_of(gathered, run) ==
        "node 'g' (Gather): its input 1 is of type FLOAT; integers are needed there");
  OnnxModel padded = single({1, 3, 4, 4}, "MaxPool", {"input"});
  padded.set("kernel_shape", {2, 2}).set("pads", {0, 0, std::int64_t{1} << 40, 0});
  CHECK(error_of(padded, run) == "node with output 't1' (MaxPool): its pads must be 0 to 65536");
  OnnxModel dense(kFloat, {1, 3});
  dense.output(dense.node("MatMul", {"input", dense.tensor<float>({2, 1}, {1, 2})}, "m"));
  CHECK(error_of(dense, run) ==
        "node 'm' (MatMul): its operands have shapes [1, 3] and [2, 1], which do not fit");
}

TEST_CASE("FloatNetwork.WhatCannotBeReadIsRefused") {
  const auto nothing = [](const FloatNetwork&) {};
  CHECK(error_of(single({2, 3}, "Relu", {"input"}), nothing) ==
        "its input 'input' has batch size 2; export it with batch size 1, or with the batch left "
        "open");
  CHECK(error_of(single({1, 3, 0, 4}, "Relu", {"input"}), nothing) ==
        "dimension 2 of its input 'input' is 0; export it with fixed sizes from 1 to 65536");
  CHECK(error_of(single({1, 3, 4}, "Relu", {"input"}), nothing) ==
        "its input 'input' has 3 dimension(s); supported are 4 (batch, channels, height, width) "
        "and 2 (batch, values)");
  OnnxModel codes(kFloat, {1, 3});
  codes.output(codes.node("QuantizeLinear", {"input", codes.scalar<float>(1)}, "q"));
  CHECK(error_of(codes, nothing) ==
        "node 'q' (QuantizeLinear): this file is quantised already; give the float network it was "
        "made of");
}

TEST_CASE("Evaluate.NetworksGiveWhatOnnxruntimeGives") {
  const char* needs = "python3 -c 'import numpy, onnx, onnxruntime.quantization'";
  if (sluice::test::run_shell(sluice::test::source_dir(), needs).exit_code != 0) {
    WARN("skipped: needs python3 with numpy, onnx and onnxruntime");
    return;
  }
  const sluice::test::TempDir temp;
  const auto made = sluice::test::run_shell(
      sluice::test::source_dir(),
      "python3 tests/generator/quantise/float_networks.py " + temp.path().string());
  INFO(made.out);
  REQUIRE(made.exit_code == 0);
  std::istringstream names(made.out);
  int count = 0;
  for (std::string name; names >> name; ++count) {
    INFO(name);
    FloatNetwork network = read_float_network((temp.path() / (name + ".onnx")).string());
    CHECK(difference_from_onnxruntime(network, temp.path() / name) < 1e-5);
    simplify(network);
    CHECK(difference_from_onnxruntime(network, temp.path() / name) < 1e-5);
  }
  CHECK(count == 18);
}

}  // namespace sluice::quantise::test
