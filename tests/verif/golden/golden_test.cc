// SPDX-License-Identifier: Apache-2.0
// The golden model against small examples worked out by hand.
#include "verif/golden/golden.h"

#include <catch2/catch.hpp>

namespace sluice::test {
namespace {

using golden::Tensor;

/// Sums as they are, where they fit 8 bits.
constexpr net::Requant kAsIs{};

/// A network of one layer; the output map has `out_channels` channels of `height` x `width`.
net::Network one_layer(const net::FeatureMap& input, net::Layer layer, int height, int width,
                       int out_channels) {
  net::Network network;
  net::FeatureMap output;
  output.height = height;
  output.width = width;
  output.channels = out_channels;
  layer.output = 1;
  if (layer.requant.empty()) layer.requant.assign(out_channels, kAsIs);
  if (layer.gate && layer.requant_closed.empty()) layer.requant_closed.assign(out_channels, kAsIs);
  network.maps = {input, output};
  network.layers = {layer};
  return network;
}

net::FeatureMap map_of(int height, int width, int channels, int pad_value = 0) {
  net::FeatureMap map;
  map.height = height;
  map.width = width;
  map.channels = channels;
  map.pad_value = pad_value;
  return map;
}

std::vector<std::int8_t> values_of(const net::Network& network, const Tensor& input,
                                   bool gated = true) {
  return golden::evaluate(network, input, gated).back().output.values;
}

/// Requantises one sum.
int requantised(int sum, net::Requant requant, int zero_point = 0, int low = -128, int high = 127,
                bool rounds_twice = false) {
  net::Layer layer;
  layer.rounds_twice = rounds_twice;
  layer.weights = {1};
  requant.bias += sum;
  layer.requant = {requant};
  layer.zero_point = zero_point;
  layer.clamp_low = low;
  layer.clamp_high = high;
  return values_of(one_layer(map_of(1, 1, 1), layer, 1, 1, 1), {1, 1, 1, {0}}).at(0);
}

/// Four input channels with one value each; two output channels, one gate per output. Channel
/// groups of two partitions: channel 0 has inputs 0 and 1 as its base, channel 1 inputs 2 and 3.
net::Layer gated_layer() {
  net::Layer layer;
  layer.weights = {1, 1, 1, 1, 1, 1, 1, 1};
  layer.gate = net::Gate{2, true, 0, 1, {2, 7}};
  return layer;
}
const Tensor kFourChannels{1, 1, 4, {1, 2, 3, 4}};

}  // namespace

TEST_CASE("Golden.PaddingReadsAsTheMapsPaddingValue") {
  net::Layer layer;
  layer.kernel_h = layer.kernel_w = 3;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 1;
  layer.weights = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  const net::Network network = one_layer(map_of(2, 2, 1, -5), layer, 2, 2, 1);
  CHECK(values_of(network, {2, 2, 1, {1, 2, 3, 4}}) == std::vector<std::int8_t>(4, 10 - 25));
}

TEST_CASE("Golden.WeightsAreOrderedByChannelRowAndColumn") {
  net::Layer layer;
  layer.kernel_h = 1;
  layer.kernel_w = 2;
  layer.stride_w = 2;
  layer.weights = {1, 2, 10, 20};
  const net::Network network = one_layer(map_of(1, 4, 2), layer, 1, 2, 1);
  // [x][channel]: (1, 0) (0, 1) | (1, 1) (0, -1)
  CHECK(values_of(network, {1, 4, 2, {1, 0, 0, 1, 1, 1, 0, -1}}) ==
        std::vector<std::int8_t>{21, -9});
}

TEST_CASE("Golden.GroupsSeeTheirOwnInputChannelsOnly") {
  net::Layer layer;
  layer.groups = 2;
  layer.weights = {1, 2, 3, 4};
  const net::Network network = one_layer(map_of(1, 1, 2), layer, 1, 1, 4);
  CHECK(values_of(network, {1, 1, 2, {10, -7}}) == std::vector<std::int8_t>{10, 20, -21, -28});
}

TEST_CASE("Golden.HalvesAreRoundedToEven") {
  const net::Requant half{0, 1, 1};
  CHECK(requantised(3, half) == 2);
  CHECK(requantised(5, half) == 2);
  CHECK(requantised(-3, half) == -2);
  CHECK(requantised(-5, half) == -2);
  CHECK(requantised(-7, {0, 1, 2}) == -2);
  CHECK(requantised(-6, {0, 1, 2}) == -2);
  CHECK(requantised(-7, {0, 1, 0}) == -7);
}

TEST_CASE("Golden.SomeLayersRoundTwiceHalvesUp") {
  const net::Requant scale{0, 1 << 19, 27};  // 2^-8; first to multiples of 2^-7
  const auto once = [&](int sum) { return requantised(sum, scale); };
  const auto twice = [&](int sum) { return requantised(sum, scale, 0, -128, 127, true); };
  CHECK(once(127) == 0);
  CHECK(twice(127) == 1);  // 63.5 / 128, then 64 / 128
  CHECK(twice(126) == 0);
  CHECK(once(-129) == -1);
  CHECK(twice(-129) == 0);  // -64.5 / 128, then -64 / 128
  CHECK(twice(-130) == -1);
  CHECK(once(640) == 2);
  CHECK(twice(640) == 3);
}

TEST_CASE("Golden.BiasZeroPointAndClampApplyInThisOrder") {
  CHECK(requantised(10, {6, 3, 2}, -4) == 8);
  CHECK(requantised(100, {0, 3, 0}, -100, -100, 90) == 90);
  CHECK(requantised(-9, {0, 1, 0}, 5, 5, 127) == 5);
}

TEST_CASE("Golden.TheProductOfSumAndMultiplierNeedsMoreThan32Bits") {
  CHECK(requantised(0x7fffffff, {0, 1048575, 45}) == 64);  // 2^31 * 2^20 / 2^45, less a little
  CHECK(requantised(-0x7fffffff, {0, 1048575, 45}) == -64);
  CHECK(requantised(0, {0x7fffffff, 65535, 47}) == 1);
}

TEST_CASE("Golden.AGateIsOpenAboveItsThresholdOnlyAndClosedOutputsKeepTheBaseSum") {
  net::Layer layer = gated_layer();
  net::Network network = one_layer(map_of(1, 1, 4), layer, 1, 1, 2);
  // Base sums are 3 > 2 and 7 == 7.
  const auto result = golden::evaluate(network, kFourChannels, true).back();
  CHECK(result.open == std::vector<std::uint8_t>{1, 0});
  CHECK(result.output.values == std::vector<std::int8_t>{10, 7});
  CHECK(values_of(network, kFourChannels, false) == std::vector<std::int8_t>{10, 10});
}

TEST_CASE("Golden.GatesThatSplitBitsHaveTheUpperHalvesAsTheirBase") {
  net::Layer layer;
  layer.weights = {1, 1, 1, -1, 2, 1};
  layer.gate = net::Gate{2, false, 4, 1, {-2, 3, 1}};
  net::Network network = one_layer(map_of(1, 1, 2), layer, 1, 1, 3);
  // -18 is 16 * -2 + 14, 17 is 16 * 1 + 1: base sums are -1 > -2, -3 and -3
  const Tensor input{1, 1, 2, {-18, 17}};
  const auto result = golden::evaluate(network, input, true).back();
  CHECK(result.open == std::vector<std::uint8_t>{1, 0, 0});
  CHECK(result.output.values == std::vector<std::int8_t>{-1, -48, -48});
  CHECK(values_of(network, input, false) == std::vector<std::int8_t>{-1, -35, -19});
}

TEST_CASE("Golden.WithoutChannelGroupsAllOutputsHaveTheFirstChannelsAsTheirBase") {
  net::Layer layer = gated_layer();
  layer.gate->channel_groups = false;
  layer.gate->tau = {3, 2};
  const auto result =
      golden::evaluate(one_layer(map_of(1, 1, 4), layer, 1, 1, 2), kFourChannels, true).back();
  CHECK(result.open == std::vector<std::uint8_t>{0, 1});
  CHECK(result.output.values == std::vector<std::int8_t>{3, 10});
}

TEST_CASE("Golden.OneChannelAboveItsThresholdOpensItsWholeBlock") {
  net::Layer layer = gated_layer();
  layer.gate->block = 2;
  const auto result =
      golden::evaluate(one_layer(map_of(1, 1, 4), layer, 1, 1, 2), kFourChannels, true).back();
  CHECK(result.open == std::vector<std::uint8_t>{1, 1});
  CHECK(result.output.values == std::vector<std::int8_t>{10, 10});
}

TEST_CASE("Golden.ClosedGatesHaveARequantisationOfTheirOwn") {
  net::Layer layer = gated_layer();
  layer.requant = {{1, 2, 0}, {1, 2, 0}};
  layer.requant_closed = {{5, 3, 0}, {5, 3, 0}};
  CHECK(values_of(one_layer(map_of(1, 1, 4), layer, 1, 1, 2), kFourChannels) ==
        std::vector<std::int8_t>{22, 36});
}

TEST_CASE("Golden.MaxPoolingTakesPaddingAsAValueAndRequantises") {
  net::Layer layer;
  layer.kind = net::LayerKind::kMaxPool;
  layer.kernel_h = layer.kernel_w = 2;
  layer.stride_h = layer.stride_w = 2;
  layer.pad_bottom = 1;
  net::Network network = one_layer(map_of(3, 2, 1, -3), layer, 2, 1, 1);
  const Tensor input{3, 2, 1, {-9, -8, -7, -6, -5, -4}};
  CHECK(values_of(network, input) == std::vector<std::int8_t>{-6, -3});
  network.layers[0].zero_point = 4;
  network.layers[0].clamp_high = 0;
  CHECK(values_of(network, input) == std::vector<std::int8_t>{-2, 0});
}

TEST_CASE("Golden.AnAdditionWeighsItsOperandsRoundsHalvesUpAndClamps") {
  net::Layer layer;
  layer.kind = net::LayerKind::kAdd;
  layer.input = 1, layer.addend = 0, layer.output = 2;
  layer.factor = 40'000, layer.addend_factor = 25'536;
  layer.requant = {{-14'464, 1, 17}, {-14'464, 1, 17}};
  layer.zero_point = 1;
  layer.clamp_high = 2;
  net::Layer copy;
  copy.output = 1;
  copy.weights = {1, 0, 0, 1};
  copy.requant = {{2, 1, 0}, {0, 1, 0}};
  net::Network network;
  network.maps = std::vector<net::FeatureMap>(3, map_of(1, 2, 2));
  network.layers = {copy, layer};
  // a = b + 2 in channel 0, so that the sum is 65536 (b + 1); 65536 b - 14464 in channel 1.
  // (b + 1) / 2: 3 -> 2 + 1, clamped; -8 -> -3.5 -> -4 + 1. 4 -> 1.9 -> 2 + 1, clamped; -7 -> -3.6
  CHECK(values_of(network, {1, 2, 2, {3, 4, -8, -7}}) == std::vector<std::int8_t>{2, 2, -3, -3});
}

TEST_CASE("Golden.ALayerMayReadAnyMapMadeBefore") {
  net::Layer add_one, twice;
  add_one.weights = twice.weights = {1};
  add_one.requant = {{1, 1, 0}};
  twice.requant = {{0, 2, 0}};
  net::Network network;
  network.maps = std::vector<net::FeatureMap>(4, map_of(1, 1, 1));
  add_one.input = 0, add_one.output = 1;
  network.layers.push_back(add_one);
  twice.input = 0, twice.output = 2;
  network.layers.push_back(twice);
  add_one.input = 1, add_one.output = 3;
  network.layers.push_back(add_one);
  const auto results = golden::evaluate(network, {1, 1, 1, {5}}, true);
  CHECK(results[0].output.at(0, 0, 0) == 6);
  CHECK(results[1].output.at(0, 0, 0) == 10);
  CHECK(results[2].output.at(0, 0, 0) == 7);
}

TEST_CASE("Golden.ATableTakesTheClampedValue") {
  net::Layer layer;
  layer.weights = {1};
  layer.clamp_high = 5;
  for (int k = 0; k < net::kTableEntries; ++k) {
    layer.table.push_back(static_cast<std::int8_t>(127 - k));
  }
  const net::Network network = one_layer(map_of(1, 3, 1), layer, 1, 3, 1);
  CHECK(values_of(network, {1, 3, 1, {-128, 0, 100}}) == std::vector<std::int8_t>{127, -1, -6});
}

TEST_CASE("Golden.AProductIsOfWhatIsBeyondTheZeros") {
  net::Layer layer;
  layer.kind = net::LayerKind::kMultiply;
  layer.input_zero = -10;
  layer.addend_zero = 3;
  layer.requant = {{0, 3, 2}, {0, 3, 2}};
  layer.zero_point = 1;
  net::Network network = one_layer(map_of(1, 2, 2), layer, 1, 2, 2);
  CHECK(values_of(network, {1, 2, 2, {-10, 0, 5, -128}}) ==
        std::vector<std::int8_t>{1, -21, 23, 127});
  network.maps.push_back(map_of(1, 1, 2));
  const Tensor input{1, 2, 2, {-10, 0, 5, -20}}, by{1, 1, 2, {7, 1}};
  const Tensor result = golden::evaluate(network, network.layers[0], input, &by, false).output;
  CHECK(result.values == std::vector<std::int8_t>{1, -14, 46, 16});
}

}  // namespace sluice::test
