// SPDX-License-Identifier: Apache-2.0
#include "generator/network/tflite/layout_operators.h"

#include <algorithm>

#include "generator/network/tflite/attributes.h"

namespace sluice::net::tflite {
namespace {

using Dims = Translation::Dims;

/// Cuts input `index` along one axis into pieces of `sizes`.
void add_split(Translation& to, const Operator& op, std::size_t index, std::int64_t axis,
               const Dims& sizes) {
  onnx::NodeProto& node =
      to.node(op, "Split", {to.real(op, index), to.constant(sizes)}, to.value(op));
  for (std::size_t i = 1; i < op.outputs.size(); ++i) node.add_output(to.value(op, i));
  set(node, "axis", Translation::axis(axis, to.input(op, index)));
  for (std::size_t i = 0; i < op.outputs.size(); ++i) to.finish(op, 0, i);
}

/// One stretch of each axis of input 0.
void add_slice(Translation& to, const Operator& op, const Dims& starts, const Dims& ends,
               const Dims& steps) {
  const Tensor& map = to.input(op, 0);
  const std::size_t rank = map.shape.size();
  if (starts.size() != rank || ends.size() != rank || steps.size() != rank)
    throw Refused{"it does not say for each axis where it begins and ends", ""};
  Dims axes;
  for (std::size_t i = 0; i < rank; ++i)
    axes.push_back(Translation::axis(static_cast<std::int64_t>(i), map));
  to.node(op, "Slice",
          {to.real(op, 0), to.constant(starts), to.constant(ends), to.constant(axes),
           to.constant(steps)},
          to.value(op));
  to.finish(op);
}

}  // namespace

void concatenation(Translation& to, const Operator& op) {
  constexpr int kAxis = 0, kActivation = 1;
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) inputs.push_back(to.real(op, i));
  set(to.node(op, "Concat", inputs, to.value(op)), "axis",
      Translation::axis(number(op, kAxis), to.tensor(op.outputs[0])));
  to.finish(op, choice(op, kActivation));
}

/// Inputs: axis, map.
void split(Translation& to, const Operator& op) {
  const std::int64_t axis = to.integers(op, 0).at(0);
  const Tensor& map = to.input(op, 1);
  const auto place = static_cast<std::size_t>(axis + (axis < 0 ? std::ssize(map.shape) : 0));
  const auto parts = static_cast<std::int64_t>(op.outputs.size());
  if (place >= map.shape.size()) throw Refused{"its axis is not one of its input", ""};
  add_split(to, op, 1, axis, Dims(op.outputs.size(), map.shape[place] / parts));
}

/// Inputs: map, sizes, axis.
void split_v(Translation& to, const Operator& op) {
  add_split(to, op, 0, to.integers(op, 2).at(0), to.integers(op, 1));
}

/// Inputs: map, begin, size; -1: to the end.
void slice(Translation& to, const Operator& op) {
  const Dims begin = to.integers(op, 1);
  Dims ends = to.integers(op, 2);
  const auto& shape = to.input(op, 0).shape;
  if (begin.size() != shape.size() || ends.size() != shape.size())
    throw Refused{"it does not say for each axis where it begins and ends", ""};
  for (std::size_t i = 0; i < ends.size(); ++i)
    ends[i] = ends[i] < 0 ? shape[i] : begin[i] + ends[i];
  add_slice(to, op, begin, ends, Dims(shape.size(), 1));
}

/// Inputs: map, begin, end, strides.
void strided_slice(Translation& to, const Operator& op) {
  constexpr int kBegin = 0, kEnd = 1, kEllipsis = 2, kNew = 3, kShrink = 4;
  if (number(op, kEllipsis) != 0 || number(op, kNew) != 0 || number(op, kShrink) != 0)
    throw Refused{"it adds or removes axes", "keep all axes"};
  const auto& shape = to.input(op, 0).shape;
  Dims begin = to.integers(op, 1), end = to.integers(op, 2);
  for (std::size_t i = 0; i < std::min({begin.size(), end.size(), shape.size()}); ++i) {
    if ((number(op, kBegin) >> i & 1) != 0) begin[i] = 0;
    if ((number(op, kEnd) >> i & 1) != 0) end[i] = shape[i];
  }
  add_slice(to, op, begin, end, to.integers(op, 3));
}

/// Inputs: map, [axis][before, behind].
void pad(Translation& to, const Operator& op) {
  const Tensor& map = to.input(op, 0);
  const Dims given = to.integers(op, 1);
  const std::size_t rank = map.shape.size();
  if (given.size() != 2 * rank) throw Refused{"it does not pad each axis", ""};
  // A tensor of three dimensions becomes one of four.
  const std::size_t all = rank == 3 ? 4 : rank;
  Dims pads(2 * all);
  for (std::size_t i = 0; i < rank; ++i) {
    const auto axis =
        static_cast<std::size_t>(Translation::axis(static_cast<std::int64_t>(i), map));
    pads[axis] = given[2 * i];
    pads[axis + all] = given[2 * i + 1];
  }
  to.node(op, "Pad", {to.real(op, 0), to.constant(pads)}, to.value(op));
  to.finish(op);
}

/// Inputs: map, [height, width].
void resize_nearest_neighbor(Translation& to, const Operator& op) {
  constexpr int kAlignCorners = 0, kHalfPixel = 1;
  const Tensor& map = to.input(op, 0);
  const Dims size = to.integers(op, 1);
  if (map.shape.size() != 4 || size.size() != 2)
    throw Refused{"its map must have four dimensions", ""};
  onnx::NodeProto& node =
      to.node(op, "Resize",
              {to.real(op, 0), "", "", to.constant({map.shape[0], map.shape[3], size[0], size[1]})},
              to.value(op));
  const bool half = op.options.scalar<bool>(kHalfPixel, false);
  const bool corners = op.options.scalar<bool>(kAlignCorners, false);
  set(node, "mode", "nearest");
  set(node, "coordinate_transformation_mode",
      corners ? "align_corners"
      : half  ? "half_pixel"
              : "asymmetric");
  set(node, "nearest_mode", corners || half ? "round_prefer_ceil" : "floor");
  to.finish(op);
}

void reshape(Translation& to, const Operator& op) { to.reshape(op, 0); }

}  // namespace sluice::net::tflite
