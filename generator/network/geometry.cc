// SPDX-License-Identifier: Apache-2.0
#include "generator/network/geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::net {
namespace {

constexpr std::int64_t kLargestGeometry = 4096;

/// Checks that `values` are `count` numbers from `low` on.
void check_geometry(const Graph& graph, const Graph::Node& node, const std::string& what,
                    const std::vector<std::int64_t>& values, std::size_t count, std::int64_t low) {
  bool good = values.size() == count;
  for (const std::int64_t value : values) good = good && value >= low && value <= kLargestGeometry;
  if (!good)
    graph.fail(node, fmt::format("its {} are {}; supported are {} numbers from {} to {}", what,
                                 text(values), count, low, kLargestGeometry));
}

/// Padding with which the output has an input's size over the stride; what is odd of it goes where
/// the node says.
void pad_to_same(Extent& extent, int size) {
  const int outputs = (size + extent.stride - 1) / extent.stride;
  const int all = std::max((outputs - 1) * extent.stride + extent.kernel - size, 0);
  extent.pad_before = extent.same > 0 ? all / 2 : all - all / 2;
  extent.pad_behind = all - extent.pad_before;
}

/// Padding behind that makes room for a last window, which begins within the map or what is padded
/// before it.
void pad_up(Extent& extent, int size) {
  const int rest = size + extent.pad_before + extent.pad_behind - extent.kernel;
  if (rest < 0 || rest % extent.stride == 0) return;
  const int begin = (rest / extent.stride + 1) * extent.stride;
  if (begin < size + extent.pad_before)
    extent.pad_behind = begin + extent.kernel - size - extent.pad_before;
}

}  // namespace

Geometry read_geometry(const Graph& graph, const Graph::Node& node,
                       const std::vector<std::int64_t>& kernel) {
  check_geometry(graph, node, "kernel's height and width", kernel, 2, 1);
  const auto strides = graph.integers(node, "strides", {1, 1});
  check_geometry(graph, node, "strides", strides, 2, 1);
  const auto dilations = graph.integers(node, "dilations", {1, 1});
  check_geometry(graph, node, "dilations", dilations, 2, 1);
  const std::string automatic = graph.word(node, "auto_pad", "NOTSET");
  if (!std::set<std::string>{"NOTSET", "SAME_LOWER", "SAME_UPPER", "VALID"}.contains(automatic))
    graph.fail(node, fmt::format("its auto_pad is {}; supported are NOTSET, SAME_LOWER, SAME_UPPER "
                                 "and VALID",
                                 automatic));
  auto pads = graph.integers(node, "pads", {0, 0, 0, 0});
  check_geometry(graph, node, "pads", pads, 4, 0);
  if (automatic != "NOTSET") pads = {0, 0, 0, 0};
  Geometry geometry;
  for (const int axis : {0, 1}) {
    Extent& extent = geometry[axis];
    extent.dilation = static_cast<int>(dilations[axis]);
    extent.kernel = static_cast<int>((kernel[axis] - 1) * dilations[axis] + 1);
    extent.stride = static_cast<int>(strides[axis]);
    extent.pad_before = static_cast<int>(pads[axis]);
    extent.pad_behind = static_cast<int>(pads[axis + 2]);
    if (automatic.starts_with("SAME")) extent.same = automatic == "SAME_UPPER" ? 1 : -1;
  }
  return geometry;
}

void fit_extents(Geometry& geometry, const FeatureMap& input) {
  for (const int axis : {0, 1}) {
    Extent& extent = geometry[axis];
    const int size = axis == 0 ? input.height : input.width;
    if (extent.same != 0) pad_to_same(extent, size);
    if (extent.rounds_up) pad_up(extent, size);
  }
}

void set_window(Layer& layer, Geometry geometry, const FeatureMap& input) {
  fit_extents(geometry, input);
  layer.kernel_h = geometry[0].kernel;
  layer.kernel_w = geometry[1].kernel;
  layer.stride_h = geometry[0].stride;
  layer.stride_w = geometry[1].stride;
  layer.pad_top = geometry[0].pad_before;
  layer.pad_left = geometry[1].pad_before;
  layer.pad_bottom = geometry[0].pad_behind;
  layer.pad_right = geometry[1].pad_behind;
}

}  // namespace sluice::net
