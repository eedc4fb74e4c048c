// SPDX-License-Identifier: Apache-2.0
#include "generator/network/node_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "generator/network/import_parts.h"
#include "generator/network/quantised_constant.h"
#include "generator/util/user_error.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

constexpr const char* kQuantise =
    "quantise the network: `sluice quantise` does, and onnxruntime's quantize_static";

constexpr const char* kUnsupported = "this operator is not supported";

/// Operators that multiply real numbers by weights.
bool has_quantised_form(const Node& node) { return is_of(node, {"Conv", "Gemm", "MatMul"}); }

const std::set<std::string>& microsoft_operators() {
  static const std::set<std::string> all = [] {
    std::set<std::string> names = microsoft_function_operators();
    names.insert({"QGemm", "QLinearAdd", "QLinearAveragePool", "QLinearConcat",
                  "QLinearGlobalAveragePool", "QLinearMul", "QLinearSoftmax"});
    return names;
  }();
  return all;
}

}  // namespace

bool is_quantised(const Graph& graph) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [](const Node* node) {
    return node->op_type().starts_with("QLinear") ||
           is_of(*node,
                 {"ConvInteger", "DequantizeLinear", "MatMulInteger", "QGemm", "QuantizeLinear"});
  });
}

namespace {

/// How a network is built without an operator.
std::string remedy(const Node& node) {
  static const std::map<std::string, std::string> all = {
      {"DynamicQuantizeLinear",
       "scales must be constants: quantise with onnxruntime's quantize_static"}};
  const auto found = all.find(node.op_type());
  if (found != all.end()) return found->second;
  return "build the network without it, or end the network before it";
}

/// Domain and operator; no message if both are supported.
Problem check_operator(const Graph& graph, const Node& node, const std::set<std::string>& supported,
                       bool quantised) {
  // A Transpose turns weights, not maps, but in a channel shuffle.
  const std::vector<std::int64_t> shuffle = {0, 2, 1, 3, 4};
  const bool turns_map = node.op_type() == "Transpose" && !is_real_constant(graph, node, 0) &&
                         graph.integers(node, "perm", {}) != shuffle;
  const bool on_host = host_operators().contains(node.op_type());
  const bool left = on_host || turns_map || !supported.contains(node.op_type());
  if (left && (on_host || may_stay_on_host(graph, node)))
    return Graph::problem(node, kOnlyOnHost, "end the network before it, or build it without");
  if (left) return Graph::problem(node, kUnsupported, remedy(node));
  if (has_quantised_form(node) && !quantised)
    return Graph::problem(node, "is a float operator: this file is not quantised", kQuantise);
  // Operators on quantised tensors that ONNX itself does not have
  const bool own = microsoft_operators().contains(node.op_type());
  const bool both = node.op_type() == "Gelu" && node.domain() == "com.microsoft";
  if (both) return {};
  if (own ? node.domain() != "com.microsoft" : !is_standard_domain(node.domain()))
    return Graph::problem(node,
                          fmt::format("is of the domain '{}'; standard ONNX operators are "
                                      "supported, and {} of com.microsoft",
                                      node.domain(), fmt::join(microsoft_operators(), ", ")),
                          fmt::format("set its domain to '{}'", own ? "com.microsoft" : ""));
  return {};
}

void check_filter(const Graph& graph, const Node& node, const std::vector<std::int64_t>& dims) {
  if (dims.size() == 4) read_geometry(graph, node, {dims[2], dims[3]});
}

/// Geometry and weights of a convolution, whatever it reads. Throws UserError.
void check_convolution(const Graph& graph, const Node& node, int weights_index, int zero_index) {
  const Constant weights = read_weights(graph, node, weights_index, zero_index, 0);
  check_filter(graph, node, weights.dims);
}

/// The same of a convolution of real numbers.
void check_real_convolution(const Graph& graph, const Node& node) {
  std::vector<const Node*> ignored;
  const QuantisedConstant weights = quantised_constant(graph, node, 1, "weight", ignored);
  check_filter(graph, node, weights.dims);
}

/// Throws UserError if constants or attributes are refused.
void check_constants(const Graph& graph, const Node& node) {
  if (node.op_type() == "QLinearConv") {
    check_convolution(graph, node, 3, 5);
  } else if (node.op_type() == "Conv") {
    check_real_convolution(graph, node);
  } else if (node.op_type() == "ConvInteger") {
    check_convolution(graph, node, 1, 3);
  } else if (node.op_type() == "QLinearMatMul" || node.op_type() == "QGemm") {
    read_weights(graph, node, 3, 5, graph.integer(node, "transB", 0) != 0 ? 0 : 1);
  } else if (node.op_type() == "MatMul" && !is_real_constant(graph, node, 0) &&
             !is_real_constant(graph, node, 1)) {
    graph.fail(node, "multiplies two maps; one of its operands has to be a constant");
  } else if (node.op_type() == "MaxPool" && graph.has_attribute(node, "kernel_shape")) {
    read_max_pool(graph, node);
  }
}

/// Says once what is supported, behind the last operator that is not.
void name_supported(std::vector<Problem>& problems, const std::set<std::string>& supported) {
  const auto last = std::find_if(problems.rbegin(), problems.rend(), [](const Problem& problem) {
    return problem.message == kUnsupported;
  });
  if (last != problems.rend())
    last->message += fmt::format("; supported are {}", fmt::join(supported, ", "));
}

}  // namespace

void check_nodes(const Graph& graph, const std::set<std::string>& supported,
                 const std::set<std::string>& behind_layers) {
  std::vector<Problem> problems;
  const bool quantised = is_quantised(graph);
  for (const Node* node : graph.nodes()) {
    if (behind_layers.contains(Graph::name_of(*node))) continue;
    Problem problem = check_operator(graph, *node, supported, quantised);
    if (!problem.message.empty()) {
      problems.push_back(std::move(problem));
      continue;
    }
    try {
      check_constants(graph, *node);
    } catch (const UserError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  name_supported(problems, supported);
  if (!problems.empty()) graph.fail(std::move(problems));
  if (!quantised && graph.input().type().tensor_type().elem_type() == onnx::TensorProto::FLOAT)
    graph.fail(fmt::format("this file is not quantised: {}", kQuantise));
}

}  // namespace sluice::net
