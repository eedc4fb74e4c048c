// SPDX-License-Identifier: Apache-2.0
#include "generator/network/node_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "generator/network/import_parts.h"
#include "generator/util/user_error.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

constexpr const char* kQuantiseOperatorForm =
    "supported today is QOperator form (QLinearConv and the like), which onnxruntime's "
    "quantize_static(..., quant_format=QuantFormat.QOperator) writes from the float network";

constexpr const char* kUnsupported = "this operator is not supported";

bool is_of(const Node& node, const std::set<std::string>& operators) {
  return operators.contains(node.op_type());
}

/// Operators on float tensors whose quantised forms have names of their own.
bool has_quantised_form(const Node& node) {
  return is_of(node, {"Conv", "ConvTranspose", "Gemm", "MatMul"});
}

/// Supported operators that take real numbers behind DequantizeLinear.
bool takes_real_numbers(const Node& node) {
  return is_of(node, {"AveragePool", "Flatten", "GlobalAveragePool", "Identity", "QuantizeLinear",
                      "Reshape"});
}

bool is_quantised(const Graph& graph) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [](const Node* node) {
    return node->op_type().starts_with("QLinear") ||
           is_of(*node,
                 {"ConvInteger", "DequantizeLinear", "MatMulInteger", "QGemm", "QuantizeLinear"});
  });
}

bool reads_dequantised(const Graph& graph, const Node& node) {
  return std::any_of(node.input().begin(), node.input().end(), [&](const std::string& input) {
    const Node* producer = graph.producer(input);
    return producer != nullptr && producer->op_type() == "DequantizeLinear";
  });
}

/// How a network is built without an operator.
std::string remedy(const Node& node) {
  static const std::map<std::string, std::string> all = {
      {"ArgMax", "end the network before it: the largest output is found by software"},
      {"BatchNormalization",
       "fold it into the convolution before it, as onnxruntime's quant_pre_process does"},
      {"Dropout", "export the network for inference, which leaves it out"},
      {"DynamicQuantizeLinear",
       "scales must be constants: quantise with onnxruntime's quantize_static"},
      {"HardSwish", "train with Relu or Clip in its place"},
      {"LeakyRelu", "train with Relu or Clip in its place"},
      {"LogSoftmax", "end the network before it: the largest output stays the largest"},
      {"PRelu", "train with Relu or Clip in its place"},
      {"QGemm",
       "write the dense layer as a convolution whose kernel is as large as the map, then quantise"},
      {"QLinearAveragePool",
       "leave the pooling out of quantisation (nodes_to_exclude): AveragePool between "
       "DequantizeLinear and QuantizeLinear is supported"},
      {"QLinearGlobalAveragePool",
       "leave the pooling out of quantisation (nodes_to_exclude): GlobalAveragePool between "
       "DequantizeLinear and QuantizeLinear is supported"},
      {"Sigmoid", "train with Relu or Clip in its place"},
      {"Softmax", "end the network before it: the largest output stays the largest"},
      {"Sub", "write a subtraction of constants into the bias of the layer before it"}};
  auto found = all.find(node.op_type());
  if (found == all.end() && node.op_type().starts_with("QLinear"))
    found = all.find(node.op_type().substr(7));  // "QLinearSoftmax"
  if (found != all.end()) return found->second;
  return "build the network without it, or end the network before it";
}

/// Domain and operator; no message if both are supported.
Problem check_operator(const Graph& graph, const Node& node, const std::set<std::string>& supported,
                       bool quantised) {
  if (!supported.contains(node.op_type()) && !has_quantised_form(node))
    return Graph::problem(node, kUnsupported, remedy(node));
  if (has_quantised_form(node) && !quantised)
    return Graph::problem(node, "is a float operator: this file is not quantised",
                          kQuantiseOperatorForm);
  if (!takes_real_numbers(node) && reads_dequantised(graph, node))
    return Graph::problem(
        node, "is in QDQ form: DequantizeLinear around a float operator; it is not supported",
        kQuantiseOperatorForm);
  if (has_quantised_form(node))
    return Graph::problem(node, "is a float operator: this layer is not quantised",
                          kQuantiseOperatorForm);
  // The one operator for sums of quantised tensors, which ONNX itself does not have
  const bool addition = node.op_type() == "QLinearAdd";
  if (addition ? node.domain() != "com.microsoft" : !is_standard_domain(node.domain()))
    return Graph::problem(node,
                          fmt::format("is of the domain '{}'; standard ONNX operators are "
                                      "supported, and QLinearAdd of com.microsoft",
                                      node.domain()),
                          fmt::format("set its domain to '{}'", addition ? "com.microsoft" : ""));
  return {};
}

/// Geometry and weights of a convolution, whatever it reads. Throws UserError.
void check_convolution(const Graph& graph, const Node& node, int weights_index, int zero_index) {
  const Constant weights = read_weights(graph, node, weights_index, zero_index);
  Layer ignored;
  if (weights.dims.size() == 4)
    read_geometry(graph, node, {weights.dims[2], weights.dims[3]}, ignored);
}

/// Throws UserError if constants or attributes are refused.
void check_constants(const Graph& graph, const Node& node) {
  if (node.op_type() == "QLinearConv") {
    check_convolution(graph, node, 3, 5);
  } else if (node.op_type() == "ConvInteger") {
    check_convolution(graph, node, 1, 3);
  } else if (node.op_type() == "QLinearMatMul") {
    read_weights(graph, node, 3, 5);
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

void check_nodes(const Graph& graph, const std::set<std::string>& supported) {
  std::vector<Problem> problems;
  const bool quantised = is_quantised(graph);
  for (const Node* node : graph.nodes()) {
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
    graph.fail(fmt::format("this file is not quantised: {}", kQuantiseOperatorForm));
}

}  // namespace sluice::net
