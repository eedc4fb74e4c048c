// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/plan.h"

#include <algorithm>
#include <set>

namespace sluice::quantise {
namespace {

const std::set<std::string>& operators_with_own_scale() {
  static const std::set<std::string> all = {"Abs",
                                            "Add",
                                            "AveragePool",
                                            "BatchNormalization",
                                            "Celu",
                                            "Clip",
                                            "Div",
                                            "Elu",
                                            "Erf",
                                            "Exp",
                                            "GlobalAveragePool",
                                            "HardSigmoid",
                                            "HardSwish",
                                            "LeakyRelu",
                                            "Mish",
                                            "Mul",
                                            "Neg",
                                            "PRelu",
                                            "Reciprocal",
                                            "ReduceMean",
                                            "Relu",
                                            "Sigmoid",
                                            "Softplus",
                                            "Softsign",
                                            "Sqrt",
                                            "Sub",
                                            "Tanh"};
  return all;
}

const std::set<std::string>& operators_with_same_scale() {
  static const std::set<std::string> all = {"Concat",  "Flatten",   "GlobalMaxPool", "MaxPool",
                                            "Reshape", "Resize",    "Slice",         "Split",
                                            "Squeeze", "Transpose", "Unsqueeze"};
  return all;
}

bool limits(const Node& node) { return net::is_of(node, {"Clip", "Relu"}); }

/// A function of each channel with constants.
bool scales(const FloatNetwork& network, const Node& node) {
  if (node.op_type() == "BatchNormalization") return true;
  return net::is_of(node, {"Add", "Div", "Mul", "Sub"}) &&
         (network.constant(node, 0) != nullptr || network.constant(node, 1) != nullptr);
}

/// Operators that give sums which are rounded once, behind what scales and limits them.
bool gives_sums(const Node& node) {
  return net::is_of(node, {"AveragePool", "Conv", "ConvTranspose", "Gemm", "GlobalAveragePool",
                           "MatMul", "ReduceMean"});
}

/// Whether a node's result needs no codes, because the node behind takes it up.
bool is_taken_up(const FloatNetwork& network, const Node& node, const Node& behind) {
  if (network.readers(node.output(0)) != 1 || node.output(0) == network.output) return false;
  const bool sum = gives_sums(node) || scales(network, node);
  if (limits(behind)) return sum || limits(node) || node.op_type() == "Add";
  return sum && scales(network, behind);
}

/// Groups of tensors that grow together.
class Groups {
 public:
  std::size_t of(const std::string& tensor) {
    const auto [entry, added] = index_.emplace(tensor, parents_.size());
    if (added) parents_.push_back(parents_.size());
    return root(entry->second);
  }
  void join(const std::string& a, const std::string& b) { parents_[of(b)] = of(a); }

 private:
  std::size_t root(std::size_t index) const {
    while (parents_[index] != index) index = parents_[index];
    return index;
  }
  std::map<std::string, std::size_t> index_;
  std::vector<std::size_t> parents_;
};

class Planner {
 public:
  Planner(const FloatNetwork& network, const Widths& widths) : network_(network), widths_(widths) {}

  Plan plan() {
    for (std::size_t k = 0; k < network_.nodes.size(); ++k) visit(k);
    number_groups();
    for (std::size_t k = 0; k < network_.nodes.size(); ++k) narrow(k);
    for (std::size_t k = 0; k < network_.nodes.size(); ++k) add_layer(k);
    return std::move(plan_);
  }

 private:
  bool is_map(const std::string& tensor) const {
    return !tensor.empty() && !network_.is_constant(tensor);
  }

  void quantise(const std::string& tensor) {
    if (quantised_.insert(tensor).second) order_.push_back(tensor);
    groups_.of(tensor);
  }

  /// The node that alone reads a result; null if others do.
  const Node* only_reader(const Node& node) const {
    if (network_.readers(node.output(0)) != 1) return nullptr;
    for (const Node& other : network_.nodes)
      for (const std::string& input : other.input())
        if (input == node.output(0)) return &other;
    return nullptr;
  }

  bool is_taken_up(const Node& node) const {
    const Node* behind = only_reader(node);
    return behind != nullptr && quantise::is_taken_up(network_, node, *behind);
  }

  void visit(std::size_t k) {
    const Node& node = network_.nodes[k];
    Role role = role_of(network_, node);
    const std::string& first = node.input(0);
    const bool from_codes = quantised_.contains(first) || first == network_.input;
    if (role == Role::kSameScale && !from_codes) role = Role::kFloat;
    plan_.roles.push_back(role);
    if (role == Role::kFloat) return note_left(node);
    for (const std::string& input : node.input())
      if (is_map(input) && !taken_up_.contains(input)) quantise(input);
    if (is_taken_up(node)) {
      taken_up_.insert(node.output(0));
      return;
    }
    for (const std::string& output : node.output()) quantise(output);
    if (role != Role::kSameScale) return;
    moved_.insert(node.output().begin(), node.output().end());
    for (const std::string& output : node.output()) groups_.join(first, output);
    for (const std::string& input : node.input())
      if (node.op_type() == "Concat") groups_.join(first, input);
  }

  /// Softmax behind the last layer is the host's.
  void note_left(const Node& node) {
    const bool last =
        net::is_of(node, {"LogSoftmax", "Softmax"}) && node.output(0) == network_.output;
    if (!last) plan_.left.push_back({name_of(node), node.op_type()});
  }

  void number_groups() {
    std::map<std::size_t, std::size_t> numbers;
    for (const std::string& tensor : order_) {
      const auto [entry, added] = numbers.emplace(groups_.of(tensor), plan_.groups.size());
      if (added) plan_.groups.emplace_back();
      plan_.group_of[tensor] = entry->second;
      if (!moved_.contains(tensor)) plan_.groups[entry->second].sources.push_back(tensor);
    }
  }

  void narrow(std::size_t k) {
    const Node& node = network_.nodes[k];
    if (plan_.roles[k] != Role::kWeighted) return;
    Group& group = plan_.groups[plan_.group_of.at(node.input(0))];
    const auto& sources = group.sources;
    const bool of_input =
        std::find(sources.begin(), sources.end(), network_.input) != sources.end();
    if (!of_input) group.bits = std::min(group.bits, widths_.of(name_of(node)).input);
  }

  void add_layer(std::size_t k) {
    const bool computes = plan_.roles[k] == Role::kWeighted || plan_.roles[k] == Role::kOwnScale;
    const Node* last = &network_.nodes[k];
    if (!computes || taken_up_.contains(last->input(0)) ||
        (last->input_size() > 1 && taken_up_.contains(last->input(1))))
      return;
    while (taken_up_.contains(last->output(0))) last = only_reader(*last);
    plan_.layers.push_back({k, last->output(0)});
  }

  const FloatNetwork& network_;
  const Widths& widths_;
  Plan plan_;
  Groups groups_;
  std::set<std::string> quantised_, taken_up_, moved_;
  std::vector<std::string> order_;  ///< of the quantised ones
};

}  // namespace

Role role_of(const FloatNetwork& network, const Node& node) {
  if (net::is_of(node, {"Conv", "ConvTranspose", "Gemm", "MatMul"})) {
    const bool bias = net::Graph::input_of(node, 2).empty() || network.constant(node, 2) != nullptr;
    return bias && network.constant(node, 1) != nullptr ? Role::kWeighted : Role::kFloat;
  }
  if (operators_with_own_scale().contains(node.op_type())) return Role::kOwnScale;
  return operators_with_same_scale().contains(node.op_type()) ? Role::kSameScale : Role::kFloat;
}

Plan make_plan(const FloatNetwork& network, const Widths& widths) {
  return Planner(network, widths).plan();
}

std::vector<std::string> weighted_layers(const FloatNetwork& network) {
  std::vector<std::string> names;
  for (const Node& node : network.nodes)
    if (role_of(network, node) == Role::kWeighted) names.push_back(name_of(node));
  return names;
}

}  // namespace sluice::quantise
