// SPDX-License-Identifier: Apache-2.0
// Layers of runs of positions, and operators of two maps that become others: the golden model
// against the operators' definitions. Scales are powers of two.
#include <catch2/catch.hpp>

#include "tests/generator/network/real_model.h"

namespace sluice::test {
namespace {

const std::vector<int> kTypes = {kUint8, kInt8};
/// Divisors such as 20 have halves, which a multiplier of 16 bits rounds either way.
constexpr double kTies = 1;

struct Pool {
  std::int64_t kernel, stride, before, behind, ceil;
  std::size_t layers;  ///< 0: not checked
};

const std::vector<Pool> kPools = {{3, 1, 1, 1, 0, 9},  {3, 2, 1, 1, 0, 9}, {3, 2, 0, 1, 0, 1},
                                  {5, 1, 2, 2, 0, 25}, {2, 2, 0, 0, 1, 4}, {3, 2, 1, 1, 1, 9},
                                  {2, 1, 1, 0, 0, 4},  {8, 1, 4, 4, 0, 0}, {3, 3, 2, 2, 0, 9},
                                  {1, 1, 0, 0, 0, 1},  {2, 2, 0, 0, 0, 1}};

void set_pool(OnnxModel& model, const Pool& p) {
  model.set("kernel_shape", Dims{p.kernel, p.kernel}).set("strides", Dims{p.stride, p.stride});
  model.set("pads", Dims{p.before, p.before, p.behind, p.behind}).set("ceil_mode", p.ceil);
}

/// A 3x3 convolution of codes that pads, so that what it reads is not the last map.
std::string finish(RealModel& m, const std::string& x, int channels) {
  const auto y = m.model.node("Conv", {x, m.weights({2, channels, 3, 3}, {1 / 64.0F})});
  m.model.set("pads", Dims{1, 1, 1, 1});
  return m.quantise(y, 8, 5);
}

}  // namespace

TEST_CASE("ImportWindows.AveragesLeavePaddingOutOfTheirDivisors") {
  for (const int type : kTypes)
    for (const Pool& p : kPools) {
      INFO("kernel " << p.kernel << ", stride " << p.stride << ", pads " << p.before << " "
                     << p.behind);
      RealModel m(type, {1, 3, 9, 9}, 5);
      const auto y = m.model.node("AveragePool", {m.input(0.5F, 20)});
      set_pool(m.model, p);
      m.model.output(m.quantise(y, 0.25F, 31));
      compare(m.model, m.offset(), kTies);
      std::size_t sums = 0;
      for (const net::Layer& layer : import_model(m.model).layers)
        sums += layer.traits().has_weights();
      if (p.layers > 0) CHECK(sums == p.layers);
    }
}

TEST_CASE("ImportWindows.AveragesCountThePaddingThatIsGiven") {
  for (const char* op : {"AveragePool", "QLinearAveragePool"})
    for (const Pool& p : kPools) {
      INFO(op << " kernel " << p.kernel << ", stride " << p.stride);
      RealModel m(kUint8, {1, 3, 8, 9}, 6);
      const bool codes = op[0] == 'Q';
      const auto zero = [&](int value) { return zero_point(m.model, kUint8, value); };
      const auto x = codes ? m.model.node(op, {"input", m.model.scalar(0.5F), zero(20),
                                               m.model.scalar(0.25F), zero(31)})
                           : m.model.node(op, {m.input(0.5F, 20)});
      set_pool(m.model, p);
      m.model.set("count_include_pad", std::int64_t{1});
      if (codes) m.model.proto.mutable_graph()->mutable_node(0)->set_domain("com.microsoft");
      m.model.output(codes ? x : m.quantise(x, 0.25F, 31));
      compare(m.model, 128, kTies);
    }
}

TEST_CASE("ImportWindows.AveragesOfSamePaddingBehindAnAffineFunctionAndBeforeRelu") {
  RealModel m(kInt8, {1, 4, 7, 7}, 7);
  auto y = m.model.node("AveragePool", {m.input(0.5F, -7)});
  m.model.set("kernel_shape", Dims{3, 3}).set("strides", Dims{2, 2}).set("auto_pad", "SAME_UPPER");
  y = m.model.node("Mul", {y, m.model.tensor<float>({1, 4, 1, 1}, {1, -0.5F, 2, 0.25F})});
  y = m.both(m.model.node("Relu", {y}), 0.25F, -90);
  m.model.output(finish(m, y, 4));
  compare(m.model, 0, 1);
}

TEST_CASE("ImportWindows.AxesAreReduced") {
  for (const std::string op : {"ReduceMean", "ReduceSum", "ReduceMax", "GlobalMaxPool"})
    for (const Dims& axes : {Dims{2, 3}, Dims{2}, Dims{3}, Dims{1}}) {
      if (axes.size() == 1 && op != "ReduceMean") continue;
      INFO(op << " " << axes[0]);
      RealModel m(kUint8, {1, 5, 6, 4}, 5);
      const auto x = m.input(0.5F, 90);
      const auto y = m.model.node(op, {x});
      if (op != "GlobalMaxPool") m.model.set("axes", axes).set("keepdims", std::int64_t{1});
      m.model.output(m.quantise(y, op == "ReduceSum" ? 8 : 0.5F, 90));
      compare(m.model, 128, kTies);
    }
}

TEST_CASE("ImportWindows.ResizeInterpolates") {
  struct Row {
    float factor;
    const char* coordinates;
  };
  for (const Row& r : {Row{2, "half_pixel"},
                       {2, "asymmetric"},
                       {4, "half_pixel"},
                       {1.5F, "half_pixel"},
                       {0.5F, "half_pixel"},
                       {3, "pytorch_half_pixel"}}) {
    INFO(r.factor << " " << r.coordinates);
    RealModel m(kUint8, {1, 3, 6, 4}, 9);
    const auto scales = m.model.tensor<float>({4}, {1, 1, r.factor, r.factor});
    auto y = m.model.node("Resize", {m.input(0.5F, 40), "", scales});
    m.model.set("mode", "linear").set("coordinate_transformation_mode", r.coordinates);
    m.model.output(m.quantise(y, 0.25F, 31));
    compare(m.model, 128, r.factor == 2 ? 0 : 1);
  }
}

TEST_CASE("ImportWindows.ResizeLeavesPositionsOut") {
  for (const bool real : {false, true}) {
    RealModel m(kInt8, {1, 3, 6, 4}, 9);
    const auto x = real ? m.input(0.5F, 4) : std::string("input");
    auto y = m.model.node("Resize", {x, "", "", m.model.shape({1, 3, 3, 2})});
    m.model.set("mode", "nearest").set("nearest_mode", "floor");
    m.model.set("coordinate_transformation_mode", "asymmetric");
    y = real ? m.both(y, 0.5F, 4) : m.dequantise(y, 0.5F, 4);
    m.model.output(finish(m, y, 3));
    const net::Network network = import_model(m.model);
    const net::FeatureMap& resized = network.maps[network.layers.back().input];
    CHECK(resized.height == 3);
    CHECK(network.layers[0].stride_h == 2);
  }
}

TEST_CASE("ImportWindows.PaddingIsMirroredOrOfTheEdgeOrOfChannels") {
  for (const char* mode : {"reflect", "edge", "constant"})
    for (const int type : kTypes) {
      INFO(mode);
      RealModel m(type, {1, 3, 5, 6}, 4);
      const bool channels = *mode == 'c';
      const auto pads = channels ? Dims{0, 1, 1, 0, 0, 2, 0, 1} : Dims{0, 0, 2, 1, 0, 0, 0, 3};
      auto y = m.model.node("Pad", {m.input(0.5F, 9), m.model.shape(pads)});
      m.model.set("mode", mode);
      m.model.output(finish(m, m.both(y, 0.5F, 9), channels ? 6 : 3));
      compare(m.model, m.offset());
    }
}

TEST_CASE("ImportWindows.SumsAndMaximaPadOneMapWithDifferentValues") {
  for (const int type : kTypes) {
    RealModel m(type, {1, 3, 5, 5}, 7);
    const auto x = m.both(m.input(0.5F, 10), 1, 20);
    const auto pool = m.model.node("MaxPool", {x});
    m.model.set("kernel_shape", Dims{3, 3}).set("pads", Dims{1, 1, 1, 1});
    auto y = m.model.node("Conv", {x, m.weights({3, 3, 3, 3}, {1 / 64.0F})});
    m.model.set("pads", Dims{1, 1, 1, 1});
    y = m.model.node("Concat", {m.both(y, 2, 5), m.both(pool, 1, 20)});
    m.model.set("axis", std::int64_t{1});
    m.model.output(finish(m, m.both(y, 2, 5), 6));
    compare(m.model, m.offset());
  }
}

TEST_CASE("ImportWindows.DifferencesMeansAndExtremesOfTwoMaps") {
  for (const std::string op : {"Sub", "Sum", "Mean", "Max", "Min"})
    for (const int type : kTypes) {
      INFO(op);
      RealModel m(type, {1, 3, 5, 5}, 7);
      const auto x = m.input(0.5F, 10);
      auto other = m.model.node("Conv", {x, m.weights({3, 3, 1, 1}, {1 / 64.0F})});
      other = m.both(other, 1, 3);
      const auto y = m.model.node("Relu", {m.model.node(op, {other, x})});
      m.model.output(m.quantise(y, 0.5F, 7));
      compare(m.model, m.offset());
    }
}

TEST_CASE("ImportWindows.OneChannelOrOnePositionIsSpread") {
  for (const std::string op : {"Add", "Mul", "Sub"})
    for (const bool channel : {true, false}) {
      INFO(op << channel);
      RealModel m(kUint8, {1, 4, 5, 5}, 8);
      const auto x = m.input(0.5F, 100);
      auto y = channel ? m.model.node("Conv", {x, m.weights({1, 4, 1, 1}, {1 / 64.0F})})
                       : m.model.node("GlobalAveragePool", {x});
      y = m.both(y, 0.5F, 128);
      m.model.output(m.quantise(m.model.node(op, {y, x}), op == "Mul" ? 8 : 1, 120));
      compare(m.model, 128);
    }
}

TEST_CASE("ImportWindows.ChannelsBecomePositionsAndBack") {
  for (const std::string op : {"DepthToSpace", "SpaceToDepth"})
    for (const char* mode : {"DCR", "CRD"}) {
      const bool space = op[0] == 'D';
      RealModel m(kInt8, {1, space ? 8 : 2, 4, 6}, 3);
      auto y = m.model.node(op, {m.input(0.5F, 9)});
      m.model.set("blocksize", std::int64_t{2});
      if (space) m.model.set("mode", mode);
      m.model.output(finish(m, m.both(y, 0.5F, 9), space ? 2 : 8));
      compare(m.model, 0);
    }
}

TEST_CASE("ImportWindows.ValuesBecomeMapsAndMapsValues") {
  RealModel m(kUint8, {1, 3, 4, 4}, 3);
  const auto x = m.input(0.5F, 100);
  const auto y = m.model.node("Reshape", {x, m.model.shape({-1, 12, 2, 2})});
  m.model.output(finish(m, m.both(y, 0.5F, 100), 12));
  compare(m.model, 128);
}

TEST_CASE("ImportWindows.FlattenedMapsAreConcatenatedAndDivided") {
  for (const bool divided : {false, true}) {
    RealModel m(kUint8, {1, 3, 4, 4}, 3);
    const auto x = m.input(0.5F, 100);
    const auto pool = m.model.node("MaxPool", {x});
    m.model.set("kernel_shape", Dims{2, 2}).set("strides", Dims{2, 2});
    auto y = m.model.node("Concat", {m.both(m.model.node("Flatten", {x}), 0.5F, 100),
                                     m.both(m.model.node("Flatten", {pool}), 0.5F, 100)});
    m.model.set("axis", std::int64_t{1});
    y = m.both(y, 0.5F, 100);
    if (divided) y = m.both(m.model.node("Identity", {y}), 0.5F, 100);
    y = m.model.node("Gemm", {y, m.weights({60, 4}, {1 / 64.0F})});
    m.model.output(m.quantise(y, 8, 5));
    compare(m.model, 128);
  }
}

TEST_CASE("ImportWindows.WhatIsRefused") {
  const auto error = [](const auto& build) {
    RealModel m(kUint8, {1, 4, 20, 20}, 8);
    m.model.output(m.quantise(build(m, m.input(0.5F, 100)), 1, 0));
    return import_error(m.model);
  };
  CHECK(error([](RealModel& m, const std::string& x) {
          const auto y = m.model.node("Resize", {x, "", "", m.model.shape({1, 4, 40, 40})}, "r");
          m.model.set("mode", "linear").set("coordinate_transformation_mode", "align_corners");
          return y;
        }) ==
        "node 'r' (Resize): has 1521 positions with windows of their own; supported are 256, "
        "each of which becomes a layer");
  CHECK(error([](RealModel& m, const std::string& x) {
          return m.model.node("Sum", {x, x, x}, "s");
        }) ==
        "node 's' (Sum): has 3 inputs; supported are 2: write Add for each two, with "
        "QuantizeLinear between them");
  CHECK(error([](RealModel& m, const std::string& x) {
          return m.model.node("Div", {x, m.both(m.model.node("MaxPool", {x}), 1, 0)}, "d");
        }).find("kernel's height and width") != std::string::npos);
  CHECK(error([](RealModel& m, const std::string& x) {
          const auto y = m.model.node("ReduceMean", {x}, "m");
          m.model.set("axes", Dims{1, 2, 3});
          return y;
        }).find("node 'm' (ReduceMean): is over other axes than height, width and channels") == 0);
}

}  // namespace sluice::test
