// SPDX-License-Identifier: Apache-2.0
// Concatenations, slices, channel shuffles, and maps that grow: against the operators' definitions.
// Scales are powers of two.
#include <catch2/catch.hpp>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {
namespace {

/// A model of codes with operators of QOperator form, or of real numbers between QuantizeLinear and
/// DequantizeLinear.
struct Places {
  explicit Places(int type, const Dims& dims = {1, 6, 8, 8}) : type(type), model(type, dims) {}

  int offset() const { return type == kUint8 ? 128 : 0; }
  std::string zero(int value) { return zero_point(model, type, value); }

  /// A 3x3 convolution of codes.
  std::string conv(const std::string& x, int ins, int outs, float scale = 2.0F, int zero_out = 3,
                   float x_scale = 0.5F, int x_zero = 3) {
    const auto w =
        model.tensor({outs, ins, 3, 3}, random.numbers<std::int8_t>(outs * ins * 9L, -99, 99));
    const auto y = model.node("QLinearConv",
                              {x, model.scalar(x_scale), zero(x_zero), w, model.scalar(1 / 64.0F),
                               model.scalar(std::int8_t{0}), model.scalar(scale), zero(zero_out)});
    model.set("pads", Dims{1, 1, 1, 1});
    return y;
  }
  /// One that reads what conv() gives.
  std::string next(const std::string& x, int ins, int outs) {
    return conv(x, ins, outs, 64.0F, 9, 2.0F, 3);
  }
  std::string dequantise(const std::string& x, float scale = 2.0F, int zero_in = 3) {
    return model.node("DequantizeLinear", {x, model.scalar(scale), zero(zero_in)});
  }
  std::string quantise(const std::string& x, float scale = 2.0F, int zero_out = 3) {
    return model.node("QuantizeLinear", {x, model.scalar(scale), zero(zero_out)});
  }
  /// A Split in two.
  std::vector<std::string> split(const std::string& x, int first, int second) {
    const std::string a = model.node("Split", {x, model.shape({first, second})});
    model.set("axis", 1);
    auto* graph = model.proto.mutable_graph();
    graph->mutable_node(graph->node_size() - 1)->add_output(a + "_second");
    return {a, a + "_second"};
  }
  std::string concat(const std::vector<std::string>& all, std::int64_t axis = 1) {
    const std::string y = model.node("Concat", all);
    model.set("axis", axis);
    return y;
  }
  net::Network check(const std::string& output, double tolerance = 0) {
    model.output(output);
    compare(model, offset(), tolerance);
    return import_model(model);
  }

  Random random{3};
  int type;
  OnnxModel model;
};

const std::vector<int> kTypes = {kUint8, kInt8};

int copies(const net::Network& network) {
  int count = 0;
  for (const net::Layer& layer : network.layers) count += layer.kind == net::LayerKind::kMaxPool;
  return count;
}

}  // namespace

TEST_CASE("ImportPlaces.LayersWriteTheInputsOfAConcatenation") {
  for (const int type : kTypes) {
    Places m(type);
    const auto a = m.conv("input", 6, 5), b = m.conv("input", 6, 3);
    const net::Network network = m.check(m.next(m.concat({a, b}), 8, 4));
    CHECK(network.layers.size() == 3);
    CHECK(network.maps[network.layers[1].output].part->channel == 5);
  }
}

TEST_CASE("ImportPlaces.RealNumbersAreConcatenatedAsTheyAreQuantised") {
  for (const int type : kTypes) {
    Places m(type);
    const auto a = m.dequantise(m.conv("input", 6, 5)), b = m.dequantise(m.conv("input", 6, 3));
    const auto input = m.dequantise("input", 0.5F);
    auto y = m.model.node("Relu", {m.concat({a, b, input})});
    const net::Network network = m.check(m.next(m.quantise(y), 14, 4));
    CHECK(network.layers.size() == 6);  // limits and the input's scale are layers
  }
}

TEST_CASE("ImportPlaces.OperandsOfOtherScalesAreBroughtToTheOutputs") {
  for (const int type : kTypes) {
    Places m(type);
    const auto a = m.conv("input", 6, 5), b = m.conv("input", 6, 3, 4.0F, 7);
    auto y =
        m.model.node("QLinearConcat",
                     {m.model.scalar(2.0F), m.zero(3), a, m.model.scalar(2.0F), m.zero(3), b,
                      m.model.scalar(4.0F), m.zero(7), "input", m.model.scalar(0.5F), m.zero(3)});
    m.model.set("axis", 1);
    auto* graph = m.model.proto.mutable_graph();
    graph->mutable_node(graph->node_size() - 1)->set_domain("com.microsoft");
    const net::Network network = m.check(m.next(y, 14, 4));
    CHECK(network.layers.size() == 5);
  }
}

TEST_CASE("ImportPlaces.AMapInTwoPlacesIsCopied") {
  Places m(kUint8);
  const auto a = m.conv("input", 6, 5);
  const net::Network network = m.check(m.next(m.concat({a, a}), 10, 4));
  CHECK(copies(network) == 1);
}

TEST_CASE("ImportPlaces.ConcatenationsMayBeNestedAndOfRowsAndColumns") {
  for (const std::int64_t axis : {1, 2, 3, -3}) {
    Places m(kInt8);
    const auto a = m.conv("input", 6, 6), b = m.conv("input", 6, 6), c = m.conv("input", 6, 6);
    const auto inner = m.concat({a, b}, axis == -3 ? 1 : axis);
    const bool channels = axis == 1 || axis == -3;
    const auto all = channels ? m.concat({inner, c}, axis) : inner;
    const net::Network network = m.check(m.next(all, channels ? 18 : 6, 4));
    CHECK(network.layers.size() == 4);
  }
}

TEST_CASE("ImportPlaces.SlicesAndSplitsAreReadWhereTheyLie") {
  for (const bool real : {false, true}) {
    Places m(kUint8);
    auto x = m.conv("input", 6, 9);
    if (real) x = m.dequantise(x);
    auto halves = m.split(x, 4, 5);
    auto cut = m.model.node("Slice", {x, m.model.shape({2, 1, 0}), m.model.shape({7, 8, 7}),
                                      m.model.shape({1, 2, 3}), m.model.shape({1, 2, 3})});
    if (real)
      for (std::string* each : {&halves[0], &halves[1], &cut}) *each = m.quantise(*each);
    const auto a = m.next(halves[0], 4, 3), b = m.next(halves[1], 5, 3);
    m.next(cut, 5, 2);
    const net::Network network = m.check(m.conv(m.concat({b, a}), 6, 4, 64.0F, 1, 64.0F, 9));
    CHECK(network.layers.size() == 5);
  }
}

TEST_CASE("ImportPlaces.ResultsThatAreWrittenInPartsAreCopied") {
  Places m(kUint8);
  const auto a = m.conv("input", 6, 5), b = m.conv("input", 6, 3);
  CHECK(copies(m.check(m.concat({a, b}))) == 1);
  Places n(kUint8);
  CHECK(copies(n.check(n.split(n.conv("input", 6, 5), 2, 3)[1])) == 1);
}

TEST_CASE("ImportPlaces.MaximaAndSumsThatPadOneWholeGetMapsOfTheirOwn") {
  Places m(kInt8);
  const auto a = m.conv("input", 6, 5);
  const auto pooled = m.model.node("MaxPool", {a});
  m.model.set("kernel_shape", Dims{3, 3}).set("pads", Dims{1, 1, 1, 1});
  const net::Network network = m.check(m.next(m.concat({a, pooled}), 10, 4));
  CHECK(copies(network) == 2);
}

TEST_CASE("ImportPlaces.ChannelShufflesAreConvolutionsOfOnes") {
  for (const bool real : {false, true}) {
    Places m(kUint8);
    auto x = m.conv("input", 6, 12);
    const auto fold = [&](const std::string& y) { return real ? m.quantise(y) : y; };
    const auto unfold = [&](const std::string& y) { return real ? m.dequantise(y) : y; };
    x = fold(m.model.node("Reshape", {unfold(x), m.model.shape({1, 3, 4, 8, 8})}));
    auto y = m.model.node("Transpose", {unfold(x)});
    m.model.set("perm", Dims{0, 2, 1, 3, 4});
    y = fold(m.model.node("Reshape", {unfold(fold(y)), m.model.shape({1, 12, 8, 8})}));
    CHECK(m.check(m.next(y, 12, 4)).layers.size() == 3);
  }
}

TEST_CASE("ImportPlaces.ChannelShufflesEndInTheShapeOfTheirMap") {
  const auto ending = [](const Dims& shape) {
    Places m(kUint8);
    auto x = m.conv("input", 6, 12);
    x = m.model.node("Reshape", {x, m.model.shape({1, 3, 4, 8, 8})});
    x = m.model.node("Transpose", {x});
    m.model.set("perm", Dims{0, 2, 1, 3, 4});
    x = m.model.node("Reshape", {x, m.model.shape(shape)}, "last");
    m.model.output(m.next(x, 12, 4));
    return import_error(m.model);
  };
  CHECK(ending({1, 12, 8, 8}) == "accepted");
  CHECK(ending({1, 12, 4, 15}).find("node 'last' (Reshape): its shape is [1, 12, 4, 15]") == 0);
}

TEST_CASE("ImportPlaces.RowsAndColumnsAreRepeated") {
  for (const char* coordinates : {"asymmetric", "half_pixel"}) {
    for (const bool real : {false, true}) {
      Places m(kUint8, {1, 6, 3, 4});
      auto x = m.conv("input", 6, 5);
      if (real) x = m.dequantise(x);
      x = m.model.node("Resize", {x, "", m.model.tensor<float>({4}, {1, 1, 2, 2})});
      m.model.set("mode", "nearest").set("coordinate_transformation_mode", coordinates);
      m.model.set("nearest_mode", *coordinates == 'a' ? "floor" : "round_prefer_floor");
      const net::Network network = m.check(m.next(real ? m.quantise(x) : x, 5, 4));
      CHECK(copies(network) == 4);
    }
  }
}

TEST_CASE("ImportPlaces.PaddingBecomesThatOfTheLayerThatReads") {
  for (const bool real : {false, true}) {
    for (const bool only : {true, false}) {
      Places m(kUint8);
      auto x = m.conv("input", 6, 5);
      const auto value = real ? m.model.scalar(0.0F) : m.model.scalar(std::uint8_t{3});
      auto y = m.model.node(
          "Pad", {real ? m.dequantise(x) : x, m.model.shape({0, 0, 0, 1, 0, 0, 2, 1}), value});
      if (real) y = m.quantise(y);
      auto z = m.next(y, 5, 4);
      if (!only) {
        const auto w = m.model.node("MaxPool", {y});
        m.model.set("kernel_shape", Dims{1, 1});
        z = m.conv(m.concat({m.next(w, 5, 2), z}), 6, 3, 64.0F, 1, 64.0F, 9);
      }
      CHECK(m.check(z).layers.size() == (only ? 2 : 6));
    }
  }
}

TEST_CASE("ImportPlaces.TransposedConvolutionsAreOneLayerForEachPosition") {
  struct Row {
    std::int64_t kernel, stride, before, behind, more, group;
  };
  for (const Row& r : {Row{2, 2, 0, 0, 0, 1},
                       {3, 2, 1, 1, 1, 1},
                       {4, 2, 1, 1, 0, 2},
                       {3, 3, 0, 0, 2, 1},
                       {5, 2, 2, 1, 0, 1},
                       {1, 2, 0, 0, 1, 1},
                       {3, 1, 1, 1, 0, 3},
                       {2, 2, 1, 1, 0, 1},
                       {5, 2, 4, 0, 0, 1}}) {
    INFO("kernel " << r.kernel << ", stride " << r.stride << ", pads " << r.before << " "
                   << r.behind);
    Places m(kInt8, {1, 6, 5, 4});
    const auto x = m.dequantise("input", 0.5F);
    const Dims dims = {6, 6 / r.group, r.kernel, r.kernel};
    const auto w =
        m.model.node("DequantizeLinear",
                     {m.model.tensor(dims, m.random.numbers<std::int8_t>(count(dims), -99, 99)),
                      m.model.scalar(1 / 64.0F)});
    const auto bias = m.model.tensor<float>({6}, {1, -2, 3, 0, 5, -6});
    auto y = m.model.node("ConvTranspose", {x, w, bias}, "up");
    m.model.set("strides", Dims{r.stride, r.stride})
        .set("pads", Dims{r.before, r.before, r.behind, r.behind});
    m.model.set("output_padding", Dims{r.more, r.more}).set("group", r.group);
    y = m.model.node("Relu", {y});
    m.check(m.next(m.quantise(y), 6, 4));
  }
}

TEST_CASE("ImportPlaces.WhatIsNotSupportedIsNamed") {
  const auto error = [](const auto& build) {
    Places m(kUint8);
    m.model.output(build(m, m.conv("input", 6, 6)));
    return import_error(m.model);
  };
  CHECK(error([](Places& m, const std::string& x) {
          const auto y = m.model.node("Identity", {m.conv("input", 6, 6, 1.0F, 9)});
          return m.conv(m.concat({x, y}), 12, 3);
        }).find("is left to the host between layers") != std::string::npos);
  CHECK(error([](Places& m, const std::string& x) {
          return m.conv(m.model.node("Slice", {x, m.model.shape({0}), m.model.shape({6}),
                                               m.model.shape({1}), m.model.shape({2})}),
                        3, 3);
        }).find("is left to the host between layers") != std::string::npos);
  CHECK(error([](Places& m, const std::string& x) {
          const auto y =
              m.model.node("Resize", {x, "", m.model.tensor<float>({4}, {1, 1, 1.5F, 1.5F})});
          m.model.set("mode", "cubic");
          return y;
        }).find("modes nearest and linear") != std::string::npos);
  CHECK(error([](Places& m, const std::string& x) {
          return m.model.node(
              "Pad", {x, m.model.shape({0, 0, 0, 1, 0, 0, 2, 1}), m.model.scalar(std::uint8_t{9})});
        }).find("with what stands for zero") != std::string::npos);
  CHECK(error([](Places& m, const std::string& x) {
          return m.conv(m.model.node("Reshape", {x, m.model.shape({1, 4, 3, 8, 8})}), 3, 3);
        }).find("channel shuffle") != std::string::npos);
}

}  // namespace sluice::test
