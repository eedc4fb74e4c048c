// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/points.h"

#include <set>

namespace sluice::sweep {
namespace {

/// splitmix64 (Vigna 2015): a standard library's distributions differ between machines.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// Below `limit`, without the bias of a plain remainder.
std::uint64_t below(std::uint64_t limit, std::uint64_t& state) {
  const std::uint64_t cut = (UINT64_MAX / limit) * limit;
  for (;;) {
    const std::uint64_t value = next_random(state);
    if (value < cut) return value % limit;
  }
}

ConfigPoint point_at(const Spec& spec, std::uint64_t index) {
  std::vector<std::size_t> at(spec.axes.size());
  for (std::size_t k = spec.axes.size(); k-- > 0;) {
    at[k] = index % spec.axes[k].values.size();
    index /= spec.axes[k].values.size();
  }
  ConfigPoint point;
  for (std::size_t k = 0; k < spec.axes.size(); k++) {
    const std::vector<std::string>& values = spec.axes[k].values[at[k]];
    point.values.insert(point.values.end(), values.begin(), values.end());
  }
  return point;
}

}  // namespace

std::vector<std::string> ConfigPoint::overrides(const Spec& spec) const {
  std::vector<std::string> all = spec.fixed;
  const std::vector<std::string> keys = spec.keys();
  for (std::size_t k = 0; k < keys.size(); k++) all.push_back(keys[k] + "=" + values[k]);
  return all;
}

std::vector<std::uint64_t> sample_of(std::uint64_t all, std::uint64_t count, std::uint64_t seed) {
  std::set<std::uint64_t> chosen;
  std::uint64_t state = seed;
  // Floyd's algorithm: no list of the whole grid, which may be huge
  for (std::uint64_t last = all - count; last < all; last++) {
    const std::uint64_t value = below(last + 1, state);
    chosen.insert(chosen.contains(value) ? last : value);
  }
  return {chosen.begin(), chosen.end()};
}

std::vector<ConfigPoint> points_of(const Spec& spec) {
  const std::uint64_t all = spec.grid_points();
  std::vector<ConfigPoint> points;
  if (spec.sample == 0 || spec.sample >= all) {
    for (std::uint64_t k = 0; k < all; k++) points.push_back(point_at(spec, k));
    return points;
  }
  for (const std::uint64_t k : sample_of(all, spec.sample, spec.seed)) {
    points.push_back(point_at(spec, k));
  }
  return points;
}

}  // namespace sluice::sweep
