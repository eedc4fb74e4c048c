// SPDX-License-Identifier: Apache-2.0
// Maps that are parts of others: what is written into one map, what reads some of it, and the
// copies where neither can be laid out.
#include "generator/network/parts.h"

#include <catch2/catch.hpp>

#include "generator/compiler/fitted_network.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// A network of layers whose outputs are parts.
struct Case : Compiled {
  Random random{9};

  explicit Case(int channels = 16, int bits = 8, int size = 9) {
    network = start_network(size, size, channels, bits);
  }

  /// Appends a layer that reads a map; returns its output.
  int layer(int input, LayerShape shape) {
    append_layer(network, shape, random, input);
    return network.layers.back().output;
  }
  int conv(int input, int channels, int kernel = 3, int bits = 8) {
    LayerShape shape;
    shape.out_channels = channels;
    shape.kernel_h = shape.kernel_w = kernel;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = kernel / 2;
    shape.out_bits = bits;
    return layer(input, shape);
  }
  int pool(int input) {
    LayerShape shape;
    shape.kind = net::LayerKind::kMaxPool;
    return layer(input, shape);
  }
  int sum(int input, int addend) {
    append_add(network, input, addend, 8, random);
    return network.layers.back().output;
  }

  net::FeatureMap like(int map, int channels) {
    net::FeatureMap made = network.maps[map];
    made.channels = channels;
    made.name = "map" + std::to_string(network.maps.size());
    made.part.reset();
    return made;
  }

  /// The maps beside each other.
  int concat(const std::vector<int>& maps) {
    int channels = 0;
    const int whole = static_cast<int>(network.maps.size());
    network.maps.push_back(like(maps.front(), 0));
    for (const int map : maps) {
      network.maps[map].part = net::Part{whole, channels};
      network.maps[map].pad_value = network.maps[whole].pad_value;
      channels += network.maps[map].channels;
    }
    network.maps[whole].channels = channels;
    return whole;
  }

  /// Some channels of a map.
  int slice(int map, int first, int channels) {
    net::FeatureMap part = like(map, channels);
    part.part = net::Part{map, first};
    network.maps.push_back(part);
    return static_cast<int>(network.maps.size()) - 1;
  }

  int copies() const {
    int count = 0;
    for (const LayerProgram& layer : program().layers) count += layer.copies;
    return count;
  }
  bool local(int layer) const { return program().layers[layer].output.local; }
};

void check(Case& c, int copies) {
  for (const bool local : {true, false}) {
    c.options.local = local;
    INFO("local " << local);
    CHECK(c.difference() == "");
    CHECK(c.copies() == copies);
  }
}

}  // namespace

TEST_CASE("Parts.LayersWriteBesideEachOther") {
  for (const std::vector<int>& channels :
       {std::vector{16, 16}, std::vector{8, 24, 4}, std::vector{5, 3, 7}, std::vector{1, 30}}) {
    Case c;
    std::vector<int> maps;
    for (const int count : channels) maps.push_back(c.conv(0, count, count % 3 == 0 ? 1 : 3));
    c.conv(c.concat(maps), 8);
    check(c, 0);
  }
}

TEST_CASE("Parts.NarrowValuesThatDoNotFillBytesAreStoredWider") {
  for (const int bits : {4, 2}) {
    for (const int first : {8, 6, 5}) {
      Case c(16, bits);
      const int a = c.conv(0, first, 3, bits), b = c.conv(0, 8, 3, bits);
      c.conv(c.concat({a, b}), 8);
      const MapLayout layout = c.program().layers[0].output;
      CHECK(layout.bits >= bits);
      CHECK(first * layout.bits % 8 == 0);
      check(c, 0);
    }
  }
}

TEST_CASE("Parts.LayersReadSomeChannels") {
  for (const auto& [first, count] : {std::pair{0, 8}, {8, 8}, {3, 7}, {5, 1}, {0, 16}}) {
    for (const int kernel : {1, 3}) {
      for (const bool of_input : {true, false}) {
        Case c;
        const int whole = of_input ? 0 : c.conv(0, 16);
        const int part = c.slice(whole, first, count);
        const int read = c.conv(part, 12, kernel), pooled = c.pool(part);
        LayerShape depthwise;
        depthwise.groups = depthwise.out_channels = count;
        const int each = c.layer(part, depthwise);
        c.conv(c.concat({read, pooled, each}), 8);
        INFO("channels " << first << " + " << count << ", kernel " << kernel);
        check(c, 0);
      }
    }
  }
}

TEST_CASE("Parts.SumsReadNoAtomsOfOthersThanTheirPart") {
  const auto steps = [](int kernel, int first, int count) {
    Case c;
    c.conv(c.slice(c.conv(0, 64), first, count), 8, kernel);
    CHECK(c.difference() == "");
    return c.program().layers.back().base_steps;
  };
  // 16 bytes a step: of one position four atoms, from any on
  CHECK(steps(1, 0, 64) == 4);
  CHECK(steps(1, 16, 32) == 2);
  CHECK(steps(1, 20, 16) == 1);
  CHECK(steps(1, 18, 16) == 2);
  // Whole groups of the map
  CHECK(steps(3, 0, 64) == 36);
  CHECK(steps(3, 32, 32) == 18);
  CHECK(steps(3, 16, 16) == 9);
  CHECK(steps(3, 20, 16) == 36);
}

TEST_CASE("Parts.OfPartsLieInTheLargest") {
  Case c;
  const int a = c.conv(0, 12), b = c.conv(0, 6);
  const int inner = c.concat({a, b});
  const int other = c.conv(c.slice(inner, 6, 9), 7);
  const int outer = c.concat({inner, other});
  c.conv(c.slice(outer, 11, 10), 8);
  CHECK(net::place_of(c.network, b).root == outer);
  CHECK(net::place_of(c.network, b).channels.first == 12);
  check(c, 0);
}

TEST_CASE("Parts.AMapThatGrowsStaysInTheBuffer") {
  Case c(16, 8, 6);
  // As in densely connected networks: each layer reads all before it
  int whole = c.conv(0, 8);
  for (int k = 0; k < 3; ++k) whole = c.concat({whole, c.conv(c.conv(whole, 16, 1), 8)});
  c.conv(whole, 8);
  check(c, 0);
  c.options.local = true;
  for (std::size_t k = 0; k + 1 < c.network.layers.size(); ++k) CHECK(c.local(static_cast<int>(k)));
}

TEST_CASE("Parts.ALayerMayReadOnePartAndWriteAnother") {
  for (const int buffer : {1 << 16, 1 << 10}) {
    Case c;
    const int a = c.conv(0, 16), b = c.pool(a), d = c.pool(b);
    c.config.buffers.activation = buffer;
    c.conv(c.concat({a, b, d}), 8, 1);
    check(c, 0);
  }
}

TEST_CASE("Parts.SumsAreCopiedToTheirPlace") {
  Case c;
  const int trunk = c.conv(0, 16);
  const int added = c.sum(c.conv(trunk, 16), trunk);
  c.conv(c.concat({added, c.conv(added, 8)}), 8);
  check(c, 1);
}

TEST_CASE("Parts.OneOperandOfASumMayBeAPart") {
  for (const bool both : {false, true}) {
    for (const bool swapped : {false, true}) {
      Case c;
      const int whole = c.conv(0, 32);
      const int a = c.slice(whole, 16, 16);
      const int b = both ? c.slice(whole, 0, 16) : c.conv(a, 16);
      c.conv(swapped ? c.sum(b, a) : c.sum(a, b), 8);
      check(c, both ? 1 : 0);
    }
  }
}

TEST_CASE("Parts.AReaderWithGroupsOfItsOwnGetsACopyUnlessTheyFit") {
  struct Row {
    int first, count, copies;
  };
  for (const Row& row : {Row{16, 16, 0}, {0, 16, 0}, {8, 24, 1}, {4, 16, 1}}) {
    for (const bool gated : {true, false}) {
      Case c;
      const int whole = c.conv(0, 32);
      LayerShape shape;
      shape.out_channels = 16;
      if (gated) {
        shape.partitions = 2;
        shape.gate_block = 4;
      } else {
        shape.groups = 2;
      }
      c.layer(c.slice(whole, row.first, row.count), shape);
      INFO("channels " << row.first << " + " << row.count << ", gated " << gated);
      check(c, row.copies);
    }
  }
}

TEST_CASE("Parts.ReadersThatContradictEachOtherGetCopies") {
  Case c;
  const int a = c.conv(0, 16), b = c.conv(0, 16);
  LayerShape shape;
  shape.out_channels = 16;
  shape.groups = 4;
  const int of_a = c.layer(a, shape);
  shape.groups = 2;
  const int of_all = c.layer(c.concat({a, b}), shape);
  c.conv(c.concat({of_a, of_all}), 8);
  check(c, 1);
}

TEST_CASE("Parts.OutputsWhoseGatesGroupsWouldSplitAreCopied") {
  for (const int first : {16, 6}) {
    Case c;
    LayerShape shape;
    shape.partitions = 2;
    shape.channel_groups = false;
    shape.gate_block = 4;
    shape.out_channels = 32 - first;
    const int a = c.conv(0, first), b = c.layer(0, shape);
    shape.out_channels = 8;
    c.layer(c.concat({a, b}), shape);  // in groups of 16
    check(c, first % 4 == 0 ? 0 : 1);
  }
}

TEST_CASE("Parts.PositionsMayInterleave") {
  Case c(12, 8, 5);
  net::FeatureMap whole = c.like(0, 20);
  whole.height = whole.width = 10;
  std::vector<int> parts;
  for (int k = 0; k < 4; ++k) parts.push_back(c.conv(0, 20));
  c.network.maps.push_back(whole);
  const int all = static_cast<int>(c.network.maps.size()) - 1;
  for (int k = 0; k < 4; ++k) {
    c.network.maps[parts[k]].part = net::Part{all, 0, k / 2, k % 2, 2, 2};
    c.network.maps[parts[k]].pad_value = whole.pad_value;
  }
  c.conv(all, 8);
  check(c, 0);
}

TEST_CASE("Parts.OfSomePositionsAreCopiedForTheirReaders") {
  for (const bool of_input : {true, false}) {
    Case c;
    const int whole = of_input ? 0 : c.conv(0, 16);
    net::FeatureMap part = c.like(whole, 7);
    part.height = 4;
    part.width = 3;
    part.part = net::Part{whole, 5, 1, 2, 2, 3};
    c.network.maps.push_back(part);
    c.conv(static_cast<int>(c.network.maps.size()) - 1, 8);
    check(c, 1);
  }
}

TEST_CASE("Parts.CopiesBelongToTheLayerBefore") {
  Case c;
  const int whole = c.conv(0, 32);
  const int a = c.slice(whole, 0, 16);
  c.conv(c.sum(a, c.slice(whole, 16, 16)), 8);
  const std::vector<LayerProgram> layers = c.program().layers;
  REQUIRE(layers.size() == 4);
  CHECK(layers[1].copies);
  CHECK(layers[1].layer == 0);
  CHECK(layers[1].result == 0);
  CHECK(layers[2].layer == 1);
  CHECK(layers[3].layer == 2);
}

TEST_CASE("Parts.ThatDoNotFitAreRefused") {
  const auto refused = [](const net::Part& part) {
    Case c;
    const int a = c.conv(0, 8);
    c.conv(c.conv(0, 16), 8);
    c.network.maps[a].part = part;
    c.network.maps[a].pad_value = c.network.maps[2].pad_value;
    try {
      c.program();
    } catch (const CompileError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused({2, 8}) == "layer 'layer1': writes map 2, as does layer 'layer0'");
  CHECK(refused({2, 9}) == "map 'map1' does not fit into map 2 as its part");
  CHECK(refused({2, 0, 1}) == "map 'map1' does not fit into map 2 as its part");
  CHECK(refused({1, 0}) == "map 'map1' does not fit into map 1 as its part");
  CHECK(refused({7, 0}) == "map 'map1' does not fit into map 7 as its part");
}

}  // namespace sluice::compiler::test
