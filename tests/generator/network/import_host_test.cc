// SPDX-License-Identifier: Apache-2.0
// Operators behind the last layer, which are left to the host.
#include <cmath>

#include "tests/generator/network/host_models.h"

namespace sluice::test {
namespace {

using Kind = net::HostStep::Kind;

}  // namespace

TEST_CASE("ImportHost.SoftmaxOfTheResultsIsLeftToTheHost") {
  for (const char* op : {"Softmax", "LogSoftmax"}) {
    OnnxModel model = dense();
    model.output(model.node("Identity", {model.node(op, {"real_out"}, "scores")}));
    const net::Network network = import_model(model);
    CHECK(network.layers.size() == 1);
    CHECK(network.results[0].sources[0].scale == 1.0F);
    CHECK(network.results[0].sources[0].zero_point == 5);
    const net::HostProgram& host = network.results[0].host;
    REQUIRE(host.steps.size() == 1);
    CHECK(host.steps[0].name == "scores");
    CHECK(host.steps[0].operation == op);
    CHECK((host.steps[0].kind == Kind::kSoftmax) == (op == std::string("Softmax")));
    CHECK(host.dims == Dims{1, 3});
  }
}

TEST_CASE("ImportHost.WhatRoundsItToCodesIsAStepOfItsOwn") {
  OnnxModel model = dense(false);
  const auto y = model.node("Softmax", {"real_out"}, "scores");
  model.set("axis", 1);
  const auto scale = model.scalar(1 / 256.0F), zero = zero_point(model, kUint8, 0);
  const auto codes = model.node("QuantizeLinear", {y, scale, zero});
  const bool real = GENERATE(true, false);
  model.output(real ? model.node("DequantizeLinear", {codes, scale, zero}) : codes);
  const net::Network network = import_model(model);
  const net::HostProgram& host = network.results[0].host;
  REQUIRE(host.steps.size() == (real ? 3 : 2));
  CHECK(host.steps[1].kind == Kind::kQuantise);
  CHECK(host.steps[1].a == 1 / 256.0F);
  CHECK_FALSE(host.steps[1].is_signed);
  CHECK(host.type == (real ? net::HostType::kReal : net::HostType::kUint8));
}

TEST_CASE("ImportHost.QuantisedSoftmaxIsBoth") {
  OnnxModel model = dense();
  const auto scale = model.scalar(1 / 256.0F), zero = zero_point(model, kInt8, -128);
  const auto codes = model.node(
      "QLinearSoftmax", {"layer_out", model.scalar(1.0F), zero_point(model, kInt8, 5), scale, zero},
      "scores");
  model.proto.mutable_graph()->mutable_node(2)->set_domain("com.microsoft");
  model.output(model.node("DequantizeLinear", {codes, scale, zero}));
  const net::Network network = import_model(model);
  REQUIRE(network.results[0].host.steps.size() == 3);
  CHECK(network.results[0].host.steps[0].kind == Kind::kSoftmax);
  CHECK(network.results[0].host.steps[1].zero_point == -128);
}

TEST_CASE("ImportHost.PlacesOfTheLargestAreIntegers") {
  for (const bool codes : {false, true}) {
    OnnxModel model = map_model();
    model.output(model.node("ArgMax", {codes ? "layer_out" : "real_out"}, "class"));
    model.set("axis", 1).set("keepdims", std::int64_t{0});
    const net::Network network = import_model(model);
    CHECK(network.results[0].host.type == net::HostType::kInt64);
    CHECK(network.results[0].host.dims == Dims{1, 2, 3});
    CHECK(network.results[0].sources[0].scale.has_value() == !codes);
    check(host_of(network, kStored), {1, 1, 1, 1, 1, 1});
  }
}

TEST_CASE("ImportHost.AMapIsTurnedAndReshaped") {
  const bool before = GENERATE(true, false);
  OnnxModel model = map_model();
  std::string tensor = before ? "layer_out" : "real_out";
  tensor = model.node("Transpose", {tensor}, "turn");
  model.set("perm", {0, 2, 3, 1});
  if (before)
    tensor =
        model.node("DequantizeLinear", {tensor, model.scalar(0.5F), zero_point(model, kInt8, 2)});
  model.output(model.node("Reshape", {tensor, model.shape({1, -1, 2})}));
  const net::Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  CHECK(network.results[0].host.dims == Dims{1, 6, 2});
  CHECK(network.results[0].host.type == net::HostType::kReal);
  check(host_of(network, kStored), {0, 3, 0.5, 3.5, 1, 4, 1.5, 4.5, 2, 5, 2.5, 5.5});
}

TEST_CASE("ImportHost.AMapOfFiveDimensionsThatIsNoShuffle") {
  OnnxModel model = map_model();
  std::string tensor = model.node("Reshape", {"layer_out", model.shape({1, 2, 1, 2, 3})});
  tensor = model.node("Transpose", {tensor}, "turn");
  model.set("perm", {0, 3, 4, 1, 2});
  tensor =
      model.node("DequantizeLinear", {tensor, model.scalar(0.5F), zero_point(model, kInt8, 2)});
  model.output(model.node("Reshape", {tensor, model.shape({1, 12})}));
  const net::Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  check(host_of(network, kStored), {0, 3, 0.5, 3.5, 1, 4, 1.5, 4.5, 2, 5, 2.5, 5.5});
}

TEST_CASE("ImportHost.OperatorsOfQOperatorFormBehindOthers") {
  OnnxModel model = map_model();
  const auto scale = model.scalar(0.5F), zero = zero_point(model, kInt8, 2);
  const auto half = model.scalar(0.25F), other = zero_point(model, kInt8, -10);
  const auto turned = model.node("Transpose", {"layer_out"}, "turn");
  model.set("perm", {0, 2, 3, 1});
  const auto row =
      model.node("Slice", {turned, model.shape({0}), model.shape({1}), model.shape({1})});
  auto codes = model.node("QLinearConcat", {half, other, row, scale, zero, row, scale, zero});
  model.set("axis", 3);
  codes = model.node("QLinearSigmoid", {codes, half, other, model.scalar(1 / 128.0F), other});
  for (const int k : {4, 5})
    model.proto.mutable_graph()->mutable_node(k)->set_domain("com.microsoft");
  model.output(codes);
  const net::Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  CHECK(network.results[0].host.dims == Dims{1, 1, 3, 4});
  CHECK(network.results[0].host.type == net::HostType::kInt8);
  std::vector<double> wanted;
  for (const double x : {0.0, 3.0, 0.0, 3.0, 0.5, 3.5, 0.5, 3.5, 1.0, 4.0, 1.0, 4.0})
    wanted.push_back(std::nearbyint(128 / (1 + std::exp(-x))) - 10);
  check(host_of(network, kStored), wanted);
}

TEST_CASE("ImportHost.NumbersAreJoinedWithConstantsAndEachOther") {
  OnnxModel model = map_model();
  const auto scaled =
      model.node("Mul", {"real_out", model.tensor<float>({2, 1, 1}, {2.0F, -1.0F})}, "scale");
  const auto less = model.node("Sub", {model.scalar(1.0F), scaled}, "less");
  const auto parts =
      model.node("Slice", {less, model.shape({0}), model.shape({1}), model.shape({1})});
  const auto sum = model.node("Add", {less, parts}, "sum");
  const auto row = model.node("Mul", {sum, model.tensor<float>({1, 1, 2, 1}, {1, 0})}, "row");
  model.output(model.node("Clip", {row, model.scalar(-3.0F), model.scalar(4.0F)}, "clip"));
  const net::Network network = import_model(model);
  CHECK(network.layers.size() == 1);
  CHECK(network.results[0].host.dims == Dims{1, 2, 2, 3});
  check(host_of(network, kStored), {2, 0, -2, 0, 0, 0, 4, 4, 4, 0, 0, 0});
}

TEST_CASE("ImportHost.TheLargestOfAnAxisWithTheirPlaces") {
  OnnxModel model = map_model();
  const auto values = model.node("TopK", {"real_out", model.shape({2})}, "top");
  model.proto.mutable_graph()->mutable_node(2)->add_output("places");
  model.set("axis", 3);
  const bool places = GENERATE(true, false);
  model.output(places ? "places" : values);
  const net::Network network = import_model(model);
  CHECK(network.results[0].host.dims == Dims{1, 2, 2, 2});
  if (places)
    check(host_of(network, kStored), {2, 1, 2, 1, 2, 1, 2, 1});
  else
    check(host_of(network, kStored), {1, 0.5, 2.5, 2, 4, 3.5, 5.5, 5});
}

TEST_CASE("ImportHost.PartsAreConcatenatedAndReduced") {
  OnnxModel model = map_model();
  const auto sigmoid = model.node("Sigmoid", {"real_out"}, "sigmoid");
  const auto first = model.node("Split", {sigmoid}, "split");
  model.proto.mutable_graph()->mutable_node(3)->add_output("second");
  model.set("axis", 1);
  const auto joined = model.node("Concat", {"second", first}, "join");
  model.set("axis", 1);
  model.output(model.node("ReduceMax", {joined}, "most"));
  model.set("axes", {2, 3}).set("keepdims", std::int64_t{0});
  const net::Network network = import_model(model);
  CHECK(network.results[0].host.dims == Dims{1, 2});
  check(host_of(network, kStored), {1 / (1 + std::exp(-5.5)), 1 / (1 + std::exp(-2.5))});
}

TEST_CASE("ImportHost.OldSoftmaxTakesAllDimensionsFromItsAxisOn") {
  for (const int opset : {12, 13}) {
    OnnxModel model = map_model(opset);
    model.output(model.node("Softmax", {"real_out"}, "s"));
    model.set("axis", 2);
    const net::HostStep step = import_model(model).results[0].host.steps.at(0);
    CHECK(step.length == (opset == 12 ? 6 : 2));
    CHECK(step.inner == (opset == 12 ? 1 : 3));
  }
}

TEST_CASE("ImportHost.WhatALayerComputesStaysOne") {
  OnnxModel model = map_model();
  const auto scale = model.scalar(0.125F), zero = zero_point(model, kInt8, -128);
  const auto y = model.node("Sigmoid", {"real_out"}, "sigmoid");
  model.output(model.node("DequantizeLinear",
                          {model.node("QuantizeLinear", {y, scale, zero}), scale, zero}));
  const net::Network network = import_model(model);
  CHECK(network.results[0].host.empty());
  CHECK_FALSE(network.layers.back().table.empty());
}

TEST_CASE("ImportHost.WhatIsRefused") {
  OnnxModel axis = dense();
  axis.output(axis.node("Softmax", {"real_out"}, "s"));
  axis.set("axis", 2);
  CHECK(import_error(axis) == "node 's' (Softmax): its axis is 2 of 2 dimensions");

  OnnxModel middle = map_model();
  const auto scale = middle.scalar(0.125F), zero = zero_point(middle, kInt8, 0);
  const auto q =
      middle.node("QuantizeLinear", {middle.node("Softmax", {"real_out"}, "s"), scale, zero}, "q");
  middle.output(
      middle.node("QLinearConv", {q, scale, zero, middle.tensor<std::int8_t>({1, 2, 1, 1}, {1, 1}),
                                  middle.scalar(1.0F), zero, scale, zero}));
  CHECK(import_error(middle) ==
        "node 's' (Softmax): is left to the host between layers, which accuracy, estimate, run, "
        "compile, sweep and report take, and no others");

  OnnxModel integers = dense();
  const auto place = integers.node("ArgMax", {"real_out"}, "a");
  integers.output(integers.node("Mul", {place, place}, "m"));
  CHECK(import_error(integers) ==
        "node 'm' (Mul): its input 'a_out' is of integers; the host computes it of real numbers");
}

}  // namespace sluice::test
