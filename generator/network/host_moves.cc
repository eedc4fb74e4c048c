// SPDX-License-Identifier: Apache-2.0
// Operators that bring numbers to other places or types, and that are left to the host.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;
using Dims = std::vector<std::int64_t>;

Dims strides_of(const Dims& dims) {
  Dims strides(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return strides;
}

/// The same numbers with other dimensions.
void give_dims(Import& import, const Node& node, HostValue value, Dims dims) {
  if (size_of(dims) != size_of(value.dims))
    import.graph.fail(node,
                      fmt::format("makes {} of a tensor of {}", text(dims), text(value.dims)));
  value.dims = std::move(dims);
  give_host(import, node.output(0), value);
}

void import_transpose(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  Dims order(value.dims.size());
  std::iota(order.rbegin(), order.rend(), 0);
  order = import.graph.integers(node, "perm", order);
  Dims sorted = order, all(value.dims.size());
  std::sort(sorted.begin(), sorted.end());
  std::iota(all.begin(), all.end(), 0);
  if (sorted != all)
    import.graph.fail(node,
                      fmt::format("its perm is {}, for {} dimensions", text(order), all.size()));
  give_host(import, node.output(0), permuted(import, value, order));
}

void import_reshape(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  Dims dims = import.graph.constant(node, 1, "shape").ints;
  const bool zeros = import.graph.integer(node, "allowzero", 0) == 0;
  for (std::size_t i = 0; zeros && i < dims.size() && i < value.dims.size(); ++i)
    if (dims[i] == 0) dims[i] = value.dims[i];
  const auto open = std::find(dims.begin(), dims.end(), -1);
  if (open != dims.end()) {
    *open = 1;
    const std::int64_t rest = size_of(dims);
    *open = rest > 0 ? size_of(value.dims) / rest : 0;
  }
  give_dims(import, node, value, dims);
}

void import_flatten(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  std::int64_t axis = import.graph.integer(node, "axis", 1);
  const auto rank = static_cast<std::int64_t>(value.dims.size());
  if (axis < 0) axis += rank;
  if (axis < 0 || axis > rank)
    import.graph.fail(node, fmt::format("its axis is {} of {} dimensions", axis, rank));
  const auto middle = value.dims.begin() + static_cast<std::ptrdiff_t>(axis);
  give_dims(import, node, value,
            {size_of({value.dims.begin(), middle}), size_of({middle, value.dims.end()})});
}

void import_squeeze(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  std::vector<bool> leaves(value.dims.size(), false);
  Dims ones;
  for (std::size_t i = 0; i < value.dims.size(); ++i)
    if (value.dims[i] == 1) ones.push_back(static_cast<std::int64_t>(i));
  for (const std::int64_t axis : host_integers(import, node, 1, "axes", ones))
    leaves[host_axis(import, node, axis, value.dims.size())] = true;
  Dims dims;
  for (std::size_t i = 0; i < value.dims.size(); ++i)
    if (!leaves[i]) dims.push_back(value.dims[i]);
  give_dims(import, node, value, dims);
}

void import_unsqueeze(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  const Dims axes = host_integers(import, node, 1, "axes", {});
  const auto rank = static_cast<std::int64_t>(value.dims.size() + axes.size());
  std::vector<bool> added(static_cast<std::size_t>(rank), false);
  for (std::int64_t axis : axes) {
    axis += axis < 0 ? rank : 0;
    if (axis < 0 || axis >= rank)
      import.graph.fail(node, fmt::format("its axes are {} of {} dimensions", text(axes), rank));
    added[static_cast<std::size_t>(axis)] = true;
  }
  Dims dims;
  auto next = value.dims.begin();
  for (const bool one : added) dims.push_back(one || next == value.dims.end() ? 1 : *next++);
  give_dims(import, node, value, dims);
}

void import_same(Import& import, const Node& node) {
  give_host(import, node.output(0), host_operand(import, node, 0));
}

void import_cast(Import& import, const Node& node) {
  HostValue value = host_operand(import, node, 0);
  static const std::map<std::int64_t, HostType> types = {
      {onnx::TensorProto::FLOAT, HostType::kReal},
      {onnx::TensorProto::INT32, HostType::kInt32},
      {onnx::TensorProto::INT64, HostType::kInt64}};
  const std::int64_t to = import.graph.integer(node, "to", 0);
  const auto found = types.find(to);
  if (found == types.end())
    import.graph.fail(node, fmt::format("casts to {}; supported are FLOAT, INT32 and INT64",
                                        type_name(static_cast<int>(to))));
  if (value.type == HostType::kReal && found->second != HostType::kReal) {
    HostStep step;
    step.function = HostFunction::kTruncate;
    step.inputs = {value.index};
    value = add_host_step(import, step, value.dims);
  }
  value.type = found->second;
  give_host(import, node.output(0), value);
}

/// `count` places of each axis from `first` on, every `step`-th.
HostValue sliced(Import& import, const HostValue& value, const Dims& first, const Dims& every,
                 const Dims& count) {
  HostStep step;
  step.kind = HostStep::Kind::kMove;
  step.inputs = {value.index};
  step.dims = count;
  step.strides = strides_of(value.dims);
  for (std::size_t i = 0; i < count.size(); ++i) {
    step.offset += first[i] * step.strides[i];
    step.strides[i] *= every[i];
  }
  return add_host_step(import, step, count, value.type);
}

void move_slice(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  const Dims starts = host_integers(import, node, 1, "starts", {});
  const Dims ends = host_integers(import, node, 2, "ends", {});
  Dims axes(starts.size());
  std::iota(axes.begin(), axes.end(), 0);
  axes = host_integers(import, node, 3, "axes", axes);
  const Dims steps = host_integers(import, node, 4, "steps", Dims(starts.size(), 1));
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    import.graph.fail(node, "has different numbers of starts, ends, axes and steps");
  Dims first(value.dims.size(), 0), every(value.dims.size(), 1), count = value.dims;
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const std::size_t axis = host_axis(import, node, axes[k], value.dims.size());
    const std::int64_t size = value.dims[axis], step = steps[k];
    if (step == 0) import.graph.fail(node, "has a step of 0");
    const auto within = [&](std::int64_t place) {
      place = place < 0 ? place + size : place;
      return step > 0 ? std::clamp<std::int64_t>(place, 0, size)
                      : std::clamp<std::int64_t>(place, -1, size - 1);
    };
    const std::int64_t end = ends[k] <= -size - 1 ? (step > 0 ? 0 : -1) : within(ends[k]);
    first[axis] = within(std::max(starts[k], -size));
    every[axis] = step;
    const std::int64_t span = step > 0 ? end - first[axis] : first[axis] - end;
    count[axis] = span <= 0 ? 0 : (span - 1) / std::abs(step) + 1;
    if (count[axis] == 0) import.graph.fail(node, "leaves no value");
  }
  give_host(import, node.output(0), sliced(import, value, first, every, count));
}

void move_split(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  const std::size_t axis =
      host_axis(import, node, import.graph.integer(node, "axis", 0), value.dims.size());
  const auto outputs = static_cast<std::int64_t>(node.output_size());
  const std::int64_t even = (value.dims[axis] + outputs - 1) / outputs;
  Dims sizes(static_cast<std::size_t>(outputs), even);
  if (outputs > 0) sizes.back() = value.dims[axis] - even * (outputs - 1);
  sizes = host_integers(import, node, 1, "split", sizes);
  if (static_cast<std::int64_t>(sizes.size()) != outputs ||
      std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) != value.dims[axis] ||
      std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 1; }))
    import.graph.fail(node, fmt::format("splits {} places into {}", value.dims[axis], text(sizes)));
  Dims first(value.dims.size(), 0), count = value.dims;
  for (std::size_t k = 0; k < sizes.size(); first[axis] += sizes[k++]) {
    count[axis] = sizes[k];
    give_host(import, node.output(static_cast<int>(k)),
              sliced(import, value, first, Dims(value.dims.size(), 1), count));
  }
}

void concatenate(Import& import, const Node& node, const std::vector<HostValue>& values) {
  const HostValue& first = values.front();
  const std::size_t axis =
      host_axis(import, node, import.graph.integer(node, "axis", 0), first.dims.size());
  HostStep step;
  step.kind = HostStep::Kind::kConcatenate;
  Dims dims = first.dims;
  dims[axis] = 0;
  for (const HostValue& value : values) {
    Dims like = value.dims;
    if (like.size() == dims.size()) like[axis] = first.dims[axis];
    if (like != first.dims || value.type != first.type)
      import.graph.fail(node, fmt::format("its operands have the shapes {} and {}",
                                          text(first.dims), text(value.dims)));
    dims[axis] += value.dims[axis];
    step.inputs.push_back(value.index);
  }
  for (std::size_t i = 0; i < axis; ++i) step.count *= dims[i];
  give_host(import, node.output(0), add_host_step(import, step, dims, first.type));
}

void import_concatenation(Import& import, const Node& node) {
  std::vector<HostValue> values;
  for (int i = 0; i < node.input_size(); ++i) values.push_back(host_operand(import, node, i));
  concatenate(import, node, values);
}

/// Of codes of several scales, which get one.
void import_qlinear_concatenation(Import& import, const Node& node) {
  std::vector<HostValue> values;
  for (int i = 2; i < node.input_size(); i += 3) values.push_back(qlinear_operand(import, node, i));
  if (values.empty()) import.graph.fail(node, "has no operands");
  concatenate(import, node, values);
  quantise_host(import, node, import.host.values.at(node.output(0)), 0, 1);
}

void import_expand(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  Dims dims = import.graph.constant(node, 1, "shape").ints;
  if (dims.size() < value.dims.size())
    dims.insert(dims.begin(), value.dims.size() - dims.size(), 1);
  const std::size_t missing = dims.size() - value.dims.size();
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t own = i < missing ? 1 : value.dims[i - missing];
    if (dims[i] == 1) dims[i] = own;
    if (dims[i] < 1 || (own != 1 && own != dims[i]))
      import.graph.fail(node,
                        fmt::format("makes {} of a tensor of {}", text(dims), text(value.dims)));
  }
  if (size_of(dims) > kLargestMap) import.graph.fail(node, "gives too many numbers");
  give_host(import, node.output(0), expanded(import, value, dims));
}

}  // namespace

HostValue permuted(Import& import, const HostValue& value, const Dims& order) {
  if (std::is_sorted(order.begin(), order.end())) return value;
  const Dims strides = strides_of(value.dims);
  HostStep step;
  step.kind = HostStep::Kind::kMove;
  step.inputs = {value.index};
  for (const std::int64_t axis : order) {
    step.dims.push_back(value.dims[static_cast<std::size_t>(axis)]);
    step.strides.push_back(strides[static_cast<std::size_t>(axis)]);
  }
  const Dims dims = step.dims;
  return add_host_step(import, std::move(step), dims, value.type);
}

const HostTable& host_moves() {
  static const HostTable all = {{"Cast", import_cast},
                                {"Concat", import_concatenation},
                                {"Dropout", import_same},
                                {"Expand", import_expand},
                                {"Flatten", import_flatten},
                                {"Identity", import_same},
                                {"QLinearConcat", import_qlinear_concatenation},
                                {"Reshape", import_reshape},
                                {"Slice", move_slice},
                                {"Split", move_split},
                                {"Squeeze", import_squeeze},
                                {"Transpose", import_transpose},
                                {"Unsqueeze", import_unsqueeze}};
  return all;
}

}  // namespace sluice::net
