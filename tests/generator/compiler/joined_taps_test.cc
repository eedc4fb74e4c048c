// SPDX-License-Identifier: Apache-2.0
// Max pools and depthwise layers that take several taps of a kernel row, or column, in a step.
#include "generator/compiler/joined_taps.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/generator/compiler/fold_case.h"

namespace sluice::compiler::test {
namespace {

LayerShape max_pool(int kernel_h, int kernel_w, int stride = 1, int padding = 0) {
  LayerShape shape;
  shape.kind = net::LayerKind::kMaxPool;
  shape.kernel_h = kernel_h;
  shape.kernel_w = kernel_w;
  shape.stride_h = shape.stride_w = stride;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = padding;
  return shape;
}

LayerShape depthwise(int kernel_h, int kernel_w, int channels, int stride = 1, int padding = 1) {
  LayerShape shape = max_pool(kernel_h, kernel_w, stride, padding);
  shape.kind = net::LayerKind::kConv;
  shape.groups = shape.out_channels = channels;
  return shape;
}

int taps_of(const Case& c, int layer = 0) {
  return static_cast<int>(commands::get(layer_words(c, layer), Field::kLayerTaps));
}

/// Taps that a step joins, and steps.
struct Joined {
  int taps, steps;
  bool operator==(const Joined&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Joined& j) {
  return out << j.taps << " taps in " << j.steps << " steps";
}

Joined joined_of(const Case& c) { return {taps_of(c), c.program().layers[0].base_steps}; }

}  // namespace

TEST_CASE("JoinedTaps.AStepTakesAKernelRowOfAllChannels") {
  const Case c(max_pool(3, 3, 2, 1), 16, 64);
  CHECK(joined_of(c) == Joined{3, 3});
  CHECK(folding_of(c) == Folded{16, 1, 16, 16});
  CHECK(commands::get(layer_words(c), Field::kLayerWindowStep) == 16);
  CHECK(commands::get(layer_words(c), Field::kLayerStepSlots) == 16);
  CHECK(c.difference() == "");
}

TEST_CASE("JoinedTaps.KernelsOfAnySizeAreCoveredBySteps") {
  const struct {
    LayerShape shape;
    Joined joined;
  } cases[] = {
      {max_pool(2, 2, 2), {2, 2}},    {max_pool(2, 3), {3, 2}},
      {max_pool(1, 4), {4, 1}},       {max_pool(5, 5, 2, 2), {4, 10}},
      {max_pool(3, 6, 1, 1), {4, 6}}, {max_pool(7, 7, 3), {4, 14}},
      {max_pool(2, 8), {4, 4}},       {max_pool(16, 16), {4, 4 * 16}},
  };
  for (const auto& [shape, joined] : cases) {
    INFO(shape.kernel_h << " x " << shape.kernel_w);
    const Case c(shape, 16, 64);
    CHECK(joined_of(c) == joined);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("JoinedTaps.StepsCoverEachKernelRowAndNoMore") {
  for (int width = 1; width <= 40; ++width) {
    for (int taps = 1; taps <= std::min(width, 8); ++taps) {
      INFO(width << " taps, " << taps << " at once");
      const TapSteps steps = tap_steps(width, taps);
      CHECK((steps.count - 1) * steps.advance + taps == width);
      CHECK(steps.advance <= taps);
    }
  }
}

TEST_CASE("JoinedTaps.TapsOfAKernelColumnWhereThoseOfARowCollide") {
  // The third tap of a row of 128 channels would come from the banks of the first
  const Case c(max_pool(3, 3, 2, 1), 16, 128);
  CHECK(joined_of(c) == Joined{3, 3});
  const auto words = layer_words(c);
  CHECK(commands::get(words, Field::kLayerWindowStep) % 64 == 16);
  CHECK(commands::get(words, Field::kLayerAdvanceAtom) == 32);
  CHECK(c.difference() == "");
  const Case high(max_pool(7, 2, 1, 0), 16, 256);
  CHECK(joined_of(high) == Joined{4, 4});
  CHECK(commands::get(layer_words(high), Field::kLayerRowPitch) ==
        3 * commands::get(layer_words(high), Field::kLayerWindowStep));
  CHECK(high.difference() == "");
}

TEST_CASE("JoinedTaps.ConvolutionsReadTheSameMap") {
  Case c(max_pool(3, 3, 2, 1), 16, 128);
  LayerShape conv;
  conv.out_channels = 64;
  Random random(5);
  append_layer(c.network, conv, random, 0);
  CHECK(joined_of(c) == Joined{3, 3});
  CHECK(c.difference() == "");
}

TEST_CASE("JoinedTaps.FewChannelsLeavePlacesOfATapFree") {
  for (const int channels : {20, 36, 48, 60}) {
    INFO(channels);
    const Case c(max_pool(3, 3, 2, 1), 16, channels);
    CHECK(taps_of(c) == 3);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("JoinedTaps.MoreChannelsThanAFoldTakeSeveralRecords") {
  const Case c(max_pool(3, 3, 2, 1), 16, 80);
  CHECK(taps_of(c) > 1);
  CHECK(c.program().layers[0].blocks.size() == 2 * 10);
  CHECK(c.difference() == "");
}

TEST_CASE("JoinedTaps.BlocksOfOneColumnShareAtoms") {
  Case c(max_pool(3, 3, 2, 1), 16, 64);
  c.config.lanes = 4;
  c.config.columns = 1;
  CHECK(joined_of(c) == Joined{3, 3});
  CHECK(c.difference() == "");
}

TEST_CASE("JoinedTaps.RowsThatDoNotFoldHoldTapsToo") {
  Case c(max_pool(3, 3, 2, 1), 16, 32);
  c.config.segments = 1;
  c.config.columns = 16;
  c.config.rows = 64;
  CHECK(joined_of(c) == Joined{3, 3});
  CHECK(c.difference() == "");
}

TEST_CASE("JoinedTaps.OfBytesAlone") {
  Case narrow(max_pool(3, 3, 2, 1), 16, 64);
  narrow.config.precisions = {8, 4, 2};
  narrow.network = start_network(16, 16, 64, 4);
  LayerShape pool = max_pool(3, 3, 2, 1);
  pool.out_bits = 4;
  Random random(5);
  append_layer(narrow.network, pool, random);
  CHECK(taps_of(narrow) == 0);
  CHECK(narrow.difference() == "");
  CHECK(taps_of(Case(max_pool(1, 1), 16, 64)) == 0);  // one tap
}

TEST_CASE("JoinedTaps.DepthwiseKernelsOfAnySizeAreCoveredBySteps") {
  const struct {
    LayerShape shape;
    Joined joined;
  } cases[] = {
      {depthwise(3, 3, 64), {3, 3}},        {depthwise(3, 3, 64, 2), {3, 3}},
      {depthwise(5, 5, 64, 2, 2), {4, 10}}, {depthwise(2, 3, 64), {3, 2}},
      {depthwise(7, 7, 64), {4, 14}},       {depthwise(1, 9, 64, 1, 0), {3, 3}},
  };
  for (const auto& [shape, joined] : cases) {
    INFO(shape.kernel_h << " x " << shape.kernel_w << ", stride " << shape.stride_h);
    const Case c(shape, 16, 64);
    CHECK(joined_of(c) == joined);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("JoinedTaps.EachTapOfASumIsAddedOnce") {
  for (const int columns : {1, 2, 4, 8, 16}) {
    Config config = folding_config();
    config.columns = columns;
    const Plan plan = make_plan(config);
    for (const bool rows : {true, false}) {
      for (int width = 2; width <= 9; ++width) {
        for (int count = 2; count <= std::min(width, plan.taps); ++count) {
          INFO(width << " taps, " << count << " at once, of " << plan.taps << ", rows " << rows);
          net::Layer layer;
          layer.kernel_h = rows ? width : 3;
          layer.kernel_w = rows ? 3 : width;
          const JoinedTaps taps{count, rows};
          std::vector<int> added(3 * width);
          for (int step = 0; step < tap_steps(layer, taps); ++step) {
            for (int place = 0; place < plan.taps; ++place) {
              const int tap = summed_tap(layer, taps, step, place, plan);
              if (tap >= 0) ++added.at(tap);
            }
          }
          CHECK(added == std::vector<int>(3 * width, 1));
        }
      }
    }
  }
}

TEST_CASE("JoinedTaps.DepthwiseLayersOfAnyChannelsAndBlocks") {
  for (const int columns : {1, 4, 8}) {
    for (const int channels : {20, 36, 64, 96, 144}) {
      INFO(columns << " columns, " << channels << " channels");
      Case c(depthwise(3, 3, channels), 12, channels);
      c.config.columns = columns;
      CHECK(c.difference() == "");
      if (channels >= 16 * columns) CHECK(taps_of(c) > 1);
    }
  }
}

TEST_CASE("JoinedTaps.SegmentsOfOneAtomJoinTapsOfMaximaOnly") {
  Case sums(depthwise(3, 3, 64), 16, 64), maxima(max_pool(3, 3), 16, 64);
  sums.config.atom = maxima.config.atom = 16;
  CHECK(make_plan(sums.config).taps > 1);
  CHECK_FALSE(make_plan(sums.config).sums_taps);
  CHECK(taps_of(sums) == 0);
  CHECK(taps_of(maxima) > 1);
  CHECK(sums.difference() == "");
}

TEST_CASE("JoinedTaps.ADesignWhoseReadHoldsOneTapJoinsNone") {
  Case c(max_pool(3, 3, 2, 1), 16, 64);
  c.config.rows = 64;
  CHECK(make_plan(c.config).taps == 1);
  CHECK(taps_of(c) == 0);
  CHECK(c.difference() == "");
}

TEST_CASE("JoinedTaps.GatesOfOddBlocksMayWriteTheMap") {
  for (const int block : {1, 3, 4}) {
    INFO(block);
    LayerShape shape = gated(48);
    shape.gate_block = block;
    Case c(shape, 12, 48);
    c.network.layers.pop_back();
    c.network.maps.pop_back();
    Random random(5);
    append_layer(c.network, max_pool(3, 3, 2, 1), random);
    append_layer(c.network, gated(48), random);
    CHECK(taps_of(c, 1) == 3);
    CHECK(c.difference() == "");
  }
}

TEST_CASE("JoinedTaps.LayersThatAreCutJoinTaps") {
  // Neither buffer holds three rows of 64 positions: pieces of rows, or atoms of positions
  for (const int buffer : {1 << 14, 1 << 12}) {
    INFO(buffer);
    Case c(max_pool(3, 3), 64, 128);
    c.config.buffers.activation = buffer;
    const Program program = c.program();
    CHECK((program.layers.size() > 2 || program.layers[0].runs.front().columns < 64));
    CHECK(taps_of(c) == 2);
    CHECK(c.difference() == "");
  }
}

}  // namespace sluice::compiler::test
