// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/split.h"

#include <algorithm>
#include <cmath>
#include <queue>

namespace sluice::quantise {
namespace {

/// A part that may be split; of equal ones the first channel's goes first.
struct Candidate {
  double largest = 0;
  std::size_t channel = 0, part = 0;

  bool operator<(const Candidate& other) const {
    if (largest != other.largest) return largest < other.largest;
    if (channel != other.channel) return channel > other.channel;
    return part > other.part;
  }
};

}  // namespace

Splits split_largest(const std::vector<double>& largest, int count, std::size_t most_parts) {
  Splits splits(largest.size(), std::vector<Part>(1));
  std::priority_queue<Candidate> candidates;
  for (std::size_t c = 0; c < largest.size(); ++c) candidates.push({largest[c], c, 0});
  while (count > 0 && !candidates.empty()) {
    const Candidate one = candidates.top();
    candidates.pop();
    std::vector<Part>& parts = splits[one.channel];
    if (parts.size() >= most_parts) continue;
    --count;
    const Part whole = parts[one.part];
    parts[one.part] = {whole.halvings + 1, whole.offset / 2 - 0.25};
    parts.push_back({whole.halvings + 1, whole.offset / 2 + 0.25});
    candidates.push({one.largest / 2, one.channel, one.part});
    candidates.push({one.largest / 2, one.channel, parts.size() - 1});
  }
  return splits;
}

int splits_of(double share, std::size_t channels) {
  // A share such as 0.02 is no binary number: 0.02 * 50 is one channel
  return static_cast<int>(std::ceil(share * static_cast<double>(channels) - 1e-9));
}

int split_code(double steps, const std::vector<Part>& parts, int most) {
  int sum = 0;
  for (const Part& part : parts) {
    const double value = std::ldexp(steps, -part.halvings) + part.offset;
    sum += static_cast<int>(std::clamp<double>(std::floor(value + 0.5), -most, most));
  }
  return sum;
}

InputChannels input_channels(const Tensor& weights, std::size_t axis, std::size_t groups) {
  InputChannels channels;
  for (std::size_t d = axis + 1; d < weights.dims.size(); ++d)
    channels.stride *= static_cast<std::size_t>(weights.dims[d]);
  const auto along = static_cast<std::size_t>(weights.dims[axis]);
  channels.inputs = axis == 0 ? along / groups : along;
  channels.group = weights.size() / groups;
  channels.count = channels.inputs * groups;
  return channels;
}

}  // namespace sluice::quantise
