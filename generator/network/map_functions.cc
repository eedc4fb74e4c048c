// SPDX-License-Identifier: Apache-2.0
#include "generator/network/map_functions.h"

#include <algorithm>
#include <optional>

#include "generator/network/quantised_constant.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// Operators of real numbers that other layers compute where their second operand is a constant.
bool is_arithmetic(const Node& node) {
  return is_of(node, {"Add", "Clip", "Div", "Mul", "Relu", "Sub"});
}

bool is_real_operator(const Node& node) {
  return is_arithmetic(node) ||
         (function_operators().contains(node.op_type()) && !ends_function(node));
}

/// The inputs of a node that may be maps.
std::vector<int> operands(const Node& node) {
  if (is_of(node, {"QLinearAdd", "QLinearMul"})) return {0, 3};
  if (ends_function(node) || is_of(node, {"Clip", "DequantizeLinear"})) return {0};
  std::vector<int> all(node.input_size());
  for (int i = 0; i < node.input_size(); ++i) all[i] = i;
  return all;
}

bool is_constant_operand(const Graph& graph, const Node& node, int index) {
  const std::string name = Graph::input_of(node, index);
  return name.empty() || graph.is_constant(name) || is_real_constant(graph, node, index);
}

bool is_one_number(const Graph& graph, const Node& node, int index) {
  if (Graph::input_of(node, index).empty()) return true;
  std::vector<const Node*> ignored;
  try {
    if (is_of(node, {"QLinearAdd", "QLinearMul"}))
      return graph.constant(node, index, "constant").size() == 1;
    return real_constant(graph, node, index, "constant", ignored).values.size() == 1;
  } catch (const UserError&) {
    return false;  // what reads it says what is wrong
  }
}

/// Whether a node makes a function that clamps, scales and sums do not compute.
bool is_curved(const Graph& graph, const Node& node) {
  if (!is_arithmetic(node) && !is_of(node, {"DequantizeLinear", "QLinearAdd", "QuantizeLinear"}) &&
      node.op_type() != "QLinearMul")
    return true;
  const int second = node.op_type() == "QLinearMul" ? 3 : 1;
  return is_of(node, {"Div", "Mul", "QLinearMul"}) && !is_constant_operand(graph, node, 0) &&
         !is_constant_operand(graph, node, second);
}

}  // namespace

const std::set<std::string>& function_operators() {
  static const std::set<std::string> all = {"Abs",
                                            "Celu",
                                            "Elu",
                                            "Erf",
                                            "Exp",
                                            "FastGelu",
                                            "Gelu",
                                            "HardSigmoid",
                                            "HardSwish",
                                            "LeakyRelu",
                                            "Log",
                                            "Max",
                                            "Min",
                                            "Mish",
                                            "Neg",
                                            "PRelu",
                                            "Pow",
                                            "QLinearLeakyRelu",
                                            "QLinearSigmoid",
                                            "QuickGelu",
                                            "Reciprocal",
                                            "Selu",
                                            "Sigmoid",
                                            "Softplus",
                                            "Softsign",
                                            "Sqrt",
                                            "Tanh"};
  return all;
}

const std::set<std::string>& microsoft_function_operators() {
  static const std::set<std::string> all = {"FastGelu", "QLinearLeakyRelu", "QLinearSigmoid",
                                            "QuickGelu"};
  return all;
}

bool ends_function(const Node& node) {
  return is_of(
      node, {"QLinearAdd", "QLinearLeakyRelu", "QLinearMul", "QLinearSigmoid", "QuantizeLinear"});
}

MapFunctions::MapFunctions(const Graph& graph) : graph_(graph) {
  for (const Node* node : graph.nodes()) order_[node] = static_cast<int>(order_.size());
  for (const Node* node : graph.nodes()) {
    Cone cone;
    if (!ends_function(*node) || !collect(*node, cone) || !join(cone)) continue;
    const bool curved = std::any_of(cone.nodes.begin(), cone.nodes.end(),
                                    [&](const Node* one) { return is_curved(graph, *one); });
    if (!curved) continue;
    MapFunction function{*cone.codes.begin(), {cone.nodes.begin(), cone.nodes.end()}};
    std::sort(function.nodes.begin(), function.nodes.end(),
              [&](const Node* a, const Node* b) { return order_.at(a) < order_.at(b); });
    functions_[node] = std::move(function);
  }
  find_inner();
}

const MapFunction* MapFunctions::ended_by(const Node& node) const {
  const auto found = functions_.find(&node);
  return found == functions_.end() || inner_.contains(&node) ? nullptr : &found->second;
}

/// Follows a node back to tensors of codes. False where a node is none of a function. Without
/// recursion: chains of nodes may be as long as a file.
bool MapFunctions::collect(const Node& end, Cone& cone) const {
  std::vector<const Node*> open = {&end};
  while (!open.empty()) {
    const Node& node = *open.back();
    open.pop_back();
    cone.nodes.insert(&node);
    for (const int index : operands(node))
      if (!collect_input(node, index, cone, open)) return false;
  }
  return true;
}

bool MapFunctions::collect_input(const Node& node, int index, Cone& cone,
                                 std::vector<const Node*>& open) const {
  if (is_constant_operand(graph_, node, index)) return is_one_number(graph_, node, index);
  const std::string name = Graph::input_of(node, index);
  const bool codes = node.op_type() == "DequantizeLinear" ||
                     (ends_function(node) && node.op_type() != "QuantizeLinear");
  if (codes) {
    cone.codes.insert(name);
    return true;
  }
  const Node* producer = graph_.producer(name);
  if (producer == nullptr) return false;
  if (producer->op_type() != "DequantizeLinear" && !is_real_operator(*producer)) return false;
  if (cone.nodes.insert(producer).second) open.push_back(producer);
  return true;
}

/// Of several tensors of codes the last ones are taken as functions themselves, until one is left.
bool MapFunctions::join(Cone& cone) const {
  while (cone.codes.size() > 1) {
    const Node* last = nullptr;
    for (const std::string& name : cone.codes) {
      const Node* producer = graph_.producer(name);
      if (producer == nullptr || !ends_function(*producer)) continue;
      if (last == nullptr || order_.at(producer) > order_.at(last)) last = producer;
    }
    if (last == nullptr || !collect(*last, cone)) return false;
    cone.codes.erase(last->output(0));
  }
  return cone.codes.size() == 1;
}

/// Ends of which all readers are parts of functions, from the last one on.
void MapFunctions::find_inner() {
  std::map<std::string, std::vector<const Node*>> readers;
  for (const Node* node : graph_.nodes())
    for (const std::string& input : node->input()) readers[input].push_back(node);
  const std::vector<const Node*>& nodes = graph_.nodes();
  for (auto at = nodes.rbegin(); at != nodes.rend(); ++at) {
    const Node& node = **at;
    if (!ends_function(node) || graph_.is_output(node.output(0))) continue;
    const auto& of_node = readers[node.output(0)];
    const bool inner = std::all_of(of_node.begin(), of_node.end(), [&](const Node* reader) {
      return std::any_of(functions_.begin(), functions_.end(), [&](const auto& function) {
        const auto& parts = function.second.nodes;
        return !inner_.contains(function.first) &&
               std::find(parts.begin(), parts.end(), &node) != parts.end() &&
               function.first != &node &&
               std::find(parts.begin(), parts.end(), reader) != parts.end();
      });
    });
    if (!inner || of_node.empty()) continue;
    inner_.insert(&node);
    for (const Node* reader : of_node)
      if (reader->op_type() == "DequantizeLinear") inner_.insert(reader);
  }
}

}  // namespace sluice::net
