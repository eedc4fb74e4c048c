// SPDX-License-Identifier: Apache-2.0
// QLinearAdd: factors, values against the definition in real numbers, and what is refused.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "generator/network/import_parts.h"
#include "generator/util/user_error.h"
#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

/// A 1x1 convolution and the sum of its output and its input, [1, 3, 4, 5]. Scales are powers of
/// two, so that real numbers are exact.
struct AddModel {
  explicit AddModel(std::int64_t outputs = 3) : model(kUint8, {1, 3, 4, 5}) {
    Random random(1);
    const auto w =
        model.tensor({outputs, 3, 1, 1}, random.numbers<std::int8_t>(3 * outputs, -99, 99));
    const auto a = model.node(
        "QLinearConv",
        {"input", model.scalar(0.25F), model.scalar(std::uint8_t{7}), w, model.scalar(0.03125F),
         model.scalar(std::int8_t{0}), model.scalar(0.5F), model.scalar(std::uint8_t{90})},
        "c");
    sum = model.node(
        "QLinearAdd",
        {a, model.scalar(0.5F), model.scalar(std::uint8_t{90}), "input", model.scalar(0.25F),
         model.scalar(std::uint8_t{7}), model.scalar(1.0F), model.scalar(std::uint8_t{20})},
        "sum");
    node().set_domain("com.microsoft");
  }
  onnx::NodeProto& node() { return *model.proto.mutable_graph()->mutable_node(1); }
  std::string error() {
    model.output(sum);
    TemporaryFile file;
    file.write(model.bytes());
    try {
      net::import_onnx(file.path());
    } catch (const UserError& error) {
      return complaint(error, file.path());
    }
    return "accepted";
  }
  OnnxModel model;
  std::string sum;
};

/// ONNX's value of the sum, for stored (shifted) values of the operands.
int defined_sum(int a, int b) {
  const double real = (a + 128 - 90) * 0.5 + (b + 128 - 7) * 0.25;
  return std::clamp(static_cast<int>(std::floor(real / 1.0 + 0.5)) + 20, 0, 255);
}

}  // namespace

TEST_CASE("ImportAddition.FactorsAreTheSmallestOfTheNearestIntegers") {
  using Pair = std::pair<int, int>;
  CHECK(net::nearest_factors(1) == Pair{1, 1});
  CHECK(net::nearest_factors(0.5) == Pair{1, 2});
  CHECK(net::nearest_factors(1.5) == Pair{3, 2});
  CHECK(net::nearest_factors(3.14159265) == Pair{22, 7});
  CHECK(net::nearest_factors(127) == Pair{127, 1});
  CHECK(net::nearest_factors(1e-9) == Pair{0, 1});
}

TEST_CASE("ImportAddition.TheRatioOfTheScalesIsMetTo1254OfTheLarger") {
  for (int i = 1; i <= 20000; ++i) {
    const double ratio = i / 20000.0;
    const auto [first, second] = net::nearest_factors(ratio);
    REQUIRE(second <= 127);
    REQUIRE(std::abs(1.0 * first / second - ratio) <= 1.0 / 254);
  }
}

TEST_CASE("ImportAddition.ValuesAreThoseOfTheDefinition") {
  AddModel built;
  built.model.output(built.sum);
  const net::Network network = import_model(built.model);
  REQUIRE(network.layers.size() == 2);
  const net::Layer& layer = network.layers[1];
  CHECK(layer.kind == net::LayerKind::kAdd);
  CHECK(layer.factor == 2);
  CHECK(layer.addend_factor == 1);
  Random random(2);
  const Input input = random_input(built.model, random);
  const auto results = golden::evaluate(network, input.tensor, true);
  const auto& a = results[0].output.values;
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(results[1].output.values[i] + 128 == defined_sum(a[i], input.tensor.values[i]));
  }
}

TEST_CASE("ImportAddition.AReluBehindItIsItsClamp") {
  AddModel built;
  built.node().set_input(7, built.model.scalar(std::int8_t{-5}));
  built.model.output(built.model.node("Relu", {built.sum}));
  const net::Network network = import_model(built.model);
  REQUIRE(network.layers.size() == 2);
  CHECK(network.layers[1].zero_point == -5);
  CHECK(network.layers[1].clamp_low == 0);
  CHECK(network.layers[1].clamp_high == 127);
}

TEST_CASE("ImportAddition.WhatIsRefused") {
  CHECK(AddModel(4).error() ==
        "node 'sum' (QLinearAdd): its inputs have shapes [1, 4, 4, 5] and [1, 3, 4, 5]; supported "
        "are equal shapes, which a 1 x 1 convolution can bring about");
  AddModel computed;
  computed.node().set_input(1, "input");
  CHECK(
      computed.error() ==
      "node 'sum' (QLinearAdd): its scale of A 'input' is computed; only a constant is supported");
  AddModel fine;
  fine.node().set_input(6, fine.model.scalar(1e-9F));
  CHECK(fine.error().find("values from 2^-32 to 65535 are supported") != std::string::npos);
  AddModel domain;
  domain.node().set_domain("");
  CHECK(domain.error() ==
        "node 'sum' (QLinearAdd): is of the domain ''; standard ONNX operators are supported, and "
        "QLinearAdd of com.microsoft");
}

}  // namespace sluice::test
