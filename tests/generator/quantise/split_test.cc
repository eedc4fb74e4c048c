// SPDX-License-Identifier: Apache-2.0
// Input channels that are split: their order, the halves' codes, and networks with and without.
#include "generator/quantise/split.h"

#include <algorithm>
#include <cmath>

#include "generator/network/import_network.h"
#include "generator/quantise/quantise.h"
#include "generator/quantise/weights.h"
#include "tests/generator/quantise/support.h"

namespace sluice::quantise::test {
namespace {

constexpr std::size_t kMany = 1000;

std::vector<int> parts_of(const Splits& splits) {
  std::vector<int> counts;
  for (const auto& parts : splits) counts.push_back(static_cast<int>(parts.size()));
  return counts;
}

/// Normally distributed weights, one input channel times `outlier`.
Tensor with_outlier(const Dims& dims, std::size_t channel, float outlier) {
  Tensor weights = drawn(dims, 7);
  const InputChannels channels = input_channels(weights, 1, 1);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (channels.of(i) == channel) weights.reals[i] *= outlier;
  return weights;
}

WeightOptions split_options(double share) {
  WeightOptions options;
  options.bits = 4;
  options.per_tensor = true;
  options.split = share;
  return options;
}

/// A convolution by codes as real numbers, of the input's channels once or twice.
OnnxModel code_network(const Dims& input, bool twice, const Dims& dims,
                       const std::vector<float>& codes) {
  OnnxModel model(kFloat, input);
  std::string x = "input";
  if (twice) {
    x = model.node("Concat", {x, x}, "twice");
    model.set("axis", 1);
  }
  model.output(model.node("Conv", {x, model.tensor<float>(dims, codes)}, "conv"));
  return model;
}

}  // namespace

TEST_CASE("Split.HalvesAddUpToTheRoundedWeight") {
  const std::vector<Part> once = split_largest({1}, 1, kMany)[0];
  CHECK(once == std::vector<Part>{{1, -0.25}, {1, 0.25}});
  for (const int splits : {0, 1, 2, 3, 7}) {
    const std::vector<Part> parts = split_largest({1}, splits, kMany)[0];
    REQUIRE(parts.size() == static_cast<std::size_t>(splits) + 1);
    // Halves and quarters among them, which numbers of base two hold exactly
    for (int k = -64 * 20; k <= 64 * 20; ++k)
      REQUIRE(split_code(k / 64.0, parts, 1000) == std::floor(k / 64.0 + 0.5));
  }
}

TEST_CASE("Split.AChannelSplitOnceHasCodesOfOneBitMore") {
  const std::vector<Part> parts = split_largest({1}, 1, kMany)[0];
  for (int v = -14; v <= 14; ++v) CHECK(split_code(v, parts, 7) == v);
  CHECK(split_code(15.4, parts, 7) == 14);
  CHECK(split_code(-100, parts, 7) == -14);
}

TEST_CASE("Split.TheLargestGoesFirstAndMayBeSplitAgain") {
  CHECK(parts_of(split_largest({1, 5, 3}, 0, kMany)) == std::vector<int>{1, 1, 1});
  CHECK(parts_of(split_largest({1, 5, 3}, 1, kMany)) == std::vector<int>{1, 2, 1});
  CHECK(parts_of(split_largest({1, 5, 3}, 2, kMany)) == std::vector<int>{1, 2, 2});
  CHECK(parts_of(split_largest({1, 5, 3}, 4, kMany)) == std::vector<int>{1, 4, 2});
  // Of equal channels the first; no channel beyond its most parts
  CHECK(parts_of(split_largest({2, 2}, 1, kMany)) == std::vector<int>{2, 1});
  CHECK(parts_of(split_largest({9, 1}, 3, 2)) == std::vector<int>{2, 2});
}

TEST_CASE("Split.TheShareIsRoundedUp") {
  CHECK(splits_of(0, 100) == 0);
  CHECK(splits_of(0.02, 50) == 1);
  CHECK(splits_of(0.02, 51) == 2);
  CHECK(splits_of(0.02, 3) == 1);
  CHECK(splits_of(0.05, 60) == 3);
}

TEST_CASE("Split.AnOutlierDoesNotWidenTheGridOfTheOthers") {
  const Tensor weights = with_outlier({8, 16, 3, 3}, 5, 4);
  const QuantisedWeights whole = quantise_weights(weights, split_options(0));
  const QuantisedWeights split = quantise_weights(weights, split_options(0.02));
  CHECK(whole.splits == 0);
  CHECK(split.splits == 1);
  CHECK(split.scales[0] == whole.scales[0] / 2);
  const InputChannels channels = input_channels(weights, 1, 1);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto most = channels.of(i) == 5 ? 14 : 7;
    REQUIRE(std::abs(split.codes.ints[i]) <= most);
    REQUIRE(std::abs(split.codes.ints[i] * double(split.scales[0]) - weights.reals[i]) <=
            0.501 * split.scales[0]);
  }
}

TEST_CASE("Split.WithoutAShareNothingChanges") {
  const Tensor weights = with_outlier({8, 16, 3, 3}, 5, 4);
  for (const Clip clip : {Clip::kMax, Clip::kMse, Clip::kAciq, Clip::kKl}) {
    WeightOptions options = split_options(0);
    options.clip = clip;
    const QuantisedWeights codes = quantise_weights(weights, options);
    const Grid grid = symmetric_grid(clip_magnitude(weights.reals, clip, 4), 4);
    for (std::size_t i = 0; i < weights.size(); ++i)
      REQUIRE(codes.codes.ints[i] == grid.code(weights.reals[i]));
  }
}

TEST_CASE("Split.CodesOfManyPartsFitTheirType") {
  Tensor weights = with_outlier({4, 8, 1, 1}, 2, 1e6F);
  for (const int bits : {2, 3, 4, 5, 6, 7}) {
    WeightOptions options = split_options(1);
    options.bits = bits;
    const QuantisedWeights codes = quantise_weights(weights, options);
    for (const auto code : codes.codes.ints) REQUIRE(std::abs(code) <= 127);
  }
}

TEST_CASE("Split.GroupsHaveChannelsOfTheirOwn") {
  const Tensor weights{{4, 2, 1, 1}, {1, 1, 1, 1, 1, 9, 1, 1}, {}, kFloat};
  const InputChannels channels = input_channels(weights, 1, 2);
  CHECK(channels.count == 4);
  CHECK(channels.of(5) == 3);
  WeightOptions options = split_options(0.01);
  options.groups = 2;
  CHECK(quantise_weights(weights, options).codes.ints == Dims{2, 2, 2, 2, 2, 14, 2, 2});
  // Of ConvTranspose, whose inputs lie along axis 0
  const Tensor transposed{{4, 2, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 9}, {}, kFloat};
  CHECK(input_channels(transposed, 0, 2).of(7) == 3);
  // A depthwise convolution has a channel for each output, and no sum to split
  const Tensor depthwise = drawn({6, 1, 3, 3}, 3);
  WeightOptions of_groups = split_options(0.5);
  of_groups.groups = 6;
  CHECK(quantise_weights(depthwise, of_groups).splits == 0);
}

TEST_CASE("Split.ANetworkWithTheChannelTwiceGivesTheSame") {
  const Dims dims{8, 16, 3, 3};
  const Tensor weights = with_outlier(dims, 5, 4);
  const QuantisedWeights split = quantise_weights(weights, split_options(0.02));
  // All channels twice, the second time with what the first leaves of codes that have two parts
  const InputChannels channels = input_channels(weights, 1, 1);
  const Dims wide{8, 32, 3, 3};
  std::vector<float> codes(split.codes.ints.begin(), split.codes.ints.end()), parts;
  for (std::size_t i = 0; i < 8 * 32 * 9; ++i) {
    const std::size_t c = i / 9 % 32, from = i / (32 * 9) * 16 * 9 + c % 16 * 9 + i % 9;
    const double steps = weights.reals[from] / split.scales[0];
    const double offset = c < 16 ? -0.25 : 0.25;
    if (channels.of(from) == 5)
      parts.push_back(static_cast<float>(std::floor(steps / 2 + offset + 0.5)));
    else
      parts.push_back(c < 16 ? codes[from] : 0);
  }
  CHECK(*std::max_element(parts.begin(), parts.end()) <= 7);
  CHECK(*std::min_element(parts.begin(), parts.end()) >= -7);
  const FloatNetwork unsplit = network_of(code_network({1, 16, 6, 6}, false, dims, codes));
  const FloatNetwork doubled = network_of(code_network({1, 16, 6, 6}, true, wide, parts));
  Tensor input = drawn({1, 16, 6, 6}, 9);
  for (float& value : input.reals) value = std::round(value * 40);
  CHECK(difference(Evaluator(unsplit).run(input), Evaluator(doubled).run(input)) == 0);
}

TEST_CASE("Split.TheImportedLayerHasTheCodes") {
  const TemporaryFile source("float.onnx"), target("net.onnx");
  OnnxModel model(kFloat, {1, 16, 6, 6});
  const Tensor weights = with_outlier({8, 16, 3, 3}, 5, 4);
  model.output(
      model.node("Conv", {"input", model.tensor<float>(weights.dims, weights.reals)}, "conv"));
  source.write(model.bytes());
  Quantiser quantiser(source.path());
  const Images images{2, [](std::size_t i) { return drawn({1, 16, 6, 6}, unsigned(i)); }};
  quantiser.calibrate(images);
  Options options;
  options.widths = Widths::parse("4");
  options.clip_weights = Clip::kMax;
  options.per_tensor = true;
  options.split = 0.02;
  const QdqNetwork quantised = quantiser.quantised(options);
  CHECK(quantiser.report(options, quantised, images)[0].splits == 1);
  target.write(onnx_file(quantised.network));
  const net::Network network = net::import_network(target.path());
  const auto& codes = network.layers[0].weights;
  const Dims wanted = quantise_weights(weights, split_options(0.02)).codes.ints;
  REQUIRE(codes.size() == wanted.size());
  CHECK(std::equal(codes.begin(), codes.end(), wanted.begin()));
  // Of 8 bits nothing is split
  options.widths = Widths::parse("8");
  CHECK(quantiser.report(options, quantiser.quantised(options), images)[0].splits == 0);
}

}  // namespace sluice::quantise::test
