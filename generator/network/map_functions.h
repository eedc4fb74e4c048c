// SPDX-License-Identifier: Apache-2.0
// Functions of one map, value by value: nodes that a node which gives codes ends, and whose only
// map is one tensor of codes. SiLU as x * Sigmoid(x) is one, with or without quantisation between
// both. A function becomes a table, so that it is computed as the graph does, whatever it is made
// of.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "generator/network/onnx_graph.h"

namespace sluice::net {

struct MapFunction {
  std::string codes;                      ///< the tensor of the map
  std::vector<const Graph::Node*> nodes;  ///< in execution order; the last one gives the result
};

class MapFunctions {
 public:
  explicit MapFunctions(const Graph& graph);

  /// The function that a node ends; null if it ends none, or one that other layers compute.
  const MapFunction* ended_by(const Graph::Node& node) const;
  /// Nodes between functions that nothing else reads.
  const std::set<const Graph::Node*>& inner() const { return inner_; }

 private:
  struct Cone {
    std::set<const Graph::Node*> nodes;
    std::set<std::string> codes;
  };

  bool collect(const Graph::Node& end, Cone& cone) const;
  bool collect_input(const Graph::Node& node, int index, Cone& cone,
                     std::vector<const Graph::Node*>& open) const;
  bool join(Cone& cone) const;
  void find_inner();

  const Graph& graph_;
  std::map<const Graph::Node*, int> order_;
  std::map<const Graph::Node*, MapFunction> functions_;
  std::set<const Graph::Node*> inner_;
};

/// Operators that functions are made of, beside those that other patterns have.
const std::set<std::string>& function_operators();
/// Those of com.microsoft.
const std::set<std::string>& microsoft_function_operators();
/// Whether a node gives codes and reads codes or real numbers, value by value.
bool ends_function(const Graph::Node& node);

/// The codes that a function gives for these.
std::vector<int> evaluate(const Graph& graph, const MapFunction& function,
                          const std::vector<int>& codes);

}  // namespace sluice::net
