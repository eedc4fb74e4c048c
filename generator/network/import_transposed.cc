// SPDX-License-Identifier: Apache-2.0
// Transposed convolutions. Outputs that lie a stride apart take the same taps of the kernel, and of
// neighbouring inputs: they are a convolution with a kernel of these taps, whose output is a part
// of the map.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "generator/network/real_parser.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// A transposed convolution along one axis: outputs from `first` on, `stride` apart, are sums of
/// `taps` neighbours, the tap of the first neighbour being the last of those.
struct Phase {
  int first = 0, count = 0;  ///< outputs
  int tap = 0, taps = 0;     ///< of the kernel, `stride` apart; 0: none
  int skipped = 0;  ///< positions of the input before the first neighbour of output `first`
};

struct TransposedAxis {
  int kernel = 1, stride = 1, pad_before = 0, size = 0, output = 0;

  Phase phase(int index) const {
    Phase phase;
    phase.first = index;
    phase.count = output > index ? (output - 1 - index) / stride + 1 : 0;
    phase.tap = (index + pad_before) % stride;
    phase.taps = phase.tap < kernel ? (kernel - 1 - phase.tap) / stride + 1 : 0;
    phase.skipped = (index + pad_before) / stride - std::max(phase.taps, 1) + 1;
    return phase;
  }
};

using Axes = std::array<TransposedAxis, 2>;
using Dims = std::vector<std::int64_t>;

TransposedAxis read_axis(const Graph& graph, const Node& node, int axis, int kernel, int size) {
  const auto at = [&](const char* name, std::int64_t otherwise, int place) {
    const auto given = graph.integers(node, name, {});
    const auto index = static_cast<std::size_t>(place);
    const std::int64_t value = given.empty() ? otherwise : index < given.size() ? given[index] : -1;
    if (value < 0 || value > 4096)
      graph.fail(node, fmt::format("its {} are {}", name, text(given)));
    return static_cast<int>(value);
  };
  if (at("dilations", 1, axis) != 1) graph.fail(node, "has dilations, which are not supported");
  TransposedAxis result{kernel, std::max(1, at("strides", 1, axis)), at("pads", 0, axis), size, 0};
  const int sums = (size - 1) * result.stride + kernel + at("output_padding", 0, axis);
  result.output = sums - result.pad_before - at("pads", 0, axis + 2);
  const std::string automatic = graph.word(node, "auto_pad", "NOTSET");
  const auto shape = graph.integers(node, "output_shape", {});
  if (automatic == "VALID") {
    result.pad_before = 0;
    result.output = sums;
  } else if (automatic != "NOTSET" || !shape.empty()) {
    // Of what is left out, the odd one is behind for SAME_UPPER, else in front
    result.output = shape.empty() ? size * result.stride : at("output_shape", 0, axis);
    const int all = sums - result.output;
    if (all < 0) graph.fail(node, "has a larger output than its sums give; give pads");
    result.pad_before = automatic == "SAME_UPPER" ? all / 2 : all - all / 2;
  }
  if (result.output < 1) graph.fail(node, "has no output: its pads are larger than its sums");
  return result;
}

/// The weights that a phase takes of [input channel][output channel / groups][y][x].
std::vector<std::int16_t> phase_weights(const std::vector<std::int64_t>& weights, const Dims& dims,
                                        int groups, const Axes& axes, const Phase& y,
                                        const Phase& x) {
  const int taps_h = std::max(1, y.taps), taps_w = std::max(1, x.taps);
  const std::int64_t inputs = dims[0] / groups, outputs = dims[1];
  std::vector<std::int16_t> result;
  for (std::int64_t out = 0; out < outputs * groups; ++out)
    for (std::int64_t in = 0; in < inputs; ++in)
      for (int i = 0; i < taps_h; ++i)
        for (int j = 0; j < taps_w; ++j) {
          // Neighbours that come later take earlier taps
          const std::int64_t ky = y.tap + std::int64_t{taps_h - 1 - i} * axes[0].stride;
          const std::int64_t kx = x.tap + std::int64_t{taps_w - 1 - j} * axes[1].stride;
          const std::int64_t from = out / outputs * inputs + in;
          const bool none = y.taps == 0 || x.taps == 0;
          const std::int64_t place =
              ((from * outputs + out % outputs) * dims[2] + ky) * dims[3] + kx;
          result.push_back(none ? std::int16_t{0} : static_cast<std::int16_t>(weights[place]));
        }
  return result;
}

/// Fails if a node has what is not supported.
void check_transposed(const Graph& graph, const Node& node, const QuantisedConstant& weights,
                      const FeatureMap& in, int groups) {
  if (weights.ints.empty()) graph.fail(node, "has no weights");
  if (weights.dims.size() != 4 || weights.dims[0] != in.channels || groups < 1 ||
      in.channels % groups != 0)
    graph.fail(node, fmt::format("its weights of shape {} in {} group(s) do not fit an input of {} "
                                 "channels",
                                 text(weights.dims), groups, in.channels));
  if (weights.scales.size() != 1 && (weights.axis != 1 || groups != 1))
    graph.fail(node,
               "its weights have several scales; supported are one, or without groups one for "
               "each output channel, axis 1");
}

/// Kernel, padding and place of the convolution of a phase along one axis.
void set_rows(Layer& layer, const Phase& phase, int size) {
  layer.kernel_h = std::max(1, phase.taps);
  layer.pad_top = std::max(0, -phase.skipped);
  layer.pad_bottom = std::max(0, phase.count + layer.kernel_h - 1 - size - layer.pad_top);
}

void set_columns(Layer& layer, const Phase& phase, int size) {
  layer.kernel_w = std::max(1, phase.taps);
  layer.pad_left = std::max(0, -phase.skipped);
  layer.pad_right = std::max(0, phase.count + layer.kernel_w - 1 - size - layer.pad_left);
}

/// What a phase reads of a map: positions before its first neighbour are left out.
MapTensor input_of_phase(NetworkBuilder& builder, const Graph& graph, const Node& node,
                         const RealMap& x, const Phase& rows, const Phase& columns,
                         const std::string& tensor) {
  const Part rest{x.tensor.map, 0, std::max(0, rows.skipped), std::max(0, columns.skipped)};
  if (rest.row == 0 && rest.column == 0) return x.tensor;
  FeatureMap shape = builder.map(x.tensor.map);
  shape.height -= rest.row;
  shape.width -= rest.column;
  if (shape.height < 1 || shape.width < 1)
    graph.fail(node, "has pads that leave out more than its input");
  return builder.add_part(node, tensor + " input", x.tensor, rest, shape);
}

}  // namespace

MapTensor RealParser::transposed_convolution(const Node& node) {
  NetworkBuilder& builder = import_.builder;
  const RealMap x = real_operand(import_, node, 0);
  if (x.tensor.flat) graph_.fail(node, "its input has two dimensions; four are supported");
  const QuantisedConstant weights = quantised_constant(graph_, node, 1, "weight", taken_);
  FeatureMap shape = builder.map(x.tensor.map);
  const int groups = static_cast<int>(graph_.integer(node, "group", 1));
  check_transposed(graph_, node, weights, shape, groups);
  const Axes axes{read_axis(graph_, node, 0, static_cast<int>(weights.dims[2]), shape.height),
                  read_axis(graph_, node, 1, static_cast<int>(weights.dims[3]), shape.width)};
  shape.channels = static_cast<int>(weights.dims[1] * groups);
  shape.height = axes[0].output;
  shape.width = axes[1].output;
  std::vector<double> steps(shape.channels);
  for (std::size_t c = 0; c < steps.size(); ++c)
    steps[c] = weights.scales[weights.scales.size() == 1 ? 0 : c] * x.scale;
  const std::vector<double> bias = real_bias(node, 2, shape.channels);
  const int whole = builder.add_whole(node, quantize_.output(0), format_, shape, false);
  for (int i = 0; i < axes[0].stride * axes[1].stride; ++i) {
    const Phase rows = axes[0].phase(i / axes[1].stride);
    const Phase columns = axes[1].phase(i % axes[1].stride);
    if (rows.count == 0 || columns.count == 0) continue;
    const std::string tensor = fmt::format("{} position {}", quantize_.output(0), i);
    Sums sums;
    sums.layer.name = fmt::format("{} {}", Graph::name_of(node), i);
    sums.layer.input = input_of_phase(builder, graph_, node, x, rows, columns, tensor).map;
    sums.layer.groups = groups;
    set_rows(sums.layer, rows, builder.map(sums.layer.input).height);
    set_columns(sums.layer, columns, builder.map(sums.layer.input).width);
    sums.weights = phase_weights(weights.ints, weights.dims, groups, axes, rows, columns);
    sums.out_channels = shape.channels;
    sums.zero_point = x.zero_point;
    const MapTensor part = finish_sums(node, {std::move(sums), steps, bias}, tensor);
    builder.join(part.map, {whole, 0, rows.first, columns.first, axes[0].stride, axes[1].stride});
  }
  return {whole, false};
}

}  // namespace sluice::net
