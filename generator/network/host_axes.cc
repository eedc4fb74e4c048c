// SPDX-License-Identifier: Apache-2.0
// Operators along an axis that are left to the host.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;
using Dims = std::vector<std::int64_t>;
using Kind = HostStep::Kind;

/// A step over the axis `axis` of a value.
HostStep along(Kind kind, const HostValue& value, std::size_t axis) {
  HostStep step;
  step.kind = kind;
  step.inputs = {value.index};
  step.length = value.dims[axis];
  for (std::size_t i = axis + 1; i < value.dims.size(); ++i) step.inner *= value.dims[i];
  return step;
}

/// Up to operator set 12 these take all dimensions from their axis on as one.
void add_softmax(Import& import, const Node& node, const HostValue& value, std::int64_t opset) {
  const std::string& type = node.op_type();
  const std::size_t axis = host_axis(
      import, node, import.graph.integer(node, "axis", opset < 13 ? 1 : -1), value.dims.size());
  HostStep step = along(type == "LogSoftmax" ? Kind::kLogSoftmax
                        : type == "Hardmax"  ? Kind::kHardmax
                                             : Kind::kSoftmax,
                        value, axis);
  if (opset < 13) {
    step.length *= step.inner;
    step.inner = 1;
  }
  give_host(import, node.output(0), add_host_step(import, step, value.dims));
}

void import_softmax(Import& import, const Node& node) {
  add_softmax(import, node, real_host_operand(import, node, 0), import.graph.opset());
}

/// Of QOperator form: codes become real numbers, and these codes again.
void import_qlinear_softmax(Import& import, const Node& node) {
  const HostValue value = qlinear_operand(import, node, 0);
  add_softmax(import, node, value, import.graph.integer(node, "opset", 13));
  quantise_host(import, node, import.host.values.at(node.output(0)), 3, 4);
}

/// Of an operator that leaves one place of an axis.
Dims without(const Dims& dims, std::size_t axis, bool keep) {
  Dims result = dims;
  if (keep)
    result[axis] = 1;
  else
    result.erase(result.begin() + static_cast<std::ptrdiff_t>(axis));
  return result;
}

void import_place(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  const std::size_t axis =
      host_axis(import, node, import.graph.integer(node, "axis", 0), value.dims.size());
  HostStep step = along(Kind::kPlace, value, axis);
  step.largest = node.op_type() == "ArgMax";
  step.last = import.graph.integer(node, "select_last_index", 0) != 0;
  const bool keep = import.graph.integer(node, "keepdims", 1) != 0;
  give_host(import, node.output(0),
            add_host_step(import, step, without(value.dims, axis, keep), HostType::kInt64));
}

void import_top(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  const std::vector<std::int64_t> given = import.graph.constant(node, 1, "number of values").ints;
  const std::size_t axis =
      host_axis(import, node, import.graph.integer(node, "axis", -1), value.dims.size());
  if (given.size() != 1 || given[0] < 1 || given[0] > value.dims[axis])
    import.graph.fail(node, fmt::format("takes {} of {} values", text(given), value.dims[axis]));
  HostStep step = along(Kind::kTop, value, axis);
  step.largest = import.graph.integer(node, "largest", 1) != 0;
  step.count = given[0];
  Dims dims = value.dims;
  dims[axis] = given[0];
  for (int i = 0; i < node.output_size(); ++i) {
    if (i == 1) step.kind = Kind::kTopPlaces;
    if (node.output(i).empty() || import.graph.readers(node.output(i)) == 0) continue;
    give_host(import, node.output(i),
              add_host_step(import, step, dims, i == 0 ? value.type : HostType::kInt64));
  }
}

/// A value whose dimensions `axes` are the last ones.
HostValue with_last(Import& import, const HostValue& value, const std::vector<std::size_t>& axes) {
  std::vector<std::int64_t> order;
  for (std::size_t i = 0; i < value.dims.size(); ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end())
      order.push_back(static_cast<std::int64_t>(i));
  for (const std::size_t axis : axes) order.push_back(static_cast<std::int64_t>(axis));
  return permuted(import, value, order);
}

void import_reduction(Import& import, const Node& node) {
  static const std::map<std::string, HostFunction> functions = {{"ReduceMax", HostFunction::kMax},
                                                                {"ReduceMean", HostFunction::kAdd},
                                                                {"ReduceMin", HostFunction::kMin},
                                                                {"ReduceProd", HostFunction::kMul},
                                                                {"ReduceSum", HostFunction::kAdd}};
  const HostValue value = real_host_operand(import, node, 0);
  const bool global = node.op_type().starts_with("Global");
  Dims all(value.dims.size());
  std::iota(all.begin(), all.end(), 0);
  if (global) all.erase(all.begin(), all.begin() + 2);
  std::vector<std::size_t> axes;
  for (const std::int64_t axis : global ? all : host_integers(import, node, 1, "axes", all))
    axes.push_back(host_axis(import, node, axis, value.dims.size()));
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  const bool keep = global || import.graph.integer(node, "keepdims", 1) != 0;
  Dims dims = value.dims;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) dims = without(dims, *axis, keep);
  const HostValue last = with_last(import, value, axes);
  HostStep step;
  step.kind = Kind::kReduce;
  step.function =
      global ? (node.op_type() == "GlobalMaxPool" ? HostFunction::kMax : HostFunction::kAdd)
             : functions.at(node.op_type());
  step.inputs = {last.index};
  step.length = size_of(value.dims) / size_of(dims);
  HostValue result = add_host_step(import, step, dims);
  if (node.op_type() == "ReduceMean" || node.op_type() == "GlobalAveragePool")
    result = join_constant(import, node, HostFunction::kDiv, result,
                           {{}, {static_cast<double>(step.length)}});
  give_host(import, node.output(0), result);
}

/// The values less their mean, over their deviation; then a slope and an offset.
void import_layer_normalization(Import& import, const Node& node) {
  const HostValue value = real_host_operand(import, node, 0);
  const std::size_t axis =
      host_axis(import, node, import.graph.integer(node, "axis", -1), value.dims.size());
  HostStep step = along(Kind::kNormalise, value, axis);
  step.length *= step.inner;
  step.inner = 1;
  step.a = static_cast<float>(import.graph.real(node, "epsilon", 1e-5));
  HostValue result = add_host_step(import, step, value.dims);
  result = join_constant(import, node, HostFunction::kMul, result, host_constant(import, node, 1));
  if (!Graph::input_of(node, 2).empty())
    result =
        join_constant(import, node, HostFunction::kAdd, result, host_constant(import, node, 2));
  give_host(import, node.output(0), result);
}

void import_instance_normalization(Import& import, const Node& node) {
  const HostValue value = real_host_operand(import, node, 0);
  if (value.dims.size() < 3) import.graph.fail(node, "its input has no height or width");
  HostStep step = along(Kind::kNormalise, value, 1);
  step.length = step.inner;
  step.inner = 1;
  step.a = static_cast<float>(import.graph.real(node, "epsilon", 1e-5));
  HostValue result = add_host_step(import, step, value.dims);
  for (const int index : {1, 2}) {
    RealConstant channels = host_constant(import, node, index);
    channels.dims.resize(value.dims.size() - 1, 1);
    result = join_constant(import, node, index == 1 ? HostFunction::kMul : HostFunction::kAdd,
                           result, channels);
  }
  give_host(import, node.output(0), result);
}

}  // namespace

const HostTable& host_axes() {
  static const HostTable all = {{"ArgMax", import_place},
                                {"ArgMin", import_place},
                                {"GlobalAveragePool", import_reduction},
                                {"GlobalMaxPool", import_reduction},
                                {"Hardmax", import_softmax},
                                {"InstanceNormalization", import_instance_normalization},
                                {"LayerNormalization", import_layer_normalization},
                                {"LogSoftmax", import_softmax},
                                {"QLinearSoftmax", import_qlinear_softmax},
                                {"ReduceMax", import_reduction},
                                {"ReduceMean", import_reduction},
                                {"ReduceMin", import_reduction},
                                {"ReduceProd", import_reduction},
                                {"ReduceSum", import_reduction},
                                {"Softmax", import_softmax},
                                {"TopK", import_top}};
  return all;
}

}  // namespace sluice::net
