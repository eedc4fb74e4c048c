// SPDX-License-Identifier: Apache-2.0
// Layers that scale channels: averages, and a map times a number plus another, one a channel.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/network/import_parts.h"
#include "generator/network/requant_scale.h"

namespace sluice::net {
namespace {

/// Sums stay well within the accumulators of any design.
constexpr std::int64_t kLargestSum = 1 << 24;
/// With an offset, a step of the sum is to be a small part of one of the output.
constexpr int kLeastWithOffset = 64;

/// How far multiplier and shift are from a scale, as a part of it.
double error_of(double scale) {
  const auto nearest = nearest_requant(scale);
  if (!nearest) return 1;
  return std::abs(std::ldexp(nearest->multiplier, -nearest->shift) / scale - 1);
}

/// The weight from `least` to `most` whose scale comes out best: all give the same numbers, so the
/// one is taken that a multiplier of 16 bits hits.
int best_weight(double scale, int least, int most) {
  int best = most;
  for (int weight = most; weight >= least; --weight)
    if (error_of(scale / weight) < error_of(scale / best)) best = weight;
  return best;
}

}  // namespace

void add_scaled(Import& import, const Graph::Node& node, Sums sums, const ChannelScaling& channels,
                double scale, const OutputFormat& format, const std::string& tensor) {
  Layer& layer = sums.layer;
  const int bits = import.builder.map(layer.input).bits;
  const std::int64_t area = std::int64_t{layer.kernel_h} * layer.kernel_w;
  if (area * sums.out_channels > kLargestMap)
    import.graph.fail(
        node, fmt::format("its kernel of {} x {} is too large", layer.kernel_h, layer.kernel_w));
  const int fits = (1 << (bits - 1)) - 1;  // wider weights would slow the layer down
  const int most =
      static_cast<int>(std::clamp<std::int64_t>(kLargestSum / (area << (bits - 1)), 1, fits));
  layer.groups = sums.out_channels;
  Scaling scaling;
  for (int c = 0; c < sums.out_channels; ++c) {
    const double slope = channels.slope[c], offset = channels.offset[c];
    const int least = offset == 0 ? 1 : std::min(kLeastWithOffset, most);
    const int magnitude = slope == 0 ? 0 : best_weight(std::abs(slope) / scale, least, most);
    // Without a slope the sum is 0, and its step any.
    const double step = slope == 0 ? scale / (1 << 16) : std::abs(slope) / magnitude;
    layer.weights.insert(layer.weights.end(), static_cast<std::size_t>(area),
                         static_cast<std::int8_t>(slope < 0 ? -magnitude : magnitude));
    scaling.scale.push_back(step / scale);
    scaling.bias.push_back(std::llround(offset / step));
  }
  import.builder.add_convolution(node, std::move(sums), scaling, format, tensor);
}

Sums same_channels(const Import& import, const RealMap& x) {
  Sums sums;
  sums.layer.input = x.tensor.map;
  sums.out_channels = import.builder.map(x.tensor.map).channels;
  sums.zero_point = x.zero_point;
  sums.flat_output = x.tensor.flat;
  return sums;
}

std::vector<double> channel_values(const Graph& graph, const Graph::Node& node,
                                   const RealConstant& given, int channels, bool flat) {
  const std::size_t count = given.values.size();
  if (count == 1) return std::vector<double>(channels, given.values[0]);
  const std::size_t behind = flat ? 1 : 3;  // place of the channels, from the end
  const auto& dims = given.dims;
  if (count != static_cast<std::size_t>(channels) || dims.size() < behind ||
      dims[dims.size() - behind] != channels)
    graph.fail(node, fmt::format("its constant has shape {}; supported are one value, or one for "
                                 "each channel in shape [1, {}{}]",
                                 text(dims), channels, flat ? "" : ", 1, 1"));
  return given.values;
}

}  // namespace sluice::net
