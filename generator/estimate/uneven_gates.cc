// SPDX-License-Identifier: Apache-2.0
// Gates drawn about as unevenly as those of trained networks are open. Integers only, so that they
// are the same on every machine.
#include <algorithm>
#include <cmath>

#include "generator/estimate/gates.h"
#include "generator/estimate/mix.h"

namespace sluice::estimate {
namespace {

/// Sum of the four 16-bit numbers of a hash, less its mean: roughly normal.
std::int64_t noise(std::uint64_t hash) {
  std::int64_t sum = -2 * 0xffff;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<int>(hash >> shift & 0xffff);
  return sum;
}

/// Of the same deviation as a sum of four of noise(): that of a position.
std::int64_t level(std::uint64_t hash, int thousandths) {
  return 2 * noise(hash) * thousandths / 1000;
}

/// Streams of random numbers of one seed.
enum Stream : std::uint64_t { kLevels = 1, kImages, kPositions, kPool };

std::uint64_t start_of(std::uint64_t seed, Stream stream) { return mix(mix(seed) + stream); }

std::vector<std::int64_t> levels_of(int gates, std::uint64_t seed) {
  std::vector<std::int64_t> levels;
  const std::uint64_t start = start_of(seed, kLevels);
  for (int gate = 0; gate < gates; ++gate) levels.push_back(level(mix(start + gate), kLevelSpread));
  return levels;
}

/// What a position's noise and the image's level sum up to, many of them in order.
const std::vector<std::int64_t>& pool() {
  static const std::vector<std::int64_t> sums = [] {
    std::vector<std::int64_t> drawn(1 << 16);
    std::uint64_t number = start_of(0, kPool);
    for (std::int64_t& sum : drawn) {
      sum = level(mix(number++), kImageSpread);
      for (int k = 0; k < 4; ++k) sum += noise(mix(number++));
    }
    std::sort(drawn.begin(), drawn.end());
    return drawn;
  }();
  return sums;
}

/// Members of the pool that exceed a threshold.
std::int64_t above(std::int64_t threshold) {
  return pool().end() - std::upper_bound(pool().begin(), pool().end(), threshold);
}

/// The same over all gates.
std::int64_t above(const std::vector<std::int64_t>& levels, std::int64_t threshold) {
  std::int64_t sum = 0;
  for (const std::int64_t one : levels) sum += above(threshold - one);
  return sum;
}

/// Noise of the positions of one gate: sums of two by two of a grid of independent numbers, so that
/// neighbours share half of theirs.
void add_positions(std::uint64_t start, int height, int width, std::int64_t level,
                   std::vector<std::int64_t>& values) {
  const std::uint64_t columns = width + 1;
  std::vector<std::int64_t> grid;
  for (std::uint64_t k = 0; k < (height + 1) * columns; ++k) grid.push_back(noise(mix(start + k)));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::int64_t* at = grid.data() + y * columns + x;
      values.push_back(level + at[0] + at[1] + at[columns] + at[columns + 1]);
    }
  }
}

}  // namespace

std::vector<double> uneven_shares(int gates, double density, std::uint64_t seed) {
  const std::vector<std::int64_t> levels = levels_of(gates, seed);
  const auto members = static_cast<double>(pool().size());
  const std::int64_t wanted = std::llround(density * members * gates);
  std::int64_t low = -(std::int64_t{1} << 22), high = -low;  // beyond all of the pool
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (above(levels, middle) >= wanted ? low : high) = middle;
  }
  std::vector<double> shares;
  const std::int64_t threshold = wanted == 0 ? high : low;
  for (const std::int64_t one : levels) {
    shares.push_back(static_cast<double>(above(threshold - one)) / members);
  }
  return shares;
}

GateMap draw_uneven_gates(int gates, int block, int height, int width, double density,
                          std::uint64_t seed, int image) {
  GateMap map(gates, block, height, width);
  const std::vector<std::int64_t> levels = levels_of(gates, seed);
  const std::uint64_t of_image =
      mix(seed + static_cast<std::uint64_t>(image) * 0x9e3779b97f4a7c15ull);
  const std::uint64_t images = start_of(of_image, kImages);
  std::vector<std::int64_t> values;
  values.reserve(map.size());
  for (int gate = 0; gate < gates; ++gate) {
    const std::int64_t all = levels[gate] + level(mix(images + gate), kImageSpread);
    add_positions(mix(start_of(of_image, kPositions) + gate), height, width, all, values);
  }
  // The largest are open; of equal ones the first
  std::vector<std::uint32_t> order(values.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<std::uint32_t>(k);
  const auto open = order.begin() + std::llround(density * static_cast<double>(order.size()));
  std::nth_element(order.begin(), open, order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return values[a] != values[b] ? values[a] > values[b] : a < b;
  });
  const auto positions = static_cast<std::uint32_t>(height * width);
  for (auto one = order.begin(); one != open; ++one) {
    map.set_open(static_cast<int>(*one / positions), static_cast<int>(*one % positions / width),
                 static_cast<int>(*one % width));
  }
  return map;
}

DrawnGates draw_gates(GateSpread spread, int gates, int block, int height, int width,
                      double density, std::uint64_t seed) {
  if (spread == GateSpread::kEven) {
    return {draw_gates(gates, block, height, width, density, seed),
            std::vector<double>(gates, density)};
  }
  return {draw_uneven_gates(gates, block, height, width, density, seed),
          uneven_shares(gates, density, seed)};
}

std::vector<double> of_channels(const std::vector<double>& gates, int block, int channels) {
  std::vector<double> shares;
  for (int c = 0; c < channels; ++c) shares.push_back(gates[c / block]);
  return shares;
}

}  // namespace sluice::estimate
