// SPDX-License-Identifier: Apache-2.0
// Maps of other sizes: positions that are repeated, left out or interpolated, padding.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "generator/network/real_parser.h"
#include "generator/network/windows.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// From positions of an output along an axis to those of the input, as Resize has them.
class Coordinates {
 public:
  Coordinates(const Graph& graph, const Node& node, int input, int output, double scale)
      : coordinates_(graph.word(node, "coordinate_transformation_mode", "half_pixel")),
        rounding_(graph.word(node, "nearest_mode", "round_prefer_floor")),
        input_(input),
        output_(output),
        scale_(scale) {}

  bool known() const {
    return is_one_of(coordinates_, {"half_pixel", "pytorch_half_pixel", "asymmetric",
                                    "align_corners", "half_pixel_symmetric"}) &&
           is_one_of(rounding_, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
  }

  int source(int position) const {
    return std::clamp(static_cast<int>(rounded(original(position))), 0, input_ - 1);
  }

  double original(int position) const {
    if (coordinates_ == "asymmetric") return position / scale_;
    if (coordinates_ == "align_corners")
      return output_ == 1 ? 0 : 1.0 * position * (input_ - 1) / (output_ - 1);
    if (coordinates_ == "pytorch_half_pixel" && output_ == 1) return 0;
    return (position + 0.5) / scale_ - 0.5;
  }

 private:
  static bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  double rounded(double at) const {
    if (rounding_ == "floor") return std::floor(at);
    if (rounding_ == "ceil") return std::ceil(at);
    if (rounding_ == "round_prefer_ceil") return std::floor(at + 0.5);
    return std::ceil(at - 0.5);
  }

  std::string coordinates_, rounding_;
  int input_, output_;
  double scale_;
};

/// Rows or columns of a Resize.
struct ResizedAxis {
  int input = 0, output = 0;
  double scale = 1;
};

std::array<ResizedAxis, 2> resized_axes(const Graph& graph, const Node& node,
                                        const FeatureMap& map) {
  const auto scales = graph.optional_constant(node, 2, "scales");
  const auto sizes = graph.optional_constant(node, 3, "sizes");
  const bool given =
      scales && scales->reals.size() == 4 && scales->reals[0] == 1 && scales->reals[1] == 1;
  const bool sized = sizes && sizes->ints.size() == 4 && sizes->ints[1] == map.channels;
  std::array<ResizedAxis, 2> axes;
  for (const int axis : {0, 1}) {
    ResizedAxis& one = axes[axis];
    one.input = axis == 0 ? map.height : map.width;
    double output = 0;
    if (given) output = std::floor(one.input * (one.scale = scales->reals[axis + 2]));
    if (!given && sized) {
      output = static_cast<double>(sizes->ints[axis + 2]);
      one.scale = output / one.input;
    }
    if (!(output >= 1 && output <= 65536))
      graph.fail(node,
                 "does not say to what size it brings height and width; supported are "
                 "constant scales or sizes of four dimensions");
    one.output = static_cast<int>(output);
  }
  return axes;
}

/// The position of an input that an output is, and how far it is on the way to the next.
Window interpolated(double at, int size, int denominator) {
  at = std::clamp(at, 0.0, size - 1.0);
  const int begin = static_cast<int>(std::floor(at + 1e-5));
  const int next = static_cast<int>(std::lround((at - begin) * denominator));
  if (next == 0) return {begin, {1}, 1};
  if (next == denominator) return {begin + 1, {1}, 1};
  const int common = std::gcd(next, denominator);
  return {begin, {(denominator - next) / common, next / common}, denominator / common};
}

/// What all positions are multiples of.
int denominator_of(const Coordinates& coordinates, const ResizedAxis& axis) {
  for (int denominator = 1; denominator <= 255; ++denominator) {
    bool good = true;
    for (int i = 0; good && i < axis.output; ++i) {
      const double steps = coordinates.original(i) * denominator;
      good = std::abs(steps - std::nearbyint(steps)) < 1e-3;
    }
    if (good) return denominator;
  }
  return 0;
}

std::vector<Window> resize_windows(const Graph& graph, const Node& node, const ResizedAxis& axis) {
  const Coordinates coordinates(graph, node, axis.input, axis.output, axis.scale);
  const bool linear = is_linear_resize(graph, node);
  const int denominator = linear ? denominator_of(coordinates, axis) : 1;
  const std::string mode = graph.word(node, "mode", "nearest");
  if (!coordinates.known() || (mode != "nearest" && !linear) || denominator == 0 ||
      graph.integer(node, "antialias", 0) != 0)
    graph.fail(node,
               "neither takes the nearest positions nor means of neighbours with small "
               "factors; supported are modes nearest and linear, such as scales of 2 with "
               "half_pixel, without antialias");
  std::vector<Window> windows;
  for (int i = 0; i < axis.output; ++i)
    windows.push_back(linear ? interpolated(coordinates.original(i), axis.input, denominator)
                             : Window{coordinates.source(i), {1}, 1});
  return windows;
}

}  // namespace

RealConstant resize_matrix(const Graph& graph, const Node& node, int input, int output,
                           double scale) {
  const Coordinates coordinates(graph, node, input, output, scale);
  const bool linear = is_linear_resize(graph, node);
  if (!coordinates.known() || (!linear && graph.word(node, "mode", "nearest") != "nearest") ||
      graph.integer(node, "antialias", 0) != 0)
    graph.fail(node, "supported are modes nearest and linear, without antialias");
  RealConstant matrix{{output, input}, {}};
  matrix.values.resize(static_cast<std::size_t>(output) * input);
  for (int i = 0; i < output; ++i) {
    double* row = &matrix.values[static_cast<std::size_t>(i) * input];
    const double at = std::clamp(coordinates.original(i), 0.0, input - 1.0);
    const int first = linear ? static_cast<int>(std::floor(at)) : coordinates.source(i);
    const double next = linear ? at - first : 0;
    row[first] = 1 - next;
    if (next > 0) row[first + 1] = next;
  }
  return matrix;
}

namespace {

/// Outputs that may be alike are this many apart, and their inputs.
std::pair<int, int> period_of(const Graph& graph, const Node& node, const ResizedAxis& axis) {
  const bool corners =
      graph.word(node, "coordinate_transformation_mode", "half_pixel") == "align_corners";
  const int less = corners && axis.input > 1 && axis.output > 1 ? 1 : 0;
  const int common = std::gcd(axis.output - less, axis.input - less);
  return {(axis.output - less) / common, (axis.input - less) / common};
}

std::array<std::vector<WindowRun>, 2> resize_runs(const Graph& graph, const Node& node,
                                                  const FeatureMap& map) {
  std::array<std::vector<WindowRun>, 2> runs;
  const auto axes = resized_axes(graph, node, map);
  for (const int axis : {0, 1}) {
    const auto [step, stride] = period_of(graph, node, axes[axis]);
    runs[axis] = runs_of(resize_windows(graph, node, axes[axis]), step, stride);
  }
  return runs;
}

/// Whether all runs take the whole axis: it is repeated.
bool repeats(const std::vector<WindowRun>& runs, int size) {
  return std::all_of(runs.begin(), runs.end(), [&](const WindowRun& run) {
    return run.count == size && run.stride == 1 && run.window.begin == 0 &&
           run.step == static_cast<int>(runs.size()) && run.window.weights.size() == 1;
  });
}

/// Windows of a source, in its own scale.
MapTensor moved(Import& import, const Node& node, const Source& source,
                const std::array<std::vector<WindowRun>, 2>& runs) {
  NetworkBuilder& builder = import.builder;
  const int map = source.map.tensor.map;
  const auto channels = static_cast<std::size_t>(builder.map(map).channels);
  const std::string codes = name_of_codes(source, node.output(0));
  add_windows(import, node, {source.map.tensor, 1, builder.stored_zero_point(map)}, runs,
              {std::vector<double>(channels, 1.0), std::vector<double>(channels, 0.0)}, 1,
              {builder.type(map), builder.zero_point_code(map)}, codes);
  builder.share_zero_point(builder.find(codes)->map, map);
  return *builder.find(codes);
}

/// What a Pad pads with.
double pad_value_of(Import& import, const Node& node, const Source& source) {
  const Graph& graph = import.graph;
  if (Graph::input_of(node, 2).empty()) return 0;
  std::vector<double> values;
  if (source.real) {
    std::vector<const Node*> taken;
    values = real_constant(graph, node, 2, "constant value", taken).values;
    import.done.insert(taken.begin(), taken.end());
  } else {
    for (const std::int64_t code : graph.constant(node, 2, "constant value").ints)
      values.push_back(static_cast<double>(code));
  }
  if (values.size() != 1) graph.fail(node, "its constant value is not one number");
  return values[0];
}

/// Positions that padding repeats, mirrored or from the edge.
std::array<std::vector<WindowRun>, 2> padded_runs(const Graph& graph, const Node& node,
                                                  const FeatureMap& map,
                                                  const std::vector<std::int64_t>& pads) {
  const bool mirrors = graph.word(node, "mode", "constant") == "reflect";
  std::array<std::vector<WindowRun>, 2> runs;
  for (const int axis : {0, 1}) {
    const int size = axis == 0 ? map.height : map.width;
    const int before = static_cast<int>(pads[axis + 2]), behind = static_cast<int>(pads[axis + 6]);
    if (mirrors && std::max(before, behind) >= size)
      graph.fail(node, "mirrors more positions than its input has");
    std::vector<Window> windows;
    for (int i = -before; i < size + behind; ++i) {
      const int mirrored = i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
      windows.push_back({mirrors ? mirrored : std::clamp(i, 0, size - 1), {1}, 1});
    }
    runs[axis] = runs_of(windows, 1, 1);
  }
  return runs;
}

}  // namespace

bool is_linear_resize(const Graph& graph, const Node& node) {
  return node.op_type() == "Resize" && graph.word(node, "mode", "nearest") == "linear";
}

MapTensor RealParser::interpolation(const Node& node) {
  const RealMap x = real_operand(import_, node, 0);
  if (x.tensor.flat) graph_.fail(node, "its input has two dimensions; four are supported");
  const FeatureMap map = import_.builder.map(x.tensor.map);
  add_windows(import_, node, x, resize_runs(graph_, node, map), affine(map.channels, false), scale_,
              format_, quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

void import_resize(Import& import, const Node& node) {
  NetworkBuilder& builder = import.builder;
  const Source source = source_of(import, node, 0);
  const MapTensor from = source.map.tensor;
  if (from.flat) import.graph.fail(node, "its input has two dimensions; four are supported");
  FeatureMap shape = builder.map(from.map);
  const auto runs = resize_runs(import.graph, node, shape);
  if (!repeats(runs[0], shape.height) || !repeats(runs[1], shape.width))
    return give(import, node.output(0), source, moved(import, node, source, runs));
  const int down = runs[0].front().step, right = runs[1].front().step;
  if (down == 1 && right == 1) return give(import, node.output(0), source, from);
  shape.height *= down;
  shape.width *= right;
  const int whole = builder.add_like(node, name_of_codes(source, node.output(0)), from, shape);
  for (int y = 0; y < down; ++y)
    for (int x = 0; x < right; ++x) {
      const int copy =
          builder.add_copy(node, from.map, fmt::format("{} position {} {}", node.output(0), y, x));
      builder.join(copy, {whole, 0, y, x, down, right});
    }
  give(import, node.output(0), source, {whole, false});
}

void import_pad(Import& import, const Node& node) {
  const Graph& graph = import.graph;
  NetworkBuilder& builder = import.builder;
  const Source source = source_of(import, node, 0);
  const MapTensor from = source.map.tensor;
  if (from.flat) graph.fail(node, "its input has two dimensions; four are supported");
  const std::vector<std::int64_t> pads = graph.constant(node, 1, "pads").ints;
  const std::string mode = graph.word(node, "mode", "constant");
  bool good = pads.size() == 8;
  for (std::size_t i = 0; good && i < 8; ++i)
    good = pads[i] >= 0 && pads[i] <= 4096 && (i % 4 > 0 || pads[i] == 0);
  if (good && (mode == "reflect" || mode == "edge") && pads[1] == 0 && pads[5] == 0)
    return give(import, node.output(0), source,
                moved(import, node, source, padded_runs(graph, node, builder.map(from.map), pads)));
  // Of codes whose zero point nobody has said it is what they are padded with
  if (!source.real && !builder.knows_zero_point(from.map))
    builder.zero_point(node, from.map, graph.optional_constant(node, 2, "constant value"));
  const int zero = builder.zero_point_code(from.map);
  if (!good || mode != "constant" || pad_value_of(import, node, source) != (source.real ? 0 : zero))
    graph.fail(node,
               "is not padding of channels, height and width with what stands for zero, in mode "
               "constant, or of height and width in modes reflect and edge; only that is "
               "supported");
  const std::string codes = name_of_codes(source, node.output(0));
  if (pads[1] + pads[5] > 0) {
    std::vector<int> channels(static_cast<std::size_t>(builder.map(from.map).channels));
    std::iota(channels.begin(), channels.end(), 0);
    channels.insert(channels.begin(), static_cast<std::size_t>(pads[1]), -1);
    channels.insert(channels.end(), static_cast<std::size_t>(pads[5]), -1);
    const auto at = [&](int i) { return static_cast<int>(pads[i]); };
    return give(import, node.output(0), source,
                with_channels(import, node, from, channels, {at(2), at(3), at(6), at(7)}, codes));
  }
  Sums sums = same_channels(import, {from, 1, builder.stored_zero_point(from.map)});
  sums.layer.pad_top = static_cast<int>(pads[2]);
  sums.layer.pad_left = static_cast<int>(pads[3]);
  sums.layer.pad_bottom = static_cast<int>(pads[6]);
  sums.layer.pad_right = static_cast<int>(pads[7]);
  const auto channels = static_cast<std::size_t>(sums.out_channels);
  add_scaled(import, node, std::move(sums),
             {std::vector<double>(channels, 1.0), std::vector<double>(channels, 0.0)}, 1,
             {builder.type(from.map), zero}, codes);
  const MapTensor result = *builder.find(codes);
  builder.fold_padding(result.map);
  give(import, node.output(0), source, result);
}

}  // namespace sluice::net
