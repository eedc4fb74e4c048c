// SPDX-License-Identifier: Apache-2.0
// Constants of a graph that stand for real numbers: weights and biases in QDQ form, which is a
// DequantizeLinear behind integers, or behind a QuantizeLinear of real numbers (QCDQ, with a Clip
// between them).
#pragma once

#include <string>
#include <vector>

#include "generator/network/onnx_graph.h"

namespace sluice::net {

/// Where the elements of a tensor lie along one of its axes.
struct AlongAxis {
  std::size_t stride = 1;  ///< elements that one place spans
  std::size_t places = 1;
  std::size_t place(std::size_t element) const { return element / stride % places; }
};
AlongAxis along_axis(const std::vector<std::int64_t>& dims, std::size_t axis);

struct RealConstant {
  std::vector<std::int64_t> dims;
  std::vector<double> values;
};

/// Real numbers as integers times scales. The scale of an element is that of its place along
/// `axis`, or the one there is for all.
struct QuantisedConstant {
  std::vector<std::int64_t> dims;
  std::vector<std::int64_t> ints;  ///< zero points are taken off
  std::vector<double> scales;
  std::size_t axis = 0;
};

/// The constant at input `index` of a node; Transpose and Identity may stand behind its
/// DequantizeLinear. Nodes that it is made of are added to `taken`. Fails if it is no constant in
/// that form.
QuantisedConstant quantised_constant(const Graph& graph, const Graph::Node& node, int index,
                                     const std::string& what,
                                     std::vector<const Graph::Node*>& taken);

/// Whether the tensor at input `index` is made of constants only, by nodes that
/// quantised_constant() and real_constant() follow.
bool is_real_constant(const Graph& graph, const Graph::Node& node, int index);

/// The real numbers at input `index`: a constant of FLOAT, or one in that form.
RealConstant real_constant(const Graph& graph, const Graph::Node& node, int index,
                           const std::string& what, std::vector<const Graph::Node*>& taken);

}  // namespace sluice::net
