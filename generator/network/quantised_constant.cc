// SPDX-License-Identifier: Apache-2.0
#include "generator/network/quantised_constant.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// The places of `count` scales, one of which is for all.
AlongAxis scale_places(const Graph& graph, const Node& node, const std::vector<std::int64_t>& dims,
                       std::size_t count, std::size_t axis) {
  if (count == 1) return {};
  if (axis >= dims.size() || static_cast<std::size_t>(dims[axis]) != count)
    graph.fail(node, fmt::format("it has {} scales for a tensor of shape {} along axis {}", count,
                                 text(dims), axis));
  return along_axis(dims, axis);
}

std::size_t axis_of(const Graph& graph, const Node& node, std::size_t rank) {
  std::int64_t axis = graph.integer(node, "axis", 1);
  if (axis < 0) axis += static_cast<std::int64_t>(rank);
  return static_cast<std::size_t>(std::max<std::int64_t>(axis, 0));
}

/// Scales and zero points of a QuantizeLinear or DequantizeLinear.
struct Steps {
  std::vector<double> scales;
  std::vector<std::int64_t> zeros;
  AlongAxis axis;
  std::size_t axis_index = 0;
  int type = onnx::TensorProto::UINT8;

  double scale(std::size_t i) const { return scales[axis.place(i)]; }
  std::int64_t zero(std::size_t i) const {
    return zeros.size() == 1 ? zeros[0] : zeros[axis.place(i)];
  }
};

Steps read_steps(const Graph& graph, const Node& node, const std::vector<std::int64_t>& dims) {
  Steps steps;
  const Constant scale = graph.constant(node, 1, "scale");
  const auto zero = graph.optional_constant(node, 2, "zero point");
  const bool positive = scale.is_real() && !scale.reals.empty() &&
                        std::all_of(scale.reals.begin(), scale.reals.end(),
                                    [](double value) { return value > 0 && std::isfinite(value); });
  if (!positive) graph.fail(node, "its scales must be positive numbers of type FLOAT");
  steps.scales = scale.reals;
  steps.zeros = zero ? zero->ints : std::vector<std::int64_t>{0};
  if (zero) steps.type = zero->type;
  if (steps.zeros.size() != 1 && steps.zeros.size() != steps.scales.size())
    graph.fail(node, fmt::format("it has {} scales, but {} zero points", steps.scales.size(),
                                 steps.zeros.size()));
  steps.axis_index = axis_of(graph, node, dims.size());
  steps.axis = scale_places(graph, node, dims, steps.scales.size(), steps.axis_index);
  return steps;
}

/// Integers of a constant: given as such, or quantised here; a Clip may limit them.
Constant read_ints(const Graph& graph, const Node& node, int index, const std::string& what,
                   std::vector<const Node*>& taken) {
  const Node* producer = graph.producer(Graph::input_of(node, index));
  if (producer == nullptr) {
    Constant given = graph.constant(node, index, what);
    if (given.is_real())
      graph.fail(node, fmt::format("its {} is of type FLOAT; integers are needed here", what));
    return given;
  }
  taken.push_back(producer);
  if (producer->op_type() == "Clip") {
    Constant clipped = read_ints(graph, *producer, 0, what, taken);
    const auto low = graph.optional_constant(*producer, 1, "minimum");
    const auto high = graph.optional_constant(*producer, 2, "maximum");
    for (std::int64_t& value : clipped.ints) {
      if (low && low->ints.size() == 1) value = std::max(value, low->ints[0]);
      if (high && high->ints.size() == 1) value = std::min(value, high->ints[0]);
    }
    return clipped;
  }
  Constant result = graph.constant(*producer, 0, what);
  const Steps steps = read_steps(graph, *producer, result.dims);
  const std::int64_t lowest = steps.type == onnx::TensorProto::UINT8 ? 0 : -128;
  for (std::size_t i = 0; i < result.reals.size(); ++i) {
    // As ONNX defines it: to the nearest, halves to even.
    const double nearest = std::nearbyint(result.reals[i] / steps.scale(i));
    result.ints.push_back(
        std::clamp(static_cast<std::int64_t>(nearest) + steps.zero(i), lowest, lowest + 255));
  }
  result.type = steps.type;
  result.reals.clear();
  return result;
}

/// Dimensions in the order `order`, and the place of each along it.
QuantisedConstant transposed(const QuantisedConstant& from,
                             const std::vector<std::int64_t>& order) {
  QuantisedConstant to = from;
  const std::size_t rank = from.dims.size();
  std::vector<std::size_t> strides(rank, 1);
  for (std::size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * static_cast<std::size_t>(from.dims[i]);
  for (std::size_t i = 0; i < rank; ++i) {
    to.dims[i] = from.dims[static_cast<std::size_t>(order[i])];
    if (static_cast<std::size_t>(order[i]) == from.axis) to.axis = i;
  }
  std::vector<std::int64_t> place(rank, 0);
  for (std::int64_t& value : to.ints) {
    std::size_t source = 0;
    for (std::size_t i = 0; i < rank; ++i)
      source += static_cast<std::size_t>(place[i]) * strides[static_cast<std::size_t>(order[i])];
    value = from.ints[source];
    for (std::size_t i = rank; i-- > 0;) {
      if (++place[i] < to.dims[i]) break;
      place[i] = 0;
    }
  }
  return to;
}

std::vector<std::int64_t> order_of(const Graph& graph, const Node& node, std::size_t rank) {
  std::vector<std::int64_t> order(rank);
  for (std::size_t i = 0; i < rank; ++i) order[i] = static_cast<std::int64_t>(rank - 1 - i);
  order = graph.integers(node, "perm", order);
  std::vector<std::int64_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  bool good = sorted.size() == rank;
  for (std::size_t i = 0; good && i < rank; ++i) good = sorted[i] == static_cast<std::int64_t>(i);
  if (!good) graph.fail(node, fmt::format("its perm is {}, for {} dimensions", text(order), rank));
  return order;
}

/// The nodes that a constant may go through behind its DequantizeLinear.
bool moves_only(const Node& node) {
  return node.op_type() == "Transpose" || node.op_type() == "Identity";
}

}  // namespace

AlongAxis along_axis(const std::vector<std::int64_t>& dims, std::size_t axis) {
  AlongAxis result;
  result.places = static_cast<std::size_t>(dims[axis]);
  for (std::size_t i = axis + 1; i < dims.size(); ++i)
    result.stride *= static_cast<std::size_t>(dims[i]);
  return result;
}

bool is_real_constant(const Graph& graph, const Node& node, int index) {
  const std::string name = Graph::input_of(node, index);
  if (graph.is_constant(name)) return true;
  const Node* producer = graph.producer(name);
  if (producer == nullptr) return false;
  const std::string& type = producer->op_type();
  return (moves_only(*producer) || type == "DequantizeLinear" || type == "QuantizeLinear" ||
          type == "Clip") &&
         is_real_constant(graph, *producer, 0);
}

QuantisedConstant quantised_constant(const Graph& graph, const Node& node, int index,
                                     const std::string& what, std::vector<const Node*>& taken) {
  const std::string name = Graph::input_of(node, index);
  if (name.empty()) graph.fail(node, fmt::format("its {} (input {}) is missing", what, index));
  const Node* producer = graph.producer(name);
  if (producer != nullptr && moves_only(*producer)) {
    taken.push_back(producer);
    const QuantisedConstant from = quantised_constant(graph, *producer, 0, what, taken);
    if (producer->op_type() == "Identity") return from;
    return transposed(from, order_of(graph, *producer, from.dims.size()));
  }
  if (producer == nullptr || producer->op_type() != "DequantizeLinear" ||
      !is_real_constant(graph, *producer, 0))
    graph.fail(node, fmt::format("its {} '{}' is not a constant behind DequantizeLinear: it is not "
                                 "quantised",
                                 what, name));
  taken.push_back(producer);
  Constant given = read_ints(graph, *producer, 0, what, taken);
  const Steps steps = read_steps(graph, *producer, given.dims);
  QuantisedConstant result{std::move(given.dims), std::move(given.ints), steps.scales,
                           steps.axis_index};
  const bool moved = std::any_of(steps.zeros.begin(), steps.zeros.end(),
                                 [](std::int64_t zero) { return zero != 0; });
  for (std::size_t i = 0; moved && i < result.ints.size(); ++i) result.ints[i] -= steps.zero(i);
  return result;
}

RealConstant real_constant(const Graph& graph, const Node& node, int index, const std::string& what,
                           std::vector<const Node*>& taken) {
  if (graph.is_constant(Graph::input_of(node, index))) {
    const Constant given = graph.constant(node, index, what);
    if (!given.is_real())
      graph.fail(node, fmt::format("its {} is of type {}; FLOAT is needed here", what,
                                   type_name(given.type)));
    return {given.dims, given.reals};
  }
  const QuantisedConstant given = quantised_constant(graph, node, index, what, taken);
  const AlongAxis axis = scale_places(graph, node, given.dims, given.scales.size(), given.axis);
  RealConstant result{given.dims, {}};
  for (std::size_t i = 0; i < given.ints.size(); ++i)
    result.values.push_back(static_cast<double>(given.ints[i]) * given.scales[axis.place(i)]);
  return result;
}

}  // namespace sluice::net
