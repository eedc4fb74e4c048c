// SPDX-License-Identifier: Apache-2.0
// TFLite files, from bytes to values: what each operator gives, from TFLite's definition of it.
#include <catch2/catch.hpp>

#include "tests/generator/network/tflite/tflite_model.h"
#include "verif/golden/results.h"

namespace sluice::test {
namespace {

// Options of windows: padding, strides and what comes behind.
constexpr std::int8_t kSame = 0, kValid = 1, kRelu = 1, kRelu6 = 3;

FlatFields conv_options(std::int8_t padding, int stride_w, int stride_h, std::int8_t activation,
                        int dilation_w = 1, int dilation_h = 1) {
  return {{0, flat_scalar(padding)},    {1, flat_scalar(stride_w)},   {2, flat_scalar(stride_h)},
          {3, flat_scalar(activation)}, {4, flat_scalar(dilation_w)}, {5, flat_scalar(dilation_h)}};
}

struct Window {
  int kernel_h, kernel_w, stride_h, stride_w;
  bool same;
  int dilation = 1;
};

/// What padding SAME puts before an axis: half of what the last window lacks, rounded down.
int before(int size, int kernel, int stride, bool same) {
  const int outputs = (size + stride - 1) / stride;
  return same ? std::max((outputs - 1) * stride + kernel - size, 0) / 2 : 0;
}
int outputs_of(int size, int kernel, int stride, bool same) {
  return same ? (size + stride - 1) / stride : (size - kernel) / stride + 1;
}

/// Weight of (output, y, x, channel); of depthwise convolutions only the channel's own.
using Weight = std::function<double(int, int, int, int)>;

Real convolve(const Real& in, const Window& w, int channels, const Weight& weight) {
  const int high = (w.kernel_h - 1) * w.dilation + 1, wide = (w.kernel_w - 1) * w.dilation + 1;
  Real out{outputs_of(in.height, high, w.stride_h, w.same),
           outputs_of(in.width, wide, w.stride_w, w.same),
           channels,
           {}};
  const int top = before(in.height, high, w.stride_h, w.same);
  const int left = before(in.width, wide, w.stride_w, w.same);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (int o = 0; o < channels; ++o) {
        double sum = 0;
        for (int ky = 0; ky < w.kernel_h; ++ky)
          for (int kx = 0; kx < w.kernel_w; ++kx) {
            const int iy = y * w.stride_h - top + ky * w.dilation;
            const int ix = x * w.stride_w - left + kx * w.dilation;
            if (iy < 0 || ix < 0 || iy >= in.height || ix >= in.width) continue;
            for (int c = 0; c < in.channels; ++c) sum += in.at(iy, ix, c) * weight(o, ky, kx, c);
          }
        out.values.push_back(sum);
      }
  return out;
}

template <typename Function>
Real each(Real real, const Function& function) {
  for (std::size_t i = 0; i < real.values.size(); ++i) real.values[i] = function(real.values[i], i);
  return real;
}

double relu(double x) { return std::max(x, 0.0); }

}  // namespace

TEST_CASE("Tflite.ConvolutionsHaveChannelsLastAndPaddingOfTheirOwn") {
  for (const bool same : {true, false}) {
    Random random(3);
    TfliteModel model;
    const Window window{3, 2, 2, 1, same};
    const auto values = random.numbers<std::int8_t>(5 * 3 * 2 * 4, -127, 127);
    const std::vector<float> scales = {0.01F, 0.02F, 0.005F, 0.03F, 0.011F};
    const std::vector<std::int32_t> bias = {100, -50, 7, 900, 0};
    const int x = model.map({1, 6, 5, 4}, 0.05F, 3);
    const int w = model.weights({5, 3, 2, 4}, values, scales);
    const int b = model.tensor({5}, tfl::kInt32, {0.0005F, 0.001F, 0.00025F, 0.0015F, 0.00055F}, 0,
                               0, flat_bytes(bias));
    const int y = model.map({1, 3, 5, 5}, 0.3F, -128);
    model.add(tfl::kConv, {x, w, b}, y, conv_options(same ? kSame : kValid, 1, 2, kRelu));
    const net::Network network = import_bytes(model.bytes(x, y));
    CHECK(network.channels_last);
    CHECK(network.layers.size() == 1);
    check_values(network, 0.05F, 3, 0.3F, -128, [&](const Real& in) {
      const Real sums = convolve(in, window, 5, [&](int o, int ky, int kx, int c) {
        return scales[o] * values[((o * 3 + ky) * 2 + kx) * 4 + c];
      });
      return each(sums, [&](double sum, std::size_t i) {
        const std::size_t o = i % 5;
        return relu(sum + bias[o] * 0.05 * scales[o]);
      });
    });
  }
}

/// Scales that a multiplier of 20 bits has exactly, so that all that differs is rounding.
TEST_CASE("Tflite.ScaledSumsAreRoundedTwiceHalvesUp") {
  Random random(4);
  TfliteModel model;
  const auto values = random.numbers<std::int8_t>(6 * 5, -127, 127);
  const int x = model.map({1, 6, 6, 5}, 0.5F, 7);
  const int w = model.weights({6, 1, 1, 5}, values, std::vector<float>(6, 0x1.8p-6F));
  const int y = model.map({1, 6, 6, 6}, 1.0F, -9);
  model.add(tfl::kConv, {x, w}, y, conv_options(kValid, 1, 1, 0));
  const net::Network network = import_bytes(model.bytes(x, y));
  CHECK(network.layers[0].rounds_twice);
  const golden::Tensor in{6, 6, 5, random.numbers<std::int8_t>(180, -128, 127)};
  const golden::Tensor out = golden::evaluate(network, in, true).back().output;
  int twice = 0;
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    int sum = 0;
    for (std::size_t c = 0; c < 5; ++c)
      sum += (in.values[i / 6 * 5 + c] - 7) * values[i % 6 * 5 + c];
    // 0.75 / 2^6: a multiplier below one and six bits
    const double first = std::floor(sum * 0.75 + 0.5);
    const double code = std::clamp(std::floor(first / 64 + 0.5) - 9, -128.0, 127.0);
    REQUIRE(out.values[i] == code);
    twice += std::nearbyint(sum * 0.75 / 64) != std::floor(first / 64 + 0.5) ? 1 : 0;
  }
  CHECK(twice > 0);
}

TEST_CASE("Tflite.MeansOfCodesHaveHalvesAwayFromZero") {
  for (const int taps : {2, 3, 4, 6}) {
    TfliteModel model;
    const int x = model.map({1, 1, 12, 16}, 0.05F, -128);
    const int y = model.map({1, 1, 12 / taps, 16}, 0.05F, -128);
    model.add(tfl::kAveragePool, {x}, y,
              {{0, flat_scalar(kValid)},
               {1, flat_scalar(taps)},
               {2, flat_scalar(1)},
               {3, flat_scalar(taps)},
               {4, flat_scalar(1)}});
    const net::Network network = import_bytes(model.bytes(x, y));
    for (const auto& [low, high] : {std::pair{-128, 127}, std::pair{-4, 4}}) {
      const golden::Tensor in{1, 12, 16, Random(8).numbers<std::int8_t>(192, low, high)};
      const golden::Tensor out = golden::evaluate(network, in, true).back().output;
      for (std::size_t i = 0; i < out.values.size(); ++i) {
        int sum = 0;
        for (int t = 0; t < taps; ++t) sum += in.values[(i / 16 * taps + t) * 16 + i % 16];
        INFO(taps << " taps, value " << i << ", sum " << sum);
        REQUIRE(out.values[i] == std::lround(double(sum) / taps));
      }
    }
  }
}

TEST_CASE("Tflite.DilatedConvolution") {
  Random random(4);
  TfliteModel model;
  const auto values = random.numbers<std::int8_t>(2 * 3 * 3 * 2, -127, 127);
  const int x = model.map({1, 7, 7, 2}, 0.05F, 0);
  const int w = model.weights({2, 3, 3, 2}, values, {0.01F});
  const int y = model.map({1, 7, 7, 2}, 0.2F, 0);
  model.add(tfl::kConv, {x, w}, y, conv_options(kSame, 1, 1, 0, 2, 2));
  check_values(import_bytes(model.bytes(x, y)), 0.05F, 0, 0.2F, 0, [&](const Real& in) {
    return convolve(in, {3, 3, 1, 1, true, 2}, 2, [&](int o, int ky, int kx, int c) {
      return 0.01F * values[((o * 3 + ky) * 3 + kx) * 2 + c];
    });
  });
}

TEST_CASE("Tflite.DepthwiseConvolutionsHaveTheirOutputsLast") {
  Random random(6);
  TfliteModel model;
  const auto values = random.numbers<std::int8_t>(3 * 3 * 6, -127, 127);
  const std::vector<float> scales = {0.01F, 0.02F, 0.005F, 0.03F, 0.011F, 0.02F};
  const int x = model.map({1, 5, 5, 3}, 0.05F, -7);
  const int w = model.weights({1, 3, 3, 6}, values, scales, 3);
  const int y = model.map({1, 5, 5, 6}, 0.05F, -100);
  model.add(tfl::kDepthwise, {x, w}, y,
            {{0, flat_scalar(kSame)},
             {1, flat_scalar(1)},
             {2, flat_scalar(1)},
             {3, flat_scalar(2)},  // outputs for each channel
             {4, flat_scalar(kRelu6)}});
  check_values(import_bytes(model.bytes(x, y)), 0.05F, -7, 0.05F, -100, [&](const Real& in) {
    const Real sums = convolve(in, {3, 3, 1, 1, true}, 6, [&](int o, int ky, int kx, int c) {
      return c == o / 2 ? scales[o] * values[(ky * 3 + kx) * 6 + o] : 0.0;
    });
    return each(sums, [](double sum, std::size_t) { return std::clamp(sum, 0.0, 6.0); });
  });
}

TEST_CASE("Tflite.DenseLayersSeeAFlattenedMapWithChannelsLast") {
  for (const bool reshaped : {true, false}) {
    Random random(7);
    TfliteModel model;
    const auto conv = random.numbers<std::int8_t>(3 * 2, -127, 127);
    const auto dense = random.numbers<std::int8_t>(4 * 2 * 5 * 3, -127, 127);
    const int x = model.map({1, 2, 5, 2}, 0.05F, 0);
    const int w = model.weights({3, 1, 1, 2}, conv, {0.01F});
    const int m = model.map({1, 2, 5, 3}, 1.0F / 128, 0);
    const int f = model.map({1, 30}, 1.0F / 128, 0);
    const int v = model.weights({4, 30}, dense, {0.01F, 0.02F, 0.01F, 0.01F});
    const int y = model.map({1, 4}, 0.1F, 5);
    model.add(tfl::kConv, {x, w}, m, conv_options(kSame, 1, 1, 0));
    if (reshaped) model.add(tfl::kReshape, {m, model.integers({1, -1})}, f);
    model.add(tfl::kFullyConnected, {reshaped ? f : m, v}, y);
    const net::Network network = import_bytes(model.bytes(x, y));
    REQUIRE(network.layers.size() == 2);
    // The map of the first layer is what the dense layer reads: its codes are those of the golden
    // model.
    Random inputs(8);
    golden::Tensor input{2, 5, 2, inputs.numbers<std::int8_t>(20, -128, 127)};
    const auto results = golden::evaluate(network, input, true);
    const auto& map = results[0].output.values;  // [y][x][channel]
    for (int o = 0; o < 4; ++o) {
      double sum = 0;
      for (std::size_t i = 0; i < map.size(); ++i) sum += map[i] / 128.0 * dense[o * 30 + i];
      const double code = std::clamp(sum * (o == 1 ? 0.02F : 0.01F) / 0.1F + 5, -128.0, 127.0);
      CHECK(std::abs(results[1].output.values[o] - code) <= 0.51);
    }
  }
}

TEST_CASE("Tflite.AdditionsPoolsAndMeans") {
  TfliteModel model;
  const int x = model.map({1, 4, 6, 3}, 0.05F, 10);
  const int a = model.map({1, 2, 3, 3}, 0.05F, 10);
  const int m = model.map({1, 2, 3, 3}, 0.05F, 10);
  const int s = model.map({1, 2, 3, 3}, 0.08F, -20);
  const int y = model.map({1, 3}, 0.04F, 1);
  const FlatFields window = {{0, flat_scalar(kValid)},
                             {1, flat_scalar(2)},
                             {2, flat_scalar(2)},
                             {3, flat_scalar(2)},
                             {4, flat_scalar(2)}};
  model.add(tfl::kAveragePool, {x}, a, window);
  model.add(tfl::kMaxPool, {x}, m, window);
  model.add(tfl::kAdd, {a, m}, s, {{0, flat_scalar(kRelu)}});
  model.add(tfl::kMean, {s, model.integers({1, 2})}, y);
  const net::Network network = import_bytes(model.bytes(x, y));
  CHECK(network.layers.size() == 4);
  const auto results = golden::evaluate(
      network, golden::Tensor{4, 6, 3, Random(9).numbers<std::int8_t>(72, -128, 127)}, true);
  const auto at = [](const golden::Tensor& t, std::size_t i) { return int{t.values[i]}; };
  for (std::size_t i = 0; i < 18; ++i) {
    const double sum = (at(results[0].output, i) - 10 + at(results[1].output, i) - 10) * 0.05;
    CHECK(std::abs(at(results[2].output, i) - std::clamp(relu(sum) / 0.08 - 20, -128.0, 127.0)) <=
          0.51);
  }
  for (std::size_t c = 0; c < 3; ++c) {
    double sum = 0;
    for (std::size_t p = 0; p < 6; ++p) sum += (at(results[2].output, p * 3 + c) + 20) * 0.08;
    CHECK(std::abs(at(results[3].output, c) - std::clamp(sum / 6 / 0.04 + 1, -128.0, 127.0)) <=
          0.51);
  }
}

TEST_CASE("Tflite.AConstantIsAddedToEachChannel") {
  TfliteModel model;
  const int x = model.map({1, 3, 3, 2}, 0.05F, 0);
  const int c = model.weights({2}, {100, -50}, {0.02F});
  const int y = model.map({1, 3, 3, 2}, 0.06F, 0);
  model.add(tfl::kAdd, {x, c}, y);
  check_values(import_bytes(model.bytes(x, y)), 0.05F, 0, 0.06F, 0, [](const Real& in) {
    return each(in, [](double v, std::size_t i) { return v + (i % 2 == 0 ? 2.0 : -1.0); });
  });
}

TEST_CASE("Tflite.WeightsOfFourBitsAreTwoAByte") {
  TfliteModel model;
  const int x = model.map({1, 1, 1, 3}, 0.05F, 0);
  const std::string packed = {0x71, static_cast<char>(0xf8), 0x02, 0x0e};  // 1 7 -8 | -1 2 0, -2
  const int w = model.tensor({2, 1, 1, 3}, tfl::kInt4, {0.1F}, 0, 0, packed.substr(0, 3));
  const int y = model.map({1, 1, 1, 2}, 0.05F, 0);
  model.add(tfl::kConv, {x, w}, y, conv_options(kSame, 1, 1, 0));
  const net::Network network = import_bytes(model.bytes(x, y));
  CHECK(network.layers[0].weights == std::vector<std::int8_t>{1, 7, -8, -1, 2, 0});
  CHECK(network.layers[0].weight_bits == 4);
}

TEST_CASE("Tflite.FloatEndsAreThoseOfTheNetwork") {
  TfliteModel model;
  const int f = model.tensor({1, 4, 4, 3}, tfl::kFloat32, {}, 0);
  const int x = model.map({1, 4, 4, 3}, 0.5F, -3);
  const int w = model.weights({2, 1, 1, 3}, {1, 2, 3, 4, 5, 6}, {1.0F});
  const int y = model.map({1, 4, 4, 2}, 0.25F, 7);
  const int r = model.tensor({1, 4, 4, 2}, tfl::kFloat32, {}, 0);
  model.add(tfl::kQuantize, {f}, x);
  model.add(tfl::kConv, {x, w}, y, conv_options(kSame, 1, 1, 0));
  model.add(tfl::kDequantize, {y}, r);
  const net::Network network = import_bytes(model.bytes(f, r));
  CHECK(network.input.scale == 0.5F);
  CHECK(network.input.zero_point == -3);
  CHECK(network.results[0].sources[0].scale == 0.25F);
  CHECK(network.results[0].sources[0].zero_point == 7);
}

TEST_CASE("Tflite.SoftmaxBehindTheLastLayerIsLeftToTheHost") {
  TfliteModel model;
  const int x = model.map({1, 4}, 0.5F, 0);
  const int w = model.weights({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}, {1.0F});
  const int y = model.map({1, 2}, 0.25F, 7);
  const int p = model.map({1, 2}, 1.0F / 256, -128);
  model.add(tfl::kFullyConnected, {x, w}, y);
  model.add(tfl::kSoftmax, {y}, p, {{0, flat_scalar(1.0F)}});
  const net::Network network = import_bytes(model.bytes(x, p));
  using Kind = net::HostStep::Kind;
  const std::vector<net::HostStep>& steps = network.results[0].host.steps;
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].kind == Kind::kSoftmax);
  CHECK(steps[1].kind == Kind::kQuantise);
  CHECK(steps[1].a == 1.0F / 256);
  CHECK(steps[2].kind == Kind::kDequantise);
}

TEST_CASE("Tflite.SeveralOutputsInTheirOrder") {
  TfliteModel model;
  const int x = model.map({1, 1, 2, 2}, 0.5F, 0);
  const int same = model.weights({2, 1, 1, 2}, {1, 0, 0, 1}, {1.0F});
  const int swapped = model.weights({2, 1, 1, 2}, {0, 1, 1, 0}, {1.0F});
  const int y = model.map({1, 1, 2, 2}, 0.5F, 3), z = model.map({1, 1, 2, 2}, 0.5F, -4);
  model.add(tfl::kConv, {x, same}, y, conv_options(kSame, 1, 1, kRelu));
  model.add(tfl::kConv, {y, swapped}, z, conv_options(kSame, 1, 1, 0));
  const net::Network network = import_bytes(model.bytes(x, {z, y}));
  REQUIRE(network.results.size() == 2);
  const golden::Tensor input{1, 2, 2, {5, -6, 7, 8}};
  const auto maps = golden::results_of(network, golden::evaluate(network, input, false));
  CHECK(golden::numbers_of(network, 0, maps) == std::vector<float>{-4, 4, 1, 3});
  CHECK(golden::numbers_of(network, 1, maps) == std::vector<float>{8, 10, 3, 11});
}

TEST_CASE("Tflite.OnlyWhatTheOutputTakesIsRead") {
  TfliteModel model;
  const int x = model.map({1, 2, 2, 1}, 0.5F, 0);
  const int w = model.weights({1, 1, 1, 1}, {3}, {1.0F});
  const int y = model.map({1, 2, 2, 1}, 0.5F, 0);
  model.add(tfl::kConv, {x, w}, y, conv_options(kSame, 1, 1, 0));
  model.add(tfl::kArgMax, {y}, model.map({1}, 1.0F, 0));
  CHECK(import_bytes(model.bytes(x, y)).layers.size() == 1);
}

TEST_CASE("Tflite.ALayerHasTheLastOfTheNamesThatTheConverterJoins") {
  TfliteModel model;
  const int x = model.map({1, 2, 2, 1}, 0.5F, 0);
  const int w = model.weights({1, 1, 1, 1}, {3}, {1.0F});
  const int y = model.tensor({1, 2, 2, 1}, tfl::kInt8, {0.5F}, 0, 0, "", "m/Relu;m/bn;m/conv2d");
  model.add(tfl::kConv, {x, w}, y, conv_options(kSame, 1, 1, 0));
  CHECK(import_bytes(model.bytes(x, y)).layers[0].name == "m/conv2d");
}

}  // namespace sluice::test
