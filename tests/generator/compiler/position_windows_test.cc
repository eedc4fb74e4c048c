// SPDX-License-Identifier: Apache-2.0
// Windows that are output positions: what they cover, and which of them the buffer can be read in.
#include "generator/compiler/position_windows.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "generator/compiler/pitch_rule.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// How often each of `positions` is computed; one more entry counts those that do not exist.
std::vector<int> times_computed(const PositionWindows& way, int positions) {
  std::vector<int> times(positions + 1, 0);
  for (int i = 0; i < run_positions(way, positions); ++i) {
    for (int w = 0; w < way.windows; ++w) {
      ++times[std::min(i * way.step + w * way.apart, positions)];
    }
  }
  return times;
}

bool covers_all_once_or_more(const PositionWindows& way, int positions) {
  std::vector<int> times = times_computed(way, positions);
  const bool beyond = times.back() > 0;
  times.pop_back();
  return !beyond && std::all_of(times.begin(), times.end(), [](int n) { return n > 0; });
}

/// A convolution of 3 x 3 over a map of one group, folded in 4 of 16 slots, of 16 banks.
struct Walked {
  net::Layer layer;
  Mapping m;
  Plan plan;

  Walked(int row_pitch, const PositionWindows& way) {
    Config config = small_config();
    config.lanes = 1;
    config.rows = 64;
    config.segments = 4;
    plan = make_plan(config);
    layer.kernel_h = layer.kernel_w = 3;
    m.layer = &layer;
    m.in.atoms_per_position = 1;
    m.in.row_pitch = row_pitch;
    m.folding.fold = 4;
    m.folding.windows = way.windows;
    m.folding.positions = way;
    m.walk.run = 3;
    m.walk.base = {3, 0, 1, 0, 3, 3};
  }

  bool routes() const { return PitchProof(base_steps_of(m, plan), plan.banks).holds(1000); }
};

}  // namespace

TEST_CASE("PositionWindows.CoverAllPositionsAndNoneBeyond") {
  int ways = 0;
  for (int windows = 2; windows <= 16; windows *= 2) {
    for (int positions = 1; positions <= 40; ++positions) {
      for (const auto& list :
           {strips(positions, windows, true), interleaved(positions, windows, false)}) {
        for (const PositionWindows& way : list) {
          INFO(positions << " by " << windows << ", apart " << way.apart << ", step " << way.step);
          CHECK(covers_all_once_or_more(way, positions));
          ++ways;
        }
      }
    }
  }
  CHECK(ways > 500);
}

TEST_CASE("PositionWindows.OfSizesThatDivideComputeEachPositionOnce") {
  CHECK(times_computed(strips(12, 4, true).front(), 12) ==
        std::vector<int>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0});
  CHECK(times_computed(interleaved(8, 2, true).front(), 8) ==
        std::vector<int>{1, 1, 1, 1, 1, 1, 1, 1, 0});
}

TEST_CASE("PositionWindows.OfOtherSizesOverlap") {
  CHECK(times_computed(strips(7, 2, true).front(), 7) == std::vector<int>{1, 1, 1, 2, 1, 1, 1, 0});
  CHECK(times_computed(interleaved(7, 4, true).front(), 7) ==
        std::vector<int>{1, 1, 1, 2, 1, 1, 1, 0});
}

TEST_CASE("PositionWindows.ShortestRunsComeFirst") {
  const auto lengths = [](const std::vector<PositionWindows>& ways, int positions) {
    std::vector<int> result;
    for (const PositionWindows& way : ways) result.push_back(run_positions(way, positions));
    return result;
  };
  CHECK(lengths(strips(13, 4, true), 13) == std::vector<int>{4, 7, 10});
  CHECK(lengths(interleaved(10, 4, true), 10) == std::vector<int>{3, 4});
  CHECK(strips(3, 4, true).empty());
}

TEST_CASE("PositionWindows.GapsAreNotCovered") {
  CHECK(run_positions({2, true, 5, 1}, 8) == 0);  // 0 to 2 and 5 to 7
  CHECK(run_positions({2, true, 2, 4}, 7) == 0);
  CHECK(run_positions({4, true, 1, 4}, 3) == 0);
  CHECK(run_positions({}, 9) == 9);
}

TEST_CASE("PositionWindows.OfRowsCutBandsThatTheyAllCover") {
  Mapping m;
  m.out_rows = 14;
  m.folding.positions = {4, true, 1, 4};
  CHECK_FALSE(covers_bands(m, 4));  // the last band has 2 rows
  m.out_rows = 16;
  CHECK(covers_bands(m, 4));
  CHECK(covers_bands(m, 8));
  CHECK(covers_bands(m, 12));
  CHECK_FALSE(covers_bands(m, 6));
  m.folding.positions = {4, true, 4, 1};
  CHECK(covers_bands(m, 16));
  CHECK_FALSE(covers_bands(m, 8));
  m.folding.positions = {4, false, 4, 1};
  CHECK(covers_bands(m, 5));
}

TEST_CASE("PositionWindows.AreProvedFreeOfBankConflicts") {
  // Windows of one row, 3 atoms each, in 4 parts of 4 slots: 16 banks
  CHECK(Walked(20, {4, true, 1, 4}).routes());        // 4 banks apart
  CHECK(Walked(23, {2, true, 1, 2}).routes());        // 7 banks apart
  CHECK_FALSE(Walked(32, {4, true, 1, 4}).routes());  // all windows in the same banks
  CHECK_FALSE(Walked(18, {4, true, 1, 4}).routes());  // 2 banks apart: windows overlap
  // The same rows further apart, or columns: neighbours read partly the same atoms
  CHECK(Walked(18, {4, true, 2, 1}).routes());
  CHECK(Walked(32, {4, false, 1, 4}).routes());
  CHECK_FALSE(Walked(32, {4, false, 16, 1}).routes());
}

}  // namespace sluice::compiler::test
