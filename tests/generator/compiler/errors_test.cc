// SPDX-License-Identifier: Apache-2.0
// What the compiler refuses, word by word.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

std::string refusal(const net::Network& network, const Config& config,
                    const Options& options = {}) {
  try {
    compile(network, make_plan(config), options);
  } catch (const CompileError& error) {
    return error.what();
  }
  return "compiled";
}

net::Network one_layer(const LayerShape& shape, int size, int channels, int bits = 8) {
  Random random(1);
  net::Network network = start_network(size, size, channels, bits);
  append_layer(network, shape, random);
  return network;
}

}  // namespace

TEST_CASE("Errors.TheInputOfOneOutputPositionDoesNotFit") {
  Config config = small_config();
  config.buffers.activation = 1 << 12;
  CHECK(refusal(one_layer({}, 6, 512), config) ==
        "layer 'layer0': the input of one output position takes 4608 bytes of the activation "
        "buffer, which has 4096; raise buffers.activation");
}

TEST_CASE("Errors.AGatedNetworkOnADesignWithoutGating") {
  LayerShape shape;
  shape.partitions = 4;
  Config config = small_config();
  config.gating = false;
  const net::Network network = one_layer(shape, 6, 8);
  CHECK(refusal(network, config) ==
        "layer 'layer0': is gated, but design 'small' has no gating; set gating: true or compile "
        "ungated");
  Options ungated;
  ungated.gated = false;
  CHECK(refusal(network, config, ungated) == "compiled");
}

TEST_CASE("Errors.AGateWithoutConditionalChannels") {
  LayerShape shape;
  shape.partitions = 1;
  CHECK(refusal(one_layer(shape, 6, 8), small_config()) ==
        "layer 'layer0': needs at least 2 partitions that divide its 8 input channels, has 1");
}

TEST_CASE("Errors.AGateSharedByMoreChannelsThanALaneHasColumns") {
  LayerShape shape;
  shape.partitions = 2;
  shape.gate_block = 8;
  shape.out_channels = 16;
  CHECK(refusal(one_layer(shape, 6, 8), small_config()) ==
        "layer 'layer0': 8 channels share a gate, but a lane has 4 columns; set columns to at "
        "least 8");
}

TEST_CASE("Errors.AGateSharedAcrossTheGroupsOfTheGates") {
  LayerShape shape;
  shape.partitions = 2;
  shape.gate_block = 4;
  shape.out_channels = 12;
  CHECK(refusal(one_layer(shape, 6, 8), small_config()) ==
        "layer 'layer0': the 4 channels from 4 on share a gate, but groups of the gates or of the "
        "output map, or 8-bit outputs, split them");
}

TEST_CASE("Errors.SumsTooLargeForTheAccumulators") {
  Config config = small_config();
  config.accumulator.max_reduction = 500;
  config.accumulator.bits = 24;
  net::Network network = one_layer({}, 6, 64);
  std::fill(network.layers[0].weights.begin(), network.layers[0].weights.end(), -127);
  CHECK(refusal(network, config) ==
        "layer 'layer0': an output sums 576 bytes, to 9363456 at most with these weights; "
        "accumulators of 24 bits hold 500 bytes of any weights; raise accumulator.bits, or "
        "accumulator.max_reduction");
  config.accumulator.bits = 25;
  CHECK(refusal(network, config) == "compiled");
  config.accumulator.bits = 24;
  std::fill(network.layers[0].weights.begin(), network.layers[0].weights.end(), 113);
  CHECK(refusal(network, config) == "compiled");  // 8331264
}

TEST_CASE("Errors.AStepLargerThanTheWeightBuffer") {
  Config config = small_config();
  config.buffers.weight = 32;
  CHECK(refusal(one_layer({}, 6, 8), config) ==
        "layer 'layer0': a step takes 4 columns of the weight buffer, which has 2; raise "
        "buffers.weight");
}

TEST_CASE("Errors.AProgramLargerThanTheMemory") {
  Config config = small_config();
  config.memory.address_bits = 10;
  CHECK(refusal(one_layer({}, 6, 8), config).find("more than memory.address_bits = 10 reach") !=
        std::string::npos);
}

TEST_CASE("Errors.ABiasThatTheScaleOfNarrowModesMakesTooLarge") {
  LayerShape shape;
  shape.weight_bits = 4;
  net::Network network = one_layer(shape, 6, 8, 4);
  network.layers[0].requant[3].bias = 1 << 28;
  CHECK(
      refusal(network, small_config()) ==
      "layer 'layer0': the bias 268435456 of channel 3 times 16 does not fit an accumulator of 32 "
      "bits in 4-bit mode; set accumulator.bits higher (biases have at most 32), or use wider "
      "values");
}

TEST_CASE("Errors.ABiasThatAnAccumulatorCouldNotHoldTheLargestThatItCouldIsTaken") {
  net::Network network = one_layer({}, 6, 8);
  Config config = small_config();
  config.accumulator.bits = 28;
  config.accumulator.max_reduction = 4096;
  network.layers[0].requant[3].bias = 1 << 27;
  CHECK(refusal(network, config).find("does not fit an accumulator of 28 bits in 8-bit mode") !=
        std::string::npos);
  network.layers[0].requant[3].bias = (1 << 27) - 1;
  CHECK(refusal(network, config) == "compiled");
  network.layers[0].requant[3].bias = -(1 << 27);
  CHECK(refusal(network, config) == "compiled");
}

/// Two layers that read map 0.
net::Network two_readers(const LayerShape& first, const LayerShape& second) {
  Random random(1);
  net::Network network = start_network(6, 6, 12, 8);
  append_layer(network, first, random, 0);
  append_layer(network, second, random, 0);
  return network;
}

TEST_CASE("Errors.ReadersOfOneMapMayDifferInPaddingAndInGroupsButNotInBothGroups") {
  LayerShape gated, pointwise, other;
  gated.partitions = 4;
  pointwise.kernel_h = pointwise.kernel_w = 1;
  pointwise.pad_top = pointwise.pad_left = pointwise.pad_bottom = pointwise.pad_right = 0;
  CHECK(refusal(two_readers(gated, pointwise), small_config()) == "compiled");
  other.partitions = 3;
  other.out_channels = 12;
  CHECK(
      refusal(two_readers(gated, other), small_config()) ==
      "layer 'layer1': needs a map in 3 groups of 4 channels that layer 'layer0' needs in 4 groups "
      "of 3; give gated layers that read one map, or maps that are added, equal partitions");
}

TEST_CASE("Errors.GatedReadersOfOneMapWhoseKernelsDifferInWidth") {
  LayerShape gated, wide;
  gated.partitions = wide.partitions = 4;
  wide.kernel_h = wide.kernel_w = 5;
  CHECK(refusal(two_readers({}, wide), small_config()) == "compiled");
  CHECK(
      refusal(two_readers(gated, wide), small_config()) ==
      "layer 'layer1': reads the same map as layer 'layer0' with kernels of 5 and 3 columns, whose "
      "rows differ in length modulo the 4 banks; use one width of kernels in layers with gates");
}

TEST_CASE("Errors.AnAdditionOfMapsOfDifferentShapes") {
  Random random(1);
  net::Network network = one_layer({}, 6, 8);
  network.maps[0].width = 7;
  append_add(network, 1, 0, 8, random);
  network.layers.erase(network.layers.begin());
  network.layers[0].input = 0;
  network.layers[0].addend = 0;
  network.layers[0].output = 1;
  CHECK(
      refusal(network, small_config()) ==
      "layer 'layer1': an addition takes and gives maps of one shape, but 'map0' is 6 x 7 x 8 and "
      "'map1' is 6 x 6 x 8 (height x width x channels); bring them to one shape with a 1 x 1 "
      "convolution before");
}

/// A convolution and the sum of its output and its input.
net::Network sum_network(int channels = 8) {
  Random random(1);
  LayerShape shape;
  shape.out_channels = channels;
  net::Network network = one_layer(shape, 6, channels);
  append_add(network, 1, 0, 8, random);
  return network;
}

TEST_CASE("Errors.AnAdditionOnADesignWithoutAdditions") {
  Config config = small_config();
  config.additions = false;
  CHECK(refusal(sum_network(), config) ==
        "layer 'layer1': adds two maps, but design 'small' has no additions; set additions: true");
  CHECK(refusal(one_layer({}, 6, 8), config) == "compiled");
}

TEST_CASE("Errors.LayersThatCannotRoundTwice") {
  net::Network network = one_layer({}, 6, 8);
  network.layers[0].rounds_twice = true;
  for (net::Requant& requant : network.layers[0].requant) requant.shift = 21;
  CHECK(refusal(network, small_config()) == "compiled");
  network.layers[0].requant[3].shift = 20;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer0': rounds twice, but has the shift 20; such layers have shifts above 20");
  const std::string what =
      "rounds twice, as only layers of one input of 8 bits do, which gates do not split";
  network.maps[0].bits = 4;
  CHECK(refusal(network, small_config()) == "layer 'layer0': " + what);
  network = sum_network();
  network.layers[1].rounds_twice = true;
  CHECK(refusal(network, small_config()) == "layer 'layer1': " + what);
}

TEST_CASE("Errors.MultipliersThatDoNotFit20Bits") {
  net::Network network = sum_network();
  network.layers[0].requant[3].multiplier = 1 << 20;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer0': the multiplier 1048576 is not in 0 to 1048575; scale it and the shift");
  network.layers[0].requant[3].multiplier = (1 << 20) - 1;
  CHECK(refusal(network, small_config()) == "compiled");
  network.layers[0].requant[3].multiplier = -1;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer0': the multiplier -1 is not in 0 to 1048575; scale it and the shift");
}

TEST_CASE("Errors.FactorsThatDoNotFit20BitsAndAnAddendThatNothingWrites") {
  net::Network network = sum_network();
  network.layers[1].factor = 1 << 20;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer1': the factor 1048576 is not in 0 to 1048575; scale both factors and the "
        "shift");
  network.layers[1].factor = (1 << 20) - 1;
  CHECK(refusal(network, small_config()) == "compiled");
  network.layers[1].addend_factor = -1;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer1': the factor -1 is not in 0 to 1048575; scale both factors and the shift");
  network.layers[1].addend_factor = 0;
  network.layers[1].addend = 2;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer1': reads map 2 before any layer writes it");
}

TEST_CASE("Errors.AnAdditionThatDoesNotTreatAllChannelsAlike") {
  const auto refused = [](int channel, const net::Requant& requant) {
    net::Network network = sum_network();
    network.layers[1].requant.assign(8, {5, 1, 16});
    network.layers[1].requant[channel] = requant;
    return refusal(network, small_config());
  };
  const char* differ =
      "layer 'layer1': the channels of an addition have one bias and shift, and the multiplier 1";
  CHECK(refused(7, {5, 1, 16}) == "compiled");
  CHECK(refused(7, {6, 1, 16}) == differ);
  CHECK(refused(7, {5, 1, 17}) == differ);
  CHECK(refused(0, {5, 2, 16}) == differ);
}

TEST_CASE("Errors.ABiasOrAShiftThatPostProcessingDoesNotHold") {
  const auto refused = [](int bias, int shift) {
    net::Network network = sum_network();
    network.layers[1].requant.assign(8, {bias, 1, shift});
    return refusal(network, small_config());
  };
  CHECK(refused(268'435'455, 47) == "compiled");
  CHECK(refused(-268'435'455, 0) == "compiled");
  CHECK(refused(268'435'456, 16) ==
        "layer 'layer1': the bias is 268435456 and the shift 16; an addition holds biases from "
        "-268435455 to 268435455 and shifts from 0 to 47");
  CHECK(refused(0, 48) ==
        "layer 'layer1': the bias is 0 and the shift 48; an addition holds biases from -268435455 "
        "to 268435455 and shifts from 0 to 47");
}

TEST_CASE("Errors.AnAdditionWhoseSumHasReadersThatContradictThoseOfBothOperands") {
  Random random(1);
  net::Network network = sum_network(12);
  LayerShape gated, wide;
  gated.partitions = wide.partitions = 4;
  wide.kernel_h = wide.kernel_w = 5;
  append_layer(network, wide, random);
  append_layer(network, gated, random, 0);
  CHECK(refusal(network, small_config()) == "compiled");
  append_layer(network, gated, random, 1);  // now both operands contradict the sum
  CHECK(refusal(network, small_config()) ==
        "layer 'layer3': reads a map that an addition lays out like that of layer 'layer2' with "
        "kernels of 3 and 5 columns, whose rows differ in length modulo the 4 banks; use one width "
        "of kernels in layers with gates");
}

TEST_CASE("Errors.TablesThatContradictEachOther") {
  net::Network network = one_layer({}, 6, 8);
  network.maps[1].height = 5;
  CHECK(refusal(network, small_config()) ==
        "layer 'layer0': the output map is 5 x 6, but kernel, stride and padding give 6 x 6");
  network = one_layer({}, 6, 8);
  network.layers[0].weights.pop_back();
  CHECK(refusal(network, small_config()) == "layer 'layer0': 575 weights given, 576 needed");
}

}  // namespace sluice::compiler::test
