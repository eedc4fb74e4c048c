// SPDX-License-Identifier: Apache-2.0
// Operators behind the last layer, which are left to the host.
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

using Kind = net::HostStep::Kind;

/// A dense layer with real numbers behind: the tensor is "real_out".
OnnxModel dense(bool flat = true) {
  Random random(1);
  OnnxModel model(kInt8, flat ? Dims{1, 4} : Dims{1, 4, 1, 1});
  const Dims weights = flat ? Dims{4, 3} : Dims{3, 4, 1, 1};
  const auto codes =
      model.node(flat ? "QLinearMatMul" : "QLinearConv",
                 {"input", model.scalar(0.5F), zero_point(model, kInt8, 0),
                  model.tensor(weights, random.numbers<std::int8_t>(12, -9, 9)), model.scalar(0.5F),
                  zero_point(model, kInt8, 0), model.scalar(1.0F), zero_point(model, kInt8, 5)},
                 "layer");
  model.node("DequantizeLinear", {codes, model.scalar(1.0F), zero_point(model, kInt8, 5)}, "real");
  return model;
}

}  // namespace

TEST_CASE("ImportHost.SoftmaxOfTheResultsIsLeftToTheHost") {
  for (const char* op : {"Softmax", "LogSoftmax"}) {
    OnnxModel model = dense();
    model.output(model.node("Identity", {model.node(op, {"real_out"}, "scores")}));
    const net::Network network = import_model(model);
    CHECK(network.layers.size() == 1);
    CHECK(network.result.scale == 1.0F);
    CHECK(network.result.zero_point == 5);
    REQUIRE(network.result.host.size() == 1);
    CHECK(network.result.host[0].name == "scores");
    CHECK(network.result.host[0].operation == op);
    CHECK((network.result.host[0].kind == Kind::kSoftmax) == (op == std::string("Softmax")));
  }
}

TEST_CASE("ImportHost.WhatRoundsItToCodesIsAStepOfItsOwn") {
  OnnxModel model = dense(false);
  const auto y = model.node("Softmax", {"real_out"}, "scores");
  model.set("axis", 1);
  const auto scale = model.scalar(1 / 256.0F), zero = zero_point(model, kUint8, 0);
  model.output(model.node("DequantizeLinear",
                          {model.node("QuantizeLinear", {y, scale, zero}), scale, zero}));
  const net::Network network = import_model(model);
  REQUIRE(network.result.host.size() == 2);
  CHECK(network.result.host[1].kind == Kind::kRound);
  CHECK(network.result.host[1].scale == 1 / 256.0F);
  CHECK_FALSE(network.result.host[1].is_signed);
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
  REQUIRE(network.result.host.size() == 2);
  CHECK(network.result.host[0].kind == Kind::kSoftmax);
  CHECK(network.result.host[1].zero_point == -128);
}

TEST_CASE("ImportHost.WhatIsRefused") {
  OnnxModel axis = dense(false);
  axis.output(axis.node("Softmax", {"real_out"}, "s"));
  CHECK(import_error(axis) ==
        "node 's' (Softmax): its axis is 3 of 4 dimensions; supported behind the last layer is "
        "axis 1, over all results");
  OnnxModel middle = dense();
  middle.output(middle.node("Relu", {middle.node("Softmax", {"real_out"}, "s")}, "r"));
  CHECK(import_error(middle) ==
        "node 'r' (Relu): reads the result of 's', which the host computes behind the last layer; "
        "QuantizeLinear and DequantizeLinear may stand there");
  OnnxModel codes = dense();
  codes.output(codes.node(
      "QuantizeLinear",
      {codes.node("Softmax", {"real_out"}, "s"), codes.scalar(0.5F), zero_point(codes, kUint8, 0)},
      "q"));
  CHECK(import_error(codes) ==
        "its output 'q_out' must be what the host computes behind the last layer, 'q_out', as real "
        "numbers");
  OnnxModel twice = dense();
  twice.node("Softmax", {"real_out"}, "s");
  twice.output(twice.node("Softmax", {"real_out"}, "t"));
  CHECK(import_error(twice) == "node 't' (Softmax): is a second one behind the last layer");
}

}  // namespace sluice::test
