// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/clip.h"

#include <cmath>

#include "tests/generator/quantise/support.h"

namespace sluice::quantise::test {
namespace {

Histogram histogram_of(const std::vector<float>& values) {
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

/// Laplace distributed numbers with mean absolute deviation 1.
std::vector<float> laplace(std::size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::exponential_distribution<float> draw(1);
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = draw(engine) * (i % 2 == 0 ? 1.0F : -1.0F);
  return values;
}

double squared_error(const std::vector<float>& values, const Grid& grid) {
  double sum = 0;
  for (const float value : values) sum += std::pow(value - grid.nearest(value), 2);
  return sum;
}

}  // namespace

TEST_CASE("Grid.ZeroIsANumberOfIt") {
  const Grid grid = grid_of({-1, 2}, 8, false);
  CHECK(grid.scale == Approx(3.0 / 255));
  CHECK(grid.zero_point == 85);
  CHECK(grid.nearest(0) == 0);
  const Grid signed_grid = grid_of({-1, 2}, 8, true);
  CHECK(signed_grid.zero_point == 85 - 128);
  CHECK(signed_grid.code(2) == 127);
  CHECK(signed_grid.code(-7) == -128);
  const Grid positive = grid_of({1, 3}, 4, false);
  CHECK(positive.scale == Approx(3.0 / 15));
  CHECK(positive.zero_point == 0);
  CHECK(positive.most == 15);
  CHECK(grid_of({0, 0}, 8, false).scale == 1);
}

TEST_CASE("Histogram.GrowsWithItsValuesAndKeepsTheirNumber") {
  Histogram histogram;
  histogram.add({0, 0, 0.001F, -0.002F});
  histogram.add({5, -3, 1000});
  CHECK(histogram.count() == 7);
  CHECK(histogram.zeros() == 2);
  CHECK(histogram.low() == -3);
  CHECK(histogram.high() == 1000);
  CHECK(histogram.width() <= 1000.0 / 2048);
  double count = 0;
  for (const Histogram::Bin& bin : histogram.bins()) count += bin.count;
  CHECK(count == 5);
  CHECK(histogram.share_outside(-1, 10) == Approx(2.0 / 7));
}

// Table 1 of the paper: clipping values of 2, 3 and 4 bits.
TEST_CASE("Clip.ClosedFormsAreThoseOfThePaper") {
  CHECK(laplace_clip(2) == Approx(2.83).margin(0.005));
  CHECK(laplace_clip(3) == Approx(3.89).margin(0.01));
  CHECK(laplace_clip(4) == Approx(5.03).margin(0.005));
  CHECK(gaussian_clip(2) == Approx(1.71).margin(0.005));
  CHECK(gaussian_clip(3) == Approx(2.15).margin(0.005));
  CHECK(gaussian_clip(4) == Approx(2.55).margin(0.01));
}

TEST_CASE("Clip.ClosedFormsTakeTheDistributionThatFits") {
  const Range gauss = clip_range(histogram_of(normal(200000, 1)), Clip::kAciq, 4);
  CHECK(gauss.high == Approx(2.55).epsilon(0.03));
  CHECK(gauss.low == Approx(-2.55).epsilon(0.03));
  const Range exponential = clip_range(histogram_of(laplace(200000, 1)), Clip::kAciq, 4);
  CHECK(exponential.high == Approx(5.03).epsilon(0.03));
  // A rectified map has all codes on one side, as if there were twice as many
  std::vector<float> rectified = normal(200000, 2);
  for (float& value : rectified) value = std::max(value, 0.0F);
  const Range half = clip_range(histogram_of(rectified), Clip::kAciq, 4);
  CHECK(half.low == 0);
  CHECK(half.high == Approx(gaussian_clip(5)).epsilon(0.03));
}

TEST_CASE("Clip.MaxKeepsAllValues") {
  const Range range = clip_range(histogram_of({-1.5F, 0.25F, 3}), Clip::kMax, 8);
  CHECK(range.low == -1.5);
  CHECK(range.high == 3);
  CHECK(clip_magnitude({-1.5F, 0.25F, 3}, Clip::kMax, 8) == 3);
}

TEST_CASE("Clip.SearchFindsTheLeastSquaredError") {
  const std::vector<float> values = normal(50000, 3);
  const Range found = clip_range(histogram_of(values), Clip::kMse, 4);
  const double least = squared_error(values, grid_of(found, 4, false));
  for (double high = 1; high < 4; high += 0.1)
    for (double low = 1; low < 4; low += 0.1)
      CHECK(least < 1.02 * squared_error(values, grid_of({-low, high}, 4, false)));
  // The optimum of a Gaussian distribution is that of its closed form
  CHECK(found.high == Approx(2.55).epsilon(0.1));
  const double magnitude = clip_magnitude(values, Clip::kMse, 4);
  const double best = squared_error(values, symmetric_grid(magnitude, 4));
  for (double other = 1; other < 4; other += 0.1)
    CHECK(best <= 1.005 * squared_error(values, symmetric_grid(other, 4)));
}

TEST_CASE("Clip.DivergenceIsThatOfTheDefinition") {
  // Divergence of each number of bins that are kept, for two codes:
  //   3: P = (2 3 5)/10, Q = (2 4 4)/10  -> 0.025
  //   2: P = (2 8)/10,   Q = (2 3)/5     -> 0.091
  CHECK(divergence_clip({2, 3, 5}, 2) == 3);
  //   4: P = (8 2 1 1)/12, Q = (5 5 1 1)/12      -> 0.161
  //   3: P = (8 2 2)/12,   Q = (8 1.5 1.5)/11    -> 0.009
  //   2: P = (8 4)/12,     Q = (8 2)/10          -> 0.049
  CHECK(divergence_clip({8, 2, 1, 1}, 2) == 3);
}

TEST_CASE("Clip.DivergenceLeavesOutFarOutliers") {
  std::vector<float> values = normal(100000, 4);
  values.push_back(100);
  const Range range = clip_range(histogram_of(values), Clip::kKl, 8);
  CHECK(range.high < 20);
  CHECK(range.high > 2);
  CHECK(range.low < -2);
}

TEST_CASE("Clip.DivergenceOfFewValuesKeepsAll") {
  const std::vector<float> values = normal(1000, 5);
  const Histogram histogram = histogram_of(values);
  CHECK(clip_range(histogram, Clip::kKl, 8).high == histogram.high());
}

TEST_CASE("Clip.NamesAreThoseOfTheOption") {
  CHECK(clip_named("aciq") == Clip::kAciq);
  CHECK(clip_named("mean") == std::nullopt);
}

}  // namespace sluice::quantise::test
