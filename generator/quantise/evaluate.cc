// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/evaluate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "generator/quantise/operators.h"

namespace sluice::quantise {
namespace {

const std::map<std::string, Operator>& operators() {
  static const std::map<std::string, Operator> all = {{"Add", binary},
                                                      {"Softsign", unary},
                                                      {"Reciprocal", unary},
                                                      {"Mish", unary},
                                                      {"Erf", unary},
                                                      {"Celu", unary},
                                                      {"Abs", unary},
                                                      {"AveragePool", average_pool},
                                                      {"BatchNormalization", batch_normalization},
                                                      {"Cast", cast},
                                                      {"Clip", clip},
                                                      {"Concat", concat},
                                                      {"Conv", convolution},
                                                      {"ConvTranspose", transposed_convolution},
                                                      {"DequantizeLinear", dequantize_linear},
                                                      {"Div", binary},
                                                      {"Dropout", same_values},
                                                      {"Elu", unary},
                                                      {"Exp", unary},
                                                      {"Flatten", same_values},
                                                      {"Gather", gather},
                                                      {"Gemm", gemm},
                                                      {"GlobalAveragePool", global_average},
                                                      {"GlobalMaxPool", global_maximum},
                                                      {"HardSigmoid", unary},
                                                      {"HardSwish", unary},
                                                      {"Identity", same_values},
                                                      {"LeakyRelu", unary},
                                                      {"LogSoftmax", softmax},
                                                      {"MatMul", matrix_product},
                                                      {"MaxPool", max_pool},
                                                      {"Mul", binary},
                                                      {"Neg", unary},
                                                      {"PRelu", parametric_relu},
                                                      {"Pad", pad},
                                                      {"QuantizeLinear", quantize_linear},
                                                      {"ReduceMean", reduce_mean},
                                                      {"Relu", unary},
                                                      {"Reshape", same_values},
                                                      {"Resize", resize},
                                                      {"Shape", shape_of},
                                                      {"Sigmoid", unary},
                                                      {"Slice", slice},
                                                      {"Softmax", softmax},
                                                      {"Softplus", unary},
                                                      {"Sqrt", unary},
                                                      {"Squeeze", same_values},
                                                      {"Sub", binary},
                                                      {"Tanh", unary},
                                                      {"Transpose", transpose},
                                                      {"Unsqueeze", same_values}};
  return all;
}

void check_operators(const FloatNetwork& network) {
  std::vector<Problem> problems;
  for (const Node& node : network.nodes) {
    const bool known = operators().contains(node.op_type()) || node.op_type() == "Split";
    if (net::is_standard_domain(node.domain()) && known) continue;
    problems.push_back(net::Graph::problem(node, "this operator is not evaluated in float"));
  }
  if (problems.empty()) return;
  problems.back().help = fmt::format("end the network before it, or build it of {}",
                                     fmt::join(evaluated_operators(), ", "));
  network.graph->fail(std::move(problems));
}

}  // namespace

std::vector<std::string> evaluated_operators() {
  std::vector<std::string> names;
  for (const auto& [name, function] : operators()) names.push_back(name);
  names.push_back("Split");
  return names;
}

Evaluator::Evaluator(const FloatNetwork& network) : network_(network) {
  check_operators(network);
  for (const Node& node : network.nodes) {
    const bool constant =
        std::all_of(node.input().begin(), node.input().end(),
                    [&](const std::string& name) { return name.empty() || is_known(name); });
    if (constant) {
      evaluate(node, computed_);
      continue;
    }
    for (const std::string& name : node.input()) last_reader_[name] = nodes_.size();
    nodes_.push_back(&node);
  }
  last_reader_.erase(network.output);
}

bool Evaluator::is_known(const std::string& tensor) const {
  return network_.is_constant(tensor) || computed_.contains(tensor);
}

const Tensor& Evaluator::find(const Node& node, const std::string& tensor,
                              const std::map<std::string, Tensor>& values) const {
  for (const auto* all : {&values, &network_.constants, &computed_})
    if (const auto found = all->find(tensor); found != all->end()) return found->second;
  network_.graph->fail(node, fmt::format("its input '{}' is a second output of a node, which is "
                                         "not evaluated in float",
                                         tensor));
}

void Evaluator::evaluate(const Node& node, std::map<std::string, Tensor>& values) const {
  Operation operation{*network_.graph, node, network_.opset, {}};
  for (const std::string& name : node.input())
    operation.inputs.push_back(name.empty() ? nullptr : &find(node, name, values));
  if (node.op_type() != "Split") {
    Tensor result = operators().at(node.op_type())(operation);
    if (result.is_real() && result.size() == 0) network_.graph->fail(node, "gives no values");
    values[node.output(0)] = std::move(result);
    return;
  }
  std::vector<Tensor> parts = split(operation);
  for (int k = 0; k < node.output_size(); ++k)
    values[node.output(k)] = std::move(parts[static_cast<std::size_t>(k)]);
}

Tensor Evaluator::run(const Tensor& input, const Observer& observer) const {
  std::map<std::string, Tensor> values;
  values[network_.input] = input;
  if (observer) observer(network_.input, input);
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    const Node& node = *nodes_[k];
    evaluate(node, values);
    for (const std::string& name : node.output())
      if (const auto made = values.find(name); observer && made != values.end())
        observer(name, made->second);
    for (const std::string& name : node.input())
      if (const auto last = last_reader_.find(name);
          last != last_reader_.end() && last->second == k)
        values.erase(name);
  }
  if (const auto found = computed_.find(network_.output); found != computed_.end())
    return found->second;
  return std::move(values.at(network_.output));
}

}  // namespace sluice::quantise
