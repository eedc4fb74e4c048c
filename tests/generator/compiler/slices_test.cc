// SPDX-License-Identifier: Apache-2.0
// Layers whose input the activation buffer does not hold by rows: bands of columns, slices of
// channels, and which of them is chosen.
#include <catch2/catch.hpp>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

struct Case : Compiled {
  std::string error() const {
    try {
      program();
    } catch (const CompileError& error) {
      return error.what();
    }
    return "";
  }
};

Case one_layer(const LayerShape& shape, int height, int width, int channels, int buffer) {
  Random random(5);
  Case c;
  c.config.buffers.activation = buffer;
  c.network = start_network(height, width, channels, 8);
  append_layer(c.network, shape, random);
  return c;
}

LayerShape depthwise(int channels, int kernel = 3) {
  LayerShape shape;
  shape.out_channels = shape.groups = channels;
  shape.kernel_h = shape.kernel_w = kernel;
  return shape;
}

LayerShape pool(int kernel, int stride) {
  LayerShape shape;
  shape.kind = net::LayerKind::kMaxPool;
  shape.kernel_h = shape.kernel_w = kernel;
  shape.stride_h = shape.stride_w = stride;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
  return shape;
}

using commands::Field;
using commands::get;

/// A LOAD, in bytes.
struct LoadedPiece {
  std::uint32_t from = 0, to = 0, bytes = 0;
  bool operator==(const LoadedPiece&) const = default;
};

std::vector<LoadedPiece> loads_of(const Case& c) {
  const std::uint32_t word = c.config.memory.bytes;
  std::vector<LoadedPiece> loads;
  for (const auto& words : c.commands_with(Opcode::kLoad)) {
    loads.push_back({words[1], words[3] * word, words[4] * word});
  }
  return loads;
}

/// First row, rows, first column and columns of each RUN.
std::vector<std::vector<int>> runs_of(const LayerProgram& layer) {
  std::vector<std::vector<int>> runs;
  for (const Run& run : layer.runs) {
    runs.push_back({run.first_row, run.rows, run.first_column, run.columns});
  }
  return runs;
}

/// Of each entry of the program: its first channel and the number of them.
std::vector<std::pair<int, int>> channels_of(const Program& program) {
  std::vector<std::pair<int, int>> channels;
  for (const LayerProgram& layer : program.layers) {
    int first = 1 << 30, count = 0;
    for (const Block& block : layer.blocks) {
      if (block.channels > 0) first = std::min(first, block.first_channel);
      count += block.channels;
    }
    channels.emplace_back(first, count);
  }
  return channels;
}

/// How a random layer was cut.
struct Kinds {
  int columns = 0, slices = 0, positions = 0;
};

void count_kinds(const Case& c, Kinds& kinds) {
  const Program program = c.program();
  const auto layers = c.commands_with(Opcode::kLayer);
  std::size_t sliced = 0;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const LayerProgram& layer = program.layers[k];
    const net::Layer& from = c.network.layers[layer.layer];
    for (const Run& run : layer.runs) {
      if (run.columns < c.network.maps[from.output].width) {
        ++kinds.columns;
        break;
      }
    }
    sliced += k > 0 && program.layers[k - 1].layer == layer.layer;
    const int step = static_cast<int>(get(layers[k], Field::kLayerColumnStep));
    kinds.positions += step < from.stride_w * layer.input.atoms_per_position;
  }
  kinds.slices += sliced > 0;
}

Case random_case(Random& random) {
  Case c;
  c.config.segments = random.pick<int>({1, 1, 2, 4});
  c.config.buffers.activation = 256 * random.between(1, 8);
  c.config.memory.bytes = random.pick<int>({16, 16, 32});
  const int channels = 4 * random.between(1, 16);
  c.network = start_network(random.between(1, 7), random.between(1, 40), channels, 8,
                            random.between(-3, 3));
  for (int layers = random.between(1, 2); layers > 0; --layers) {
    const net::FeatureMap in = c.network.maps.back();
    LayerShape shape;
    shape.kernel_h = std::min(in.height, random.between(1, 4));
    shape.kernel_w = std::min(in.width, random.between(1, 4));
    shape.stride_h = random.between(1, 2);
    shape.stride_w = random.between(1, 3);
    draw_padding(shape, random);
    shape.out_channels = 4 * random.between(1, 6);
    shape.out_bits = random.pick<int>({8, 8, 4});
    const int kind = random.between(0, 9);
    if (kind < 3) shape.kind = net::LayerKind::kMaxPool;
    if (kind >= 3 && kind < 6) shape.out_channels = shape.groups = in.channels;
    if (kind == 6 && in.channels % 4 == 0) shape.groups = 4;
    if (kind == 7 && in.channels % 4 == 0) shape.partitions = shape.gate_block = 4;
    append_layer(c.network, shape, random);
  }
  return c;
}

}  // namespace

TEST_CASE("Slices.RowsThatFitAreNotCut") {
  const Case c = one_layer({}, 4, 60, 16, 1 << 12);  // a row's input takes 3 * 62 * 16 bytes
  for (const auto& run : runs_of(c.program().layers[0])) CHECK(run[3] == 60);
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.ARowTooLongForTheBufferIsCutIntoBandsOfColumns") {
  // Two output rows and twelve columns read 4 * 14 positions of 16 bytes; two regions of them
  const Case c = one_layer({}, 4, 60, 16, 1 << 11);
  std::vector<std::vector<int>> expected;
  for (int row = 0; row < 4; row += 2) {
    for (int column = 0; column < 60; column += 12) expected.push_back({row, 2, column, 12});
  }
  CHECK(runs_of(c.program().layers[0]) == expected);
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.ABandOfColumnsIsLoadedRowByRow") {
  LayerShape shape;
  shape.kernel_h = 2;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 0;
  shape.out_channels = 4;
  const Case c = one_layer(shape, 2, 24, 16, 512);
  CHECK(runs_of(c.program().layers[0]) ==
        std::vector<std::vector<int>>{{0, 1, 0, 11}, {0, 1, 11, 11}});
  const std::uint32_t input = 3200, row = 24 * 16, piece = 13 * 16;  // bytes
  CHECK(c.program().input.address == input);
  CHECK(loads_of(c) == std::vector<LoadedPiece>{{input, 0, piece},
                                                {input + row, piece, piece},
                                                {input + 11 * 16, 0, piece},
                                                {input + row + 11 * 16, piece, piece}});
  const auto runs = c.commands_with(Opcode::kRun);
  const auto output = static_cast<std::uint32_t>(c.program().outputs[0].address);
  for (const std::uint32_t band : {0, 1}) {
    CHECK(get(runs[band], Field::kRunInput) == 0);
    CHECK(runs[band][2] == output + band * 11 * 4);
    CHECK(get(runs[band], Field::kRunRows) == 1);
    CHECK(get(runs[band], Field::kRunColumns) == 11);
  }
  const auto layer = c.commands_with(Opcode::kLayer).front();
  CHECK(get(layer, Field::kLayerRowPitch) == piece / 4);
  CHECK(get(layer, Field::kLayerGroupPitch) == 2 * piece / 4);
  CHECK(get(layer, Field::kLayerWrapOffset) == piece / 4 - 3 * 4);
  CHECK(get(layer, Field::kLayerRowStep) == piece / 4);
  CHECK(get(layer, Field::kLayerColumnStep) == 4);
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.PiecesMayStartInsideMemoryWords") {
  LayerShape shape;
  shape.out_channels = 16;
  shape.partitions = 4;  // positions of a group take one atom, memory words are four
  const Case c = one_layer(shape, 3, 60, 16, 1 << 11);
  const auto runs = c.commands_with(Opcode::kRun);
  REQUIRE(runs.size() == 4);
  for (std::uint32_t band = 0; band < 4; ++band) {
    CHECK(get(runs[band], Field::kRunColumns) == 15);
    CHECK(get(runs[band], Field::kRunInput) == band * 15 % 4);
  }
  // 17 positions that start with the last atom of a word, of the second band's first row
  const auto input = static_cast<std::uint32_t>(c.program().input.address);
  CHECK(loads_of(c)[4 * 5] == LoadedPiece{input + 3 * 16, 0, 5 * 16});
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.ADepthwiseLayerIsCutByChannels") {
  const Case c = one_layer(depthwise(64), 5, 5, 64, 1 << 10);
  const Program program = c.program();
  CHECK(channels_of(program) ==
        std::vector<std::pair<int, int>>{{0, 16}, {16, 16}, {32, 16}, {48, 16}});
  for (const LayerProgram& layer : program.layers) {
    CHECK(layer.layer == 0);
    CHECK(runs_of(layer) == std::vector<std::vector<int>>{{0, 5, 0, 5}});
    CHECK(layer.useful_macs == 9 * 25 * 16);
    CHECK(layer.load_words == 4 * 13);
  }
  // Groups of four channels: 7 x 7 atoms, filled up to whole memory words
  const auto input = static_cast<std::uint32_t>(program.input.address);
  const std::uint32_t slice = 4 * 52 * 4;
  CHECK(loads_of(c) == std::vector<LoadedPiece>{{input, 0, slice},
                                                {input + slice, 0, slice},
                                                {input + 2 * slice, 0, slice},
                                                {input + 3 * slice, 0, slice}});
  for (const auto& layer : c.commands_with(Opcode::kLayer)) {
    CHECK(get(layer, Field::kLayerGroups) == 4);
    CHECK(get(layer, Field::kLayerRecordsEach) == 1);
  }
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.APoolingOfOneGroupIsCutWithinPositions") {
  const Case c = one_layer(pool(4, 1), 4, 4, 128, 1 << 10);
  const Program program = c.program();
  CHECK(channels_of(program) == std::vector<std::pair<int, int>>{{0, 64}, {64, 64}});
  const auto input = static_cast<std::uint32_t>(program.input.address);
  std::vector<LoadedPiece> expected;
  for (const std::uint32_t half : {0, 64}) {
    for (std::uint32_t position = 0; position < 16; ++position) {
      expected.push_back({input + position * 128 + half, position * 64, 64});
    }
  }
  CHECK(loads_of(c) == expected);
  for (const auto& layer : c.commands_with(Opcode::kLayer)) {
    CHECK(get(layer, Field::kLayerKernelRow) == 4 * 16);
    CHECK(get(layer, Field::kLayerAdvanceAtom) == 16);
    CHECK(get(layer, Field::kLayerColumnStep) == 16);
    CHECK(get(layer, Field::kLayerRowPitch) == 4 * 16);
  }
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.WhatTakesFewerCyclesIsChosen") {
  // One position's input is 3 * 3 * 64 bytes, a row's of one slice 3 * 16 * 4: both cuts fit
  const Case narrow = one_layer(depthwise(64), 14, 14, 64, 1 << 11);
  CHECK(narrow.program().layers.size() > 1);
  CHECK(narrow.difference() == "");
  // Slices of a pooling's only group would be loaded position by position
  const Case wide = one_layer(pool(3, 2), 15, 101, 64, 1 << 13);
  CHECK(wide.program().layers.size() == 1);
  CHECK(wide.program().layers[0].runs.front().columns < 50);
  CHECK(wide.difference() == "");
}

TEST_CASE("Slices.OtherLayersOfTheNetworkStayAsTheyAre") {
  Random random(5);
  Case c;
  c.config.buffers.activation = 1 << 10;
  c.network = start_network(5, 5, 16, 8);
  LayerShape expand;
  expand.kernel_h = expand.kernel_w = 1;
  expand.pad_top = expand.pad_left = expand.pad_bottom = expand.pad_right = 0;
  expand.out_channels = 64;
  append_layer(c.network, expand, random);
  append_layer(c.network, depthwise(64), random);
  append_layer(c.network, expand, random);
  std::vector<int> layers;
  for (const LayerProgram& layer : c.program().layers) {
    layers.push_back(layer.layer);
    CHECK_FALSE(layer.output.local);
  }
  CHECK(layers == std::vector<int>{0, 1, 1, 1, 1, 2});
  CHECK(c.difference() == "");
}

TEST_CASE("Slices.AnInputOfOnePositionTooLargeForTheBufferIsRefused") {
  CHECK(one_layer({}, 9, 9, 64, 512).error() ==
        "layer 'layer0': the input of one output position takes 576 bytes of the activation "
        "buffer, which has 512; raise buffers.activation");
}

TEST_CASE("Slices.RandomLayersThatAreCutAgreeWithTheDefinition") {
  Random random(11);
  Kinds kinds;
  for (int i = 0; i < 400; ++i) {
    const Case c = random_case(random);
    if (!c.error().empty()) continue;
    INFO(i);
    REQUIRE(c.difference() == "");
    count_kinds(c, kinds);
  }
  INFO(kinds.columns << " by columns, " << kinds.slices << " by channels, " << kinds.positions
                     << " of them within positions");
  CHECK(kinds.columns >= 100);
  CHECK(kinds.slices >= 50);
  CHECK(kinds.positions >= 8);
}

}  // namespace sluice::compiler::test
