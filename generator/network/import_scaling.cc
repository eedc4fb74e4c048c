// SPDX-License-Identifier: Apache-2.0
// Layers that scale channels: averages, and a map times a number plus another, one a channel.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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
/// one is taken that a multiplier hits.
int best_weight(double scale, int least, int most) {
  int best = most;
  for (int weight = most; weight >= least; --weight)
    if (error_of(scale / weight) < error_of(scale / best)) best = weight;
  return best;
}

/// The constant at input `index` of an operator of QOperator form, as real numbers.
RealConstant real_numbers(const Graph& graph, const Graph::Node& node, int index) {
  const Constant given = graph.constant(node, index, "constant");
  const double scale = read_scale(graph, node, index + 1, "input scale");
  const auto zero = graph.optional_constant(node, index + 2, "input zero point");
  if (zero && zero->ints.size() != 1)
    graph.fail(node, fmt::format("the zero point of its constant has type {} and {} values; needed "
                                 "is one integer",
                                 type_name(zero->type), zero->size()));
  RealConstant result{given.dims, {}};
  for (const std::int64_t value : given.ints)
    result.values.push_back(scale * static_cast<double>(value - (zero ? zero->ints[0] : 0)));
  return result;
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
  const std::vector<std::int16_t> taps =
      sums.weights.empty() ? std::vector<std::int16_t>(static_cast<std::size_t>(area), 1)
                           : std::exchange(sums.weights, {});
  const int largest = *std::max_element(taps.begin(), taps.end());
  const std::int64_t sum = std::accumulate(taps.begin(), taps.end(), std::int64_t{0});
  const int most =
      std::max(1, std::min(fits / largest, static_cast<int>(kLargestSum / (sum << (bits - 1)))));
  layer.groups = sums.out_channels;
  Scaling scaling;
  scaling.averages_codes = channels.averages_codes;
  for (int c = 0; c < sums.out_channels; ++c) {
    const double slope = channels.slope[c], offset = channels.offset[c];
    const int least = offset == 0 ? 1 : std::min(kLeastWithOffset, most);
    const int magnitude = slope == 0 ? 0 : best_weight(std::abs(slope) / scale, least, most);
    // Without a slope the sum is 0, and its step any.
    const double step = slope == 0 ? scale / (1 << 16) : std::abs(slope) / magnitude;
    for (const std::int16_t tap : taps)
      sums.weights.push_back(static_cast<std::int16_t>((slope < 0 ? -magnitude : magnitude) * tap));
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

std::optional<int> constant_operand(const Graph& graph, const Graph::Node& node) {
  for (const int index : {0, 3})
    if (graph.is_constant(Graph::input_of(node, index))) return index;
  return std::nullopt;
}

void import_with_constant(Import& import, const Graph::Node& node) {
  const Graph& graph = import.graph;
  const int constant = constant_operand(graph, node).value();
  const RealMap x = read_operand(import, node, 3 - constant);
  Sums sums = same_channels(import, x);
  const auto channels = static_cast<std::size_t>(sums.out_channels);
  const RealConstant given = real_numbers(graph, node, constant);
  const auto values = per_channel<double>(graph, node, given.dims, given.values, channels,
                                          x.tensor.flat, "constant");
  ChannelScaling scaling{std::vector<double>(channels, x.scale),
                         std::vector<double>(channels, 0.0)};
  if (node.op_type() == "QLinearAdd") {
    scaling.offset = values;
  } else {
    for (std::size_t c = 0; c < channels; ++c) scaling.slope[c] *= values[c];
  }
  const OutputFormat format = read_output_format(graph, node, 7, import.builder.type(x.tensor.map));
  add_scaled(import, node, std::move(sums), scaling, read_scale(graph, node, 6, "output scale"),
             format, node.output(0));
}

}  // namespace sluice::net
