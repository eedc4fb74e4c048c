// SPDX-License-Identifier: Apache-2.0
// Maps that grow: repeated positions, padding.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// From positions of an output along an axis to those of the input, as Resize has them.
class Nearest {
 public:
  Nearest(const Graph& graph, const Node& node, int input, int output, double scale)
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

 private:
  static bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  double original(int position) const {
    if (coordinates_ == "asymmetric") return position / scale_;
    if (coordinates_ == "align_corners")
      return output_ == 1 ? 0 : 1.0 * position * (input_ - 1) / (output_ - 1);
    if (coordinates_ == "pytorch_half_pixel" && output_ == 1) return 0;
    return (position + 0.5) / scale_ - 0.5;
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

/// How often a Resize repeats the rows and columns of a map.
std::array<int, 2> factors_of(const Graph& graph, const Node& node, const FeatureMap& map) {
  const auto scales = graph.optional_constant(node, 2, "scales");
  const auto sizes = graph.optional_constant(node, 3, "sizes");
  std::array<int, 2> factors{};
  for (const int axis : {0, 1}) {
    const int input = axis == 0 ? map.height : map.width;
    double factor = 0;
    if (scales && scales->reals.size() == 4) factor = scales->reals[axis + 2];
    if (sizes && sizes->ints.size() == 4)
      factor = static_cast<double>(sizes->ints[axis + 2]) / input;
    const bool good = factor >= 1 && factor <= 64 && factor == std::floor(factor);
    factors[axis] = good ? static_cast<int>(factor) : 0;
    const Nearest nearest(graph, node, input, input * factors[axis], factor);
    bool repeats = good && nearest.known() && graph.word(node, "mode", "nearest") == "nearest";
    for (int i = 0; repeats && i < input * factors[axis]; ++i)
      repeats = nearest.source(i) == i / factors[axis];
    if (!repeats)
      graph.fail(node,
                 "does not repeat each row and column a whole number of times; supported are mode "
                 "nearest, scales that are whole numbers, and modes of coordinates and rounding "
                 "with which that is so, such as asymmetric and floor");
  }
  return factors;
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

}  // namespace

void import_resize(Import& import, const Node& node) {
  NetworkBuilder& builder = import.builder;
  const Source source = source_of(import, node, 0);
  const MapTensor from = source.map.tensor;
  if (from.flat) import.graph.fail(node, "its input has two dimensions; four are supported");
  FeatureMap shape = builder.map(from.map);
  const auto [down, right] = factors_of(import.graph, node, shape);
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
  const int zero = builder.zero_point_code(from.map);
  bool good = pads.size() == 8 && graph.word(node, "mode", "constant") == "constant" &&
              pad_value_of(import, node, source) == (source.real ? 0 : zero);
  for (std::size_t i = 0; good && i < 8; ++i)
    good = pads[i] >= 0 && pads[i] <= 4096 && (i % 4 > 1 || pads[i] == 0);
  if (!good)
    graph.fail(node,
               "is not padding of height and width with what stands for zero, in mode constant; "
               "only that is supported");
  Sums sums = same_channels(import, {from, 1, builder.stored_zero_point(from.map)});
  sums.layer.pad_top = static_cast<int>(pads[2]);
  sums.layer.pad_left = static_cast<int>(pads[3]);
  sums.layer.pad_bottom = static_cast<int>(pads[6]);
  sums.layer.pad_right = static_cast<int>(pads[7]);
  const auto channels = static_cast<std::size_t>(sums.out_channels);
  const std::string codes = name_of_codes(source, node.output(0));
  add_scaled(import, node, std::move(sums),
             {std::vector<double>(channels, 1.0), std::vector<double>(channels, 0.0)}, 1,
             {builder.type(from.map), zero}, codes);
  const MapTensor result = *builder.find(codes);
  builder.fold_padding(result.map);
  give(import, node.output(0), source, result);
}

}  // namespace sluice::net
