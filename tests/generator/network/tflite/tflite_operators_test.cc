// SPDX-License-Identifier: Apache-2.0
// Operators of TFLite on single values, and those that move values, each from TFLite's definition.
#include <catch2/catch.hpp>

#include "tests/generator/network/tflite/tflite_model.h"

namespace sluice::test {
namespace {

constexpr float kScale = 1.0F / 32, kOutScale = 1.0F / 64;
constexpr int kZero = 3, kOutZero = -10;
const Shape kShape = {1, 4, 3, 4};

using Function = std::function<double(double)>;

/// A network of one operator on a map, and perhaps a constant.
net::Network of_one(int code, const FlatFields& options = {},
                    const std::vector<float>& second = {}) {
  TfliteModel model;
  const int x = model.map(kShape, kScale, kZero);
  const int y = model.map(kShape, kOutScale, kOutZero);
  std::vector<std::int32_t> inputs = {x};
  if (!second.empty()) {
    std::vector<std::int8_t> codes;
    for (const float value : second) codes.push_back(static_cast<std::int8_t>(value * 64));
    inputs.push_back(model.weights({static_cast<std::int32_t>(second.size())}, codes, {1.0F / 64}));
  }
  model.add(code, inputs, y, options);
  return import_bytes(model.bytes(x, y));
}

void check_each(int code, const Function& function, const FlatFields& options = {},
                const std::vector<float>& second = {}) {
  INFO("operator " << code);
  check_values(of_one(code, options, second), kScale, kZero, kOutScale, kOutZero,
               [&](const Real& in) {
                 Real out = in;
                 for (double& value : out.values) value = function(value);
                 return out;
               });
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// A network from a map of `shape` to one of `out`, both of the same scale, by one operator with
/// further constant inputs.
struct Mover {
  Mover(const Shape& shape, const Shape& out)
      : x(model.map(shape, kScale, kZero)), y(model.map(out, kScale, kZero)) {}

  /// Output value (y, x, c) must be `wanted` of the input.
  void check(const std::function<double(const Real&, int, int, int)>& wanted, const Shape& out) {
    check_values(import_bytes(model.bytes(x, y)), kScale, kZero, kScale, kZero,
                 [&](const Real& in) {
                   Real result{out[1], out[2], out[3], {}};
                   for (int row = 0; row < out[1]; ++row)
                     for (int column = 0; column < out[2]; ++column)
                       for (int c = 0; c < out[3]; ++c)
                         result.values.push_back(wanted(in, row, column, c));
                   return result;
                 });
  }

  TfliteModel model;
  int x, y;
};

}  // namespace

TEST_CASE("TfliteOperators.FunctionsOfOneValue") {
  check_each(14, sigmoid);                                                          // LOGISTIC
  check_each(28, [](double x) { return std::tanh(x); });                            // TANH
  check_each(19, [](double x) { return std::max(x, 0.0); });                        // RELU
  check_each(21, [](double x) { return std::clamp(x, 0.0, 6.0); });                 // RELU6
  check_each(20, [](double x) { return std::clamp(x, -1.0, 1.0); });                // RELU_N1_TO_1
  check_each(101, [](double x) { return std::abs(x); });                            // ABS
  check_each(59, [](double x) { return -x; });                                      // NEG
  check_each(47, [](double x) { return std::exp(x); });                             // EXP
  check_each(111, [](double x) { return x < 0 ? std::expm1(x) : x; });              // ELU
  check_each(117, [](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); });  // HARD_SWISH
  check_each(98, [](double x) { return x < 0 ? 0.25 * x : x; },
             {{0, flat_scalar(0.25F)}});  // LEAKY_RELU
  check_each(150, [](double x) { return x * 0.5 * (1 + std::erf(x / std::sqrt(2.0))); });  // GELU
}

TEST_CASE("TfliteOperators.ArithmeticWithAConstant") {
  check_each(0, [](double x) { return x + 0.5; }, {}, {0.5F});              // ADD
  check_each(41, [](double x) { return x - 0.75; }, {}, {0.75F});           // SUB
  check_each(18, [](double x) { return x * 0.5; }, {}, {0.5F});             // MUL
  check_each(42, [](double x) { return x / 1.25; }, {}, {1.25F});           // DIV
  check_each(55, [](double x) { return std::max(x, -0.5); }, {}, {-0.5F});  // MAXIMUM
  check_each(57, [](double x) { return std::min(x, 0.5); }, {}, {0.5F});    // MINIMUM
}

TEST_CASE("TfliteOperators.PreluHasASlopeForEachChannel") {
  const std::vector<float> slopes = {0.25F, 0.5F, 0.125F, 0.75F};
  check_values(of_one(54, {}, slopes), kScale, kZero, kOutScale, kOutZero, [&](const Real& in) {
    Real out = in;
    for (std::size_t i = 0; i < out.values.size(); ++i)
      if (out.values[i] < 0) out.values[i] *= slopes[i % 4];
    return out;
  });
}

TEST_CASE("TfliteOperators.ConcatenationAndSplitAreOfChannels") {
  const Shape out = {1, 4, 3, 8};
  Mover both(kShape, out);
  both.model.add(tfl::kConcatenation, {both.x, both.x}, both.y, {{0, flat_scalar(-1)}});
  both.check([](const Real& in, int y, int x, int c) { return in.at(y, x, c % 4); }, out);

  const Shape half = {1, 4, 3, 2};
  Mover parts(kShape, kShape);
  const int a = parts.model.map(half, kScale, kZero), b = parts.model.map(half, kScale, kZero);
  parts.model.add(49, {parts.model.integers({3}), parts.x}, {a, b});  // SPLIT
  parts.model.add(tfl::kConcatenation, {b, a}, parts.y, {{0, flat_scalar(3)}});
  parts.check([](const Real& in, int y, int x, int c) { return in.at(y, x, (c + 2) % 4); }, kShape);

  Mover uneven(kShape, kShape);
  const int one = uneven.model.map({1, 4, 3, 1}, kScale, kZero);
  const int three = uneven.model.map({1, 4, 3, 3}, kScale, kZero);
  uneven.model.add(102, {uneven.x, uneven.model.integers({1, 3}), uneven.model.integers({3})},
                   {one, three});  // SPLIT_V
  uneven.model.add(tfl::kConcatenation, {three, one}, uneven.y, {{0, flat_scalar(3)}});
  uneven.check([](const Real& in, int y, int x, int c) { return in.at(y, x, (c + 1) % 4); },
               kShape);
}

// NEG behind, since a slice of the input alone has no layer.
TEST_CASE("TfliteOperators.SlicesTakeAStretchOfEachAxis") {
  const Shape out = {1, 2, 3, 2};
  Mover slice(kShape, out);
  const int part = slice.model.map(out, kScale, kZero);
  slice.model.add(
      65, {slice.x, slice.model.integers({0, 1, 0, 2}), slice.model.integers({1, 2, -1, 2})},
      part);  // SLICE
  slice.model.add(59, {part}, slice.y);
  slice.check([](const Real& in, int y, int x, int c) { return -in.at(y + 1, x, c + 2); }, out);

  const Shape second = {1, 2, 2, 4};
  Mover strided(kShape, second);
  const int every = strided.model.map(second, kScale, kZero);
  strided.model.add(45,
                    {strided.x, strided.model.integers({0, 1, 0, 1}),
                     strided.model.integers({0, 4, 3, 2}), strided.model.integers({1, 2, 2, 1})},
                    every, {{0, flat_scalar(9)}, {1, flat_scalar(9)}});  // begin, end: masked
  strided.model.add(59, {every}, strided.y);
  strided.check([](const Real& in, int y, int x, int c) { return -in.at(2 * y + 1, 2 * x, c); },
                second);
}

TEST_CASE("TfliteOperators.PaddingIsThatOfTheConvolutionBehind") {
  const Shape padded = {1, 7, 4, 4}, out = {1, 6, 3, 1};
  Mover mover(kShape, out);
  const int p = mover.model.map(padded, kScale, kZero);
  const int w = mover.model.weights({1, 2, 2, 4}, std::vector<std::int8_t>(16, 4), {1.0F / 64});
  mover.model.add(34, {mover.x, mover.model.integers({0, 0, 2, 1, 0, 1, 0, 0})}, p);  // PAD
  mover.model.add(tfl::kConv, {p, w}, mover.y,
                  {{0, flat_scalar<std::int8_t>(1)}, {1, flat_scalar(1)}, {2, flat_scalar(1)}});
  mover.check(
      [](const Real& in, int y, int x, int) {
        double sum = 0;
        for (int ky = y - 2; ky < y; ++ky)
          for (int kx = x; kx < x + 2; ++kx)
            for (int c = 0; c < 4; ++c)
              if (ky >= 0 && ky < in.height && kx < in.width) sum += in.at(ky, kx, c) / 16;
        return sum;
      },
      out);
}

TEST_CASE("TfliteOperators.MapsThatGrow") {
  const Shape out = {1, 8, 6, 4};
  for (const bool half_pixel : {false, true}) {
    Mover nearest(kShape, out);
    nearest.model.add(97, {nearest.x, nearest.model.integers({8, 6})}, nearest.y,
                      {{0, flat_scalar(false)}, {1, flat_scalar(half_pixel)}});
    nearest.check([](const Real& in, int y, int x, int c) { return in.at(y / 2, x / 2, c); }, out);
  }
  // Transposed: input (y, x) adds its weights to outputs (2 y - 0 .. 2 y + 1, ..).
  Random random(31);
  const Shape one = {1, 8, 6, 1};
  const auto weights = random.numbers<std::int8_t>(1 * 2 * 2 * 4, -20, 20);
  Mover mover(kShape, one);
  const int w = mover.model.weights({1, 2, 2, 4}, weights, {1.0F / 64});
  mover.model.add(67, {mover.model.integers({1, 8, 6, 1}), w, mover.x}, mover.y,
                  {{0, flat_scalar<std::int8_t>(0)}, {1, flat_scalar(2)}, {2, flat_scalar(2)}});
  mover.check(
      [&](const Real& in, int y, int x, int) {
        double sum = 0;
        for (int c = 0; c < 4; ++c)
          sum += in.at(y / 2, x / 2, c) * weights[((y % 2) * 2 + x % 2) * 4 + c] / 64;
        return sum;
      },
      one);
}

TEST_CASE("TfliteOperators.AProductOfAMapAndItsMeans") {
  TfliteModel model;
  const int x = model.map(kShape, kScale, kZero);
  const int m = model.map({1, 1, 1, 4}, kScale, kZero);
  const int y = model.map(kShape, kScale, kZero);
  model.add(tfl::kMean, {x, model.integers({1, 2})}, m, {{0, flat_scalar(true)}});
  model.add(18, {x, m}, y);
  const net::Network network = import_bytes(model.bytes(x, y));
  REQUIRE(network.layers.size() == 2);
  const golden::Tensor input{4, 3, 4, Random(8).numbers<std::int8_t>(48, -128, 127)};
  const auto results = golden::evaluate(network, input, true);
  for (std::size_t i = 0; i < 48; ++i) {
    const double mean = (results[0].output.values[i % 4] - kZero) * double{kScale};
    const double product = (input.values[i] - kZero) * double{kScale} * mean;
    const double code = std::clamp(product / kScale + kZero, -128.0, 127.0);
    CHECK(std::abs(results[1].output.values[i] - code) <= 0.51);
  }
}

TEST_CASE("TfliteOperators.AveragesOfSamePaddingLeaveItOut") {
  const net::Network network = of_one(tfl::kAveragePool, {{0, flat_scalar<std::int8_t>(0)},
                                                          {1, flat_scalar(1)},
                                                          {2, flat_scalar(1)},
                                                          {3, flat_scalar(3)},
                                                          {4, flat_scalar(2)}});
  const double step = kOutScale;
  check_values(network, kScale, kZero, step, kOutZero, [&](const Real& in) {
    Real out = in;
    for (int y = 0; y < in.height; ++y)
      for (int x = 0; x < in.width; ++x)
        for (int c = 0; c < in.channels; ++c) {
          double sum = 0, count = 0;
          // The odd row of padding is behind
          for (int row = y; row < std::min(y + 2, in.height); ++row)
            for (int column = std::max(x - 1, 0); column < std::min(x + 2, in.width); ++column) {
              sum += in.values[(std::size_t(row) * in.width + column) * in.channels + c];
              ++count;
            }
          out.values[(std::size_t(y) * in.width + x) * in.channels + c] = sum / count;
        }
    return out;
  });
}

}  // namespace sluice::test
