// SPDX-License-Identifier: Apache-2.0
// QDQ form: the importer and the golden model against an evaluation of the operators on real
// numbers. Scales are powers of two where results are to be equal; others may differ by one step.
#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "tests/generator/network/import_checks.h"
#include "tests/generator/network/real_model.h"

namespace sluice::test {
namespace {

const std::vector<int> kTypes = {kUint8, kInt8};

}  // namespace

TEST_CASE("ImportReal.ConvolutionWithBiasAndReluIsOneLayerAndExact") {
  for (const int type : kTypes) {
    RealModel m(type, {1, 3, 9, 8}, 1);
    const auto x = m.input(0.5F, 7);
    const auto w = m.weights({4, 3, 3, 3}, {1 / 64.0F, 1 / 128.0F, 1 / 64.0F, 1 / 32.0F});
    auto y = m.model.node("Conv", {x, w, m.bias(4, 1 / 128.0F)}, "conv");
    m.model.set("pads", Dims{1, 0, 1, 1}).set("strides", Dims{2, 1});
    y = m.model.node("Relu", {y});
    m.model.output(m.quantise(y, 2.0F, 11));
    compare(m.model, m.offset());
    const net::Network network = import_model(m.model);
    REQUIRE(network.layers.size() == 1);
    CHECK(network.layers[0].name == "conv");
    CHECK(network.layers[0].clamp_low == 11 - m.offset());  // Relu's zero
  }
}

TEST_CASE("ImportReal.ClipBecomesTheClampOfTheLayerBefore") {
  RealModel m(kInt8, {1, 2, 6, 6}, 2);
  const auto w = m.weights({3, 2, 3, 3}, {1 / 64.0F});
  auto y = m.model.node("Conv", {m.input(0.5F, -3), w});
  y = m.model.node("Clip", {y, m.model.scalar(0.0F), m.model.scalar(6.0F)});
  m.model.output(m.quantise(y, 0.25F, -20));
  compare(m.model, 0);
  const net::Network network = import_model(m.model);
  REQUIRE(network.layers.size() == 1);
  CHECK(network.layers[0].clamp_low == -20);
  CHECK(network.layers[0].clamp_high == 4);
}

TEST_CASE("ImportReal.GemmAndMatMulInAllSpellingsAreExact") {
  for (const int form : {0, 1, 2, 3}) {
    INFO("form " << form);
    RealModel m(kInt8, {1, 3, 2, 2}, 3);
    const auto x = m.model.node("Flatten", {m.input(0.25F, 5)});
    const std::vector<float> steps = {1 / 64.0F, 1 / 32.0F, 1 / 64.0F, 1 / 128.0F, 1 / 64.0F};
    std::string y;
    if (form == 0) {
      y = m.model.node("Gemm", {x, m.weights({5, 12}, steps), m.bias(5, 1 / 256.0F)});
      m.model.set("transB", 1);
    } else if (form == 1) {
      y = m.model.node("Gemm", {x, m.weights({12, 5}, steps, 1)});
    } else if (form == 2) {
      y = m.model.node("MatMul", {x, m.weights({12, 5}, steps, 1)});
      y = m.model.node("Add", {y, m.reals({5}, -99, 99)});
    } else {
      y = m.model.node("MatMul", {x, m.model.node("Transpose", {m.weights({5, 12}, steps)})});
    }
    m.model.output(m.quantise(y, 0.5F, -4));
    compare(m.model, 0);
    CHECK(import_model(m.model).layers.size() == 1);
  }
}

TEST_CASE("ImportReal.AffineFunctionsBehindAConvolutionAreFoldedIntoIt") {
  RealModel m(kInt8, {1, 2, 5, 5}, 4);
  const auto w = m.weights({4, 2, 3, 3}, {1 / 64.0F});
  auto y = m.model.node("Conv", {m.input(0.5F, 2), w, m.reals({4}, -40, 40)});
  const auto variance = m.model.tensor<float>({4}, {1.0F, 0.5F, 2.0F, 1.5F});
  y = m.model.node("BatchNormalization", {y, m.model.tensor<float>({4}, {1.5F, -1.0F, 0.75F, 0.0F}),
                                          m.reals({4}, -9, 9), m.reals({4}, -9, 9), variance});
  y = m.model.node("Mul", {y, m.model.scalar(2.0F)});
  y = m.model.node("Sub", {y, m.reals({1, 4, 1, 1}, -9, 9)});
  y = m.model.node("Relu", {y});
  m.model.output(m.quantise(y, 0.5F, -100));
  compare(m.model, 0, 1);
  CHECK(import_model(m.model).layers.size() == 1);
}

TEST_CASE("ImportReal.AveragesInAllSpellings") {
  for (const std::string op : {"GlobalAveragePool", "ReduceMean", "AveragePool"}) {
    INFO(op);
    RealModel m(kUint8, {1, 5, 6, 6}, 5);
    auto y = m.model.node(op, {m.input(0.5F, 90)});
    if (op == "AveragePool") m.model.set("kernel_shape", Dims{3, 3}).set("strides", Dims{3, 3});
    if (op == "ReduceMean") m.model.set("axes", Dims{2, 3}).set("keepdims", std::int64_t{0});
    m.model.output(m.quantise(y, 0.125F, 31));
    compare(m.model, 128);
  }
}

TEST_CASE("ImportReal.AverageTakesTheWeightWhoseScaleComesOutBest") {
  RealModel m(kInt8, {1, 64, 7, 7}, 6);
  const auto y = m.model.node("GlobalAveragePool", {m.input(0.731F, 3)});
  m.model.output(m.quantise(y, 0.0917F, 0));
  const net::Network network = import_model(m.model);
  const net::Layer& layer = network.layers.at(0);
  const double wanted = 0.731 / 49 / 0.0917;
  const double got =
      std::ldexp(layer.requant[0].multiplier, -layer.requant[0].shift) * layer.weights[0];
  CHECK(std::abs(got / wanted - 1) < 5e-8);  // a multiplier of 20 bits alone: up to 9.5e-7
  compare(m.model, 0);
}

TEST_CASE("ImportReal.AdditionOfTwoMapsAndOfConstants") {
  RealModel m(kUint8, {1, 4, 5, 5}, 7);
  const auto x = m.input(0.5F, 100);
  const auto w = m.weights({4, 4, 1, 1}, {1 / 64.0F});
  const auto side = m.both(m.model.node("Conv", {x, w}), 1.0F, 60);
  auto y = m.model.node("Relu", {m.model.node("Add", {side, x})});
  y = m.both(y, 1.0F, 20);
  y = m.model.node("Add", {m.reals({1, 4, 1, 1}, -64, 64), y});
  y = m.model.node("Div", {y, m.model.scalar(-2.0F)});
  m.model.output(m.quantise(y, 0.5F, 128));
  compare(m.model, 128);
  const net::Network network = import_model(m.model);
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[1].kind == net::LayerKind::kAdd);
  CHECK(network.layers[1].clamp_low == 20 - 128);
}

TEST_CASE("ImportReal.PoolingAndShapesBetweenAnOperatorAndItsQuantizeLinear") {
  RealModel m(kInt8, {1, 3, 8, 8}, 8);
  const auto w = m.weights({4, 3, 3, 3}, {1 / 64.0F});
  auto y = m.model.node("Relu", {m.model.node("Conv", {m.input(0.5F, 0), w})});
  y = m.model.node("MaxPool", {y}, "pool");
  m.model.set("kernel_shape", Dims{2, 2}).set("strides", Dims{2, 2});
  y = m.model.node("Dropout", {m.model.node("Flatten", {y})});
  m.model.output(m.quantise(y, 2.0F, -128));
  compare(m.model, 0);
  const net::Network network = import_model(m.model);
  CHECK(network.layers.size() == 2);
  CHECK(network.results[0].flat);
}

TEST_CASE("ImportReal.PaddingOfAMaxPoolIsLeftOutWhateverTheZeroPoint") {
  for (const int type : kTypes) {
    RealModel m(type, {1, 3, 7, 7}, 9);
    const auto y = m.model.node("MaxPool", {m.input(0.5F, 50)});
    m.model.set("kernel_shape", Dims{3, 3}).set("strides", Dims{2, 2});
    m.model.set("pads", Dims{1, 1, 1, 1});
    m.model.output(m.quantise(y, 0.5F, 50));
    compare(m.model, m.offset());
    CHECK(import_model(m.model).maps[0].pad_value == -128);
  }
}

TEST_CASE("ImportReal.ReluOfItsOwnIsTheClampOfTheLayerOrALayer") {
  for (const bool shared : {false, true}) {
    RealModel m(kInt8, {1, 2, 5, 5}, 10);
    const auto w = m.weights({2, 2, 3, 3}, {1 / 64.0F});
    m.model.node("Conv", {m.input(0.5F, 1), w}, "conv");
    m.model.set("pads", Dims{1, 1, 1, 1});
    const auto sum = m.both("conv_out", 1.0F, 6);
    auto y = m.both(m.model.node("Relu", {sum}), 1.0F, 6);
    if (shared) y = m.both(m.model.node("Add", {y, sum}), 2.0F, 0);
    m.model.output(m.quantise(m.model.node("Identity", {y}), shared ? 2.0F : 1.0F, shared ? 0 : 6));
    compare(m.model, 0);
    CHECK(import_model(m.model).layers.size() == (shared ? 3U : 1U));
  }
}

TEST_CASE("ImportReal.OperandsThroughReluAndMaxPoolWithoutQuantizeLinear") {
  RealModel m(kUint8, {1, 2, 6, 6}, 11);
  auto x = m.model.node("Relu", {m.input(0.5F, 120)});
  x = m.model.node("MaxPool", {x});
  m.model.set("kernel_shape", Dims{2, 2}).set("strides", Dims{2, 2});
  const auto y = m.model.node("Conv", {x, m.weights({3, 2, 3, 3}, {1 / 64.0F})});
  m.model.output(m.quantise(y, 1.0F, 128));
  compare(m.model, 128);
  CHECK(import_model(m.model).layers.size() == 3);
}

TEST_CASE("ImportReal.AMapQuantisedAnewIsScaled") {
  RealModel m(kInt8, {1, 3, 4, 4}, 12);
  m.model.output(m.quantise(m.input(0.5F, 9), 0.75F, -30));
  compare(m.model, 0);
  CHECK(import_model(m.model).layers.at(0).groups == 3);
}

TEST_CASE("ImportReal.WeightsQuantisedInTheGraphWithClip") {
  RealModel m(kInt8, {1, 2, 5, 5}, 13);
  const auto scale = m.model.scalar(3 / 16.0F), zero = zero_point(m.model, kInt8, 0);
  auto w = m.model.node("QuantizeLinear", {m.reals({3, 2, 3, 3}, -64, 64), scale, zero});
  w = m.model.node("Clip", {w, m.model.scalar(std::int8_t{-7}), m.model.scalar(std::int8_t{7})});
  w = m.model.node("DequantizeLinear", {w, scale, zero});
  m.model.output(m.quantise(m.model.node("Conv", {m.input(0.5F, 0), w}), 1.0F, 0));
  compare(m.model, 0, 1);
  const net::Network network = import_model(m.model);
  CHECK(network.layers.at(0).weight_bits == 4);
}

TEST_CASE("ImportReal.OperatorsOfQOperatorFormOnTwoDimensionsAndAverages") {
  Random random(14);
  OnnxModel model(kUint8, {1, 6, 4, 4});
  auto x = model.node("QLinearGlobalAveragePool",
                      {"input", model.scalar(0.5F), zero_point(model, kUint8, 20),
                       model.scalar(0.25F), zero_point(model, kUint8, 3)});
  model.proto.mutable_graph()->mutable_node(0)->set_domain("com.microsoft");
  x = model.node("Flatten", {x});
  x = model.node("QGemm", {x, model.scalar(0.25F), zero_point(model, kUint8, 3),
                           model.tensor({4, 6}, random.numbers<std::int8_t>(24, -127, 127)),
                           model.tensor<float>({4}, {0.5F, 0.25F, 0.125F, 0.5F}),
                           model.tensor<std::int8_t>({4}, {0, 0, 0, 0}),
                           model.tensor({4}, random.numbers<std::int32_t>(4, -999, 999)),
                           model.scalar(16.0F), zero_point(model, kUint8, 77)});
  model.set("transB", 1);
  model.proto.mutable_graph()->mutable_node(2)->set_domain("com.microsoft");
  x = model.node("QLinearMul", {x, model.scalar(16.0F), zero_point(model, kUint8, 77),
                                model.tensor<std::uint8_t>({4}, {1, 7, 200, 90}),
                                model.scalar(0.0625F), zero_point(model, kUint8, 64),
                                model.scalar(32.0F), zero_point(model, kUint8, 100)});
  model.proto.mutable_graph()->mutable_node(3)->set_domain("com.microsoft");
  model.output(x);
  compare(model, 128);
}

TEST_CASE("ImportReal.DamagedFilesNeverDoMoreThanThrowUserError") {
  RealModel m(kInt8, {1, 2, 8, 8}, 18);
  auto x = m.model.node("Conv",
                        {m.input(0.5F, 3), m.weights({4, 2, 3, 3}, {1, 2, 1, 2}), m.bias(4, 0.5F)});
  m.model.set("dilations", Dims{2, 1}).set("auto_pad", "SAME_UPPER");
  x = m.model.node("Mul", {x, m.reals({1, 4, 1, 1}, -9, 9)});
  x = m.model.node("Clip", {x, m.model.scalar(0.0F), m.model.scalar(6.0F)});
  x = m.model.node("MaxPool", {x});
  m.model.set("kernel_shape", Dims{3, 3}).set("strides", Dims{2, 2}).set("ceil_mode", 1);
  x = m.both(x, 0.25F, -128);
  x = m.both(m.model.node("Add", {x, x}), 0.5F, 0);
  x = m.model.node("ReduceMean", {x});
  m.model.set("axes", Dims{2, 3}).set("keepdims", std::int64_t{0});
  x = m.both(x, 0.25F, 0);
  x = m.model.node("Gemm", {x, m.weights({4, 5}, {1, 2, 1, 2, 1}, 1)});
  m.model.output(m.quantise(x, 4.0F, 0));
  import_model(m.model);
  const std::string original = m.model.bytes();
  Random random(19);
  int accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = original;
    for (int k = random.number(1, 3); k > 0; --k)
      bytes[static_cast<std::size_t>(random.number(0, static_cast<int>(bytes.size()) - 1))] ^=
          static_cast<char>(1 << random.number(0, 7));
    TemporaryFile file;
    file.write(bytes);
    try {
      net::import_network(file.path());
      ++accepted;
    } catch (const UserError&) {
    }
  }
  CHECK(accepted > 0);
}

TEST_CASE("ImportReal.WhatIsRefused") {
  RealModel real(kInt8, {1, 2, 5, 5}, 15);
  const auto conv = real.model.node("Conv", {real.input(1.0F, 0), real.weights({2, 2, 1, 1}, {1})});
  real.model.output(real.quantise(
      real.model.node("Conv", {conv, real.weights({2, 2, 1, 1}, {1})}, "second"), 1.0F, 0));
  CHECK(import_error(real.model) ==
        "node 'second' (Conv): its input 't3' is not quantised: QuantizeLinear and "
        "DequantizeLinear are missing before it");
  RealModel weights(kInt8, {1, 2, 5, 5}, 16);
  weights.model.output(weights.quantise(
      weights.model.node("Conv", {weights.input(1.0F, 0), weights.reals({2, 2, 1, 1}, 0, 9)}, "c"),
      1.0F, 0));
  CHECK(import_error(weights.model) ==
        "node 'c' (Conv): its weight 'const3' is not a constant behind DequantizeLinear: it is not "
        "quantised");
  RealModel axis(kInt8, {1, 2, 5, 5}, 17);
  axis.model.output(axis.quantise(
      axis.model.node("Conv", {axis.input(1.0F, 0), axis.weights({2, 2, 1, 1}, {1, 2}, 1)}, "c"),
      1.0F, 0));
  CHECK(import_error(axis.model) ==
        "node 'c' (Conv): its weights have scales along axis 1; supported are one scale, or one "
        "for each output channel, axis 0");
}

}  // namespace sluice::test
