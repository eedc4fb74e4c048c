// SPDX-License-Identifier: Apache-2.0
// Gates drawn at random: how many are open, how evenly, and the same on every machine.
#include "generator/estimate/gates.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

namespace sluice::estimate {
namespace {

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
  const double middle = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

double log_odds(double open, double of) { return std::log((open + 0.5) / (of - open + 0.5)); }

int open_of(const GateMap& map, int gate) {
  int open = 0;
  for (int y = 0; y < map.height(); y++) {
    for (int x = 0; x < map.width(); x++) open += map.open(gate, y, x);
  }
  return open;
}

/// FNV-1a over all decisions.
std::uint64_t hash_of(const GateMap& map) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (int gate = 0; gate < map.gates(); gate++) {
    for (int y = 0; y < map.height(); y++) {
      for (int x = 0; x < map.width(); x++) {
        hash = (hash ^ static_cast<std::uint64_t>(map.open(gate, y, x))) * 0x100000001b3ull;
      }
    }
  }
  return hash;
}

/// Over many images of one layer, as bench_gate_spread measures it: the deviation of a block's
/// log-odds over images, and the correlation of neighbours.
struct Spread {
  double images = 0, neighbours = 0;
};

Spread spread_of(int size) {
  constexpr int kGates = 32, kImages = 200;
  const double positions = size * size;
  std::vector<std::vector<double>> odds(kGates);
  double covariance = 0, variance = 0;
  for (int image = 0; image < kImages; image++) {
    const GateMap map = draw_uneven_gates(kGates, 1, size, size, 0.155, 3, image);
    for (int gate = 0; gate < kGates; gate++) {
      const double share = open_of(map, gate) / positions;
      odds[gate].push_back(log_odds(share * positions, positions));
      double pairs = 0, both = 0;
      for (int y = 0; y < size; y++) {
        for (int x = 1; x < size; x++, pairs++) {
          both += map.open(gate, y, x) && map.open(gate, y, x - 1);
        }
      }
      covariance += both / pairs - share * share;
      variance += share * (1 - share);
    }
  }
  double squares = 0;
  for (const auto& gate : odds) squares += deviation(gate) * deviation(gate) / kGates;
  return {std::sqrt(squares), covariance / variance};
}

TEST_CASE("Gates.UnevenSharesHaveTheMeanAskedFor") {
  for (const int gates : {1, 4, 16, 129}) {
    for (const double density : {0.0, 0.01, 0.143, 0.5, 0.9, 1.0}) {
      INFO(gates << " gates, density " << density);
      CHECK(mean(uneven_shares(gates, density, 5)) == Approx(density).margin(1.0 / 65536));
    }
  }
  for (const double share : uneven_shares(64, 0, 1)) CHECK(share == 0);
  for (const double share : uneven_shares(64, 1, 1)) CHECK(share == 1);
}

TEST_CASE("Gates.UnevenSharesSpreadAsMeasured") {
  std::vector<double> odds;
  for (const double share : uneven_shares(4096, 0.155, 7)) {
    odds.push_back(log_odds(share * 1e9, 1e9));
  }
  CHECK(deviation(odds) == Approx(kBlockLogOdds).margin(0.01));
}

TEST_CASE("Gates.AsManyUnevenGatesAreOpenAsAsked") {
  for (const double density : {0.0, 0.143, 0.5, 1.0}) {
    for (const int size : {1, 7, 14}) {
      const GateMap map = draw_uneven_gates(16, 4, size, size, density, 1);
      CHECK(map.count() == std::llround(density * 16 * size * size));
    }
  }
}

TEST_CASE("Gates.UnevenGatesSpreadOverImagesAndPositionsAsMeasured") {
  // fashion_block8: 0.36 and 0.38 at 14x14 with neighbours of 0.31; 0.77 and 0.25 at 7x7
  const Spread large = spread_of(14), small = spread_of(7);
  CHECK(large.images == Approx(0.38).margin(0.04));
  CHECK(large.neighbours == Approx(0.3).margin(0.05));
  CHECK(small.images == Approx(0.75).margin(0.06));
  CHECK(small.neighbours == Approx(0.25).margin(0.05));
}

TEST_CASE("Gates.OverManyImagesBlocksAreAsOpenAsExpected") {
  constexpr int kImages = 200;
  const DrawnGates drawn = draw_gates(GateSpread::kUneven, 16, 4, 14, 14, 0.143, 9);
  std::vector<double> open(16, 0);
  for (int image = 0; image < kImages; image++) {
    const GateMap map = draw_uneven_gates(16, 4, 14, 14, 0.143, 9, image);
    for (int gate = 0; gate < 16; gate++) open[gate] += open_of(map, gate) / 196.0 / kImages;
    if (image == 0) CHECK(hash_of(map) == hash_of(drawn.map));
  }
  for (int gate = 0; gate < 16; gate++) {
    CHECK(open[gate] == Approx(drawn.expected[gate]).margin(0.01));
  }
  CHECK(deviation(drawn.expected) > 0.01);
  // What compilers see are not the shares of the image
  double off = 0;
  for (int gate = 0; gate < 16; gate++) {
    off = std::max(off, std::abs(open_of(drawn.map, gate) / 196.0 - drawn.expected[gate]));
  }
  CHECK(off > 0.02);
}

TEST_CASE("Gates.TheSameOnEveryMachine") {
  CHECK(hash_of(draw_gates(8, 4, 6, 5, 0.3, 1)) == 0x4e5b4dff7846f1d);
  CHECK(hash_of(draw_uneven_gates(8, 4, 6, 5, 0.3, 1)) == 0x296126a4e7d2e873);
  CHECK(hash_of(draw_uneven_gates(8, 4, 6, 5, 0.3, 2)) == 0xb16eb56675dac2db);
  const std::vector<double> shares = {15386 / 65536.0, 17688 / 65536.0, 16078 / 65536.0};
  CHECK(uneven_shares(3, 0.25, 1) == shares);
}

TEST_CASE("Gates.EvenGatesHaveTheShareOfTheLayer") {
  const DrawnGates even = draw_gates(GateSpread::kEven, 6, 4, 9, 8, 0.2, 11);
  CHECK(even.expected == std::vector<double>(6, 0.2));
  CHECK(hash_of(even.map) == hash_of(draw_gates(6, 4, 9, 8, 0.2, 11)));
}

TEST_CASE("Gates.SharesOfChannelsAreThoseOfTheirGates") {
  CHECK(of_channels({0.1, 0.4}, 2, 3) == std::vector<double>{0.1, 0.1, 0.4});
}

}  // namespace
}  // namespace sluice::estimate
