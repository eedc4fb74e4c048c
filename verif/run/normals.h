// SPDX-License-Identifier: Apache-2.0
// Mean and deviation of sums.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace sluice::run {

/// Sums of a channel, to tell its mean and deviation.
inline constexpr std::size_t kFewestSums = 8;

struct Normal {
  double mean = 0, deviation = 1;
};

inline Normal normal_of(const std::vector<double>& values) {
  Normal normal;
  for (const double value : values) normal.mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - normal.mean) * (value - normal.mean);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
  if (deviation > 0) normal.deviation = deviation;
  return normal;
}

/// Of each channel; of all together where a channel has too few sums.
inline std::vector<Normal> normals_of(const std::vector<std::vector<double>>& channels) {
  std::vector<Normal> normals;
  if (channels.front().size() >= kFewestSums) {
    for (const auto& sums : channels) normals.push_back(normal_of(sums));
    return normals;
  }
  std::vector<double> all;
  for (const auto& sums : channels) all.insert(all.end(), sums.begin(), sums.end());
  normals.assign(channels.size(), normal_of(all));
  return normals;
}

}  // namespace sluice::run
