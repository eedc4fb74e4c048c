// SPDX-License-Identifier: Apache-2.0
// QLinearAdd: factors, values against the definition in real numbers, and what is refused.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "generator/network/requant_scale.h"
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
    return import_error(model);
  }
  OnnxModel model;
  std::string sum;
};

/// ONNX's value of the sum, for stored (shifted) values of the operands.
int defined_sum(int a, int b) {
  const double real = (a + 128 - 90) * 0.5 + (b + 128 - 7) * 0.25;
  return std::clamp(static_cast<int>(std::nearbyint(real)) + 20, 0, 255);
}

}  // namespace

TEST_CASE("ImportAddition.FactorsAreTheNearestOfTheLargestShiftThatFits") {
  const auto factors = [](double first, double second) {
    const auto found = net::nearest_factors(first, second).value();
    return std::vector<int>{found.first, found.second, found.shift};
  };
  using Numbers = std::vector<int>;
  CHECK(factors(1, 1) == Numbers{524288, 524288, 19});
  CHECK(factors(0.5, 0.25) == Numbers{524288, 262144, 20});
  CHECK(factors(0.3, 1.7) == Numbers{157286, 891290, 19});
  CHECK(factors(1048575, 1) == Numbers{1048575, 1, 0});
  CHECK(factors(0x1p-28, 0x1p-28) == Numbers{524288, 524288, 47});
  CHECK(factors(0x1p-32, 0x1p-32) == Numbers{32768, 32768, 47});
  CHECK(factors(1 - 0x1p-22, 1e-9) == Numbers{524288, 0, 19});
  for (const double bad : {1048576.0, 0.0, -1.0}) {
    CHECK_FALSE(net::nearest_factors(bad, std::min(bad, 0x1p-40)));
    CHECK_FALSE(net::nearest_factors(std::min(bad, 0x1p-40), bad));
  }
}

TEST_CASE("ImportAddition.ValuesAreThoseOfTheDefinition") {
  AddModel built;
  built.model.output(built.sum);
  const net::Network network = import_model(built.model);
  REQUIRE(network.layers.size() == 2);
  const net::Layer& layer = network.layers[1];
  CHECK(layer.kind == net::LayerKind::kAdd);
  CHECK(layer.factor == 524288);
  CHECK(layer.addend_factor == 262144);
  Random random(2);
  const Input input = random_input(built.model, random);
  const auto results = golden::evaluate(network, input.tensor, true);
  const auto& a = results[0].output.values;
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(results[1].output.values[i] + 128 == defined_sum(a[i], input.tensor.values[i]));
  }
}

/// Scales and zero points of both operands and the sum.
struct Quantisation {
  float a, b, sum;
  int zero_a, zero_b, zero_sum;
};

/// The sums that the imported layer makes of all values of its operands, [a][b], as ONNX has them.
golden::Tensor all_sums(const Quantisation& q) {
  AddModel built;
  onnx::NodeProto& conv = *built.model.proto.mutable_graph()->mutable_node(0);
  conv.set_input(6, built.model.scalar(q.a));
  conv.set_input(7, built.model.scalar(static_cast<std::uint8_t>(q.zero_a)));
  conv.set_input(2, built.model.scalar(static_cast<std::uint8_t>(q.zero_b)));
  built.node().set_input(1, conv.input(6));
  built.node().set_input(2, conv.input(7));
  built.node().set_input(4, built.model.scalar(q.b));
  built.node().set_input(5, conv.input(2));
  built.node().set_input(6, built.model.scalar(q.sum));
  built.node().set_input(7, built.model.scalar(static_cast<std::uint8_t>(q.zero_sum)));
  built.model.output(built.sum);
  net::Network network = import_model(built.model);
  net::Layer layer = network.layers[1];
  layer.requant.resize(1);
  network.maps.assign(3, net::FeatureMap{"map", 256, 256, 1, 8, 0});
  layer.input = 0, layer.addend = 1, layer.output = 2;
  golden::Tensor a{256, 256, 1, {}}, b = a;
  for (int i = 0; i < 256 * 256; ++i) {
    a.values.push_back(static_cast<std::int8_t>(i / 256 - 128));
    b.values.push_back(static_cast<std::int8_t>(i % 256 - 128));
  }
  return golden::evaluate(network, layer, a, &b, true).output;
}

TEST_CASE("ImportAddition.EverySumIsTheRealOneWithinRounding") {
  const Quantisation cases[] = {
      {0.5F, 0.25F, 1.0F, 90, 7, 20},          {0.0231F, 0.0231F, 0.0317F, 128, 128, 128},
      {0.1F, 0.003F, 0.07F, 0, 255, 3},        {1e-5F, 3e-5F, 2.2e-5F, 255, 0, 200},
      {700.0F, 1.0F, 900.0F, 17, 99, 140},     {0.02F, 1.5F, 1.3F, 128, 3, 128},
      {0.0117F, 0.0094F, 0.0192F, 33, 211, 0},
  };
  for (const Quantisation& q : cases) {
    CAPTURE(q.a, q.b, q.sum);
    const golden::Tensor sums = all_sums(q);
    const double first = double(q.a) / q.sum, second = double(q.b) / q.sum;
    // Each factor is off by half of the last bit at most
    const double slack = 255 * std::ldexp(1.0, -net::nearest_factors(first, second)->shift);
    REQUIRE(slack < 0.002);
    double worst = 0;
    for (int a = 0; a < 256; ++a) {
      for (int b = 0; b < 256; ++b) {
        const double real = first * (a - q.zero_a) + second * (b - q.zero_b) + q.zero_sum;
        const double error = sums.at(a, b, 0) + 128 - std::clamp(real, 0.0, 255.0);
        worst = std::max(worst, std::abs(error));
      }
    }
    CHECK(worst <= 0.5 + slack);
    CHECK(worst > 0.3);
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
        "are equal shapes, which a 1 x 1 convolution can bring about, and one channel or one "
        "position");
  AddModel computed;
  computed.node().set_input(1, "input");
  CHECK(
      computed.error() ==
      "node 'sum' (QLinearAdd): its input scale 'input' is computed; only a constant is supported");
  AddModel fine;
  fine.node().set_input(6, fine.model.scalar(0x1p-30F));
  CHECK(fine.error() ==
        "node 'sum' (QLinearAdd): its scales of A and B over its output scale are 536870912 and "
        "268435456; supported are less than 2^20 for the larger of both");
  AddModel domain;
  domain.node().set_domain("");
  CHECK(domain.error() ==
        "node 'sum' (QLinearAdd): is of the domain ''; standard ONNX operators are supported, and"
        " FastGelu, QGemm, QLinearAdd, QLinearAveragePool, QLinearConcat, "
        "QLinearGlobalAveragePool, QLinearLeakyRelu, QLinearMul, QLinearSigmoid, QLinearSoftmax, "
        "QuickGelu of com.microsoft");
}

}  // namespace sluice::test
