// SPDX-License-Identifier: Apache-2.0
// Functions of one map as tables: of the layer that gives the map if nothing else reads it, else of
// a layer that gives its input.
#include <algorithm>
#include <numeric>

#include "generator/network/import_parts.h"
#include "generator/network/map_functions.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// Scale and zero point of a node that gives codes are at these inputs.
int output_zero_index(const Node& node) {
  if (node.op_type() == "QuantizeLinear") return 2;
  return is_of(node, {"QLinearAdd", "QLinearMul"}) ? 7 : 4;
}

/// Nodes that make constants of a function.
void take_constants(Import& import, const MapFunction& function) {
  std::vector<const Node*> taken;
  for (const Node* node : function.nodes) {
    for (int i = 0; i < node->input_size(); ++i) {
      if (ends_function(*node) || node->op_type() == "DequantizeLinear") continue;
      if (is_real_constant(import.graph, *node, i))
        real_constant(import.graph, *node, i, "constant", taken);
    }
  }
  import.done.insert(taken.begin(), taken.end());
}

/// Whether nothing but the function reads its map, or the real numbers that it stands for.
bool reads_alone(const Import& import, const MapFunction& function, int map) {
  const Graph& graph = import.graph;
  for (const std::string& name : import.builder.names_of(map))
    if (name != function.codes && graph.readers(name) > 0) return false;
  if (graph.is_output(function.codes)) return false;
  const auto uses = [&](const std::string& tensor) {
    int count = 0;
    for (const Node* node : function.nodes)
      count += static_cast<int>(std::count(node->input().begin(), node->input().end(), tensor));
    return count;
  };
  if (uses(function.codes) != graph.readers(function.codes)) return false;
  return std::all_of(function.nodes.begin(), function.nodes.end(), [&](const Node* node) {
    return node->op_type() != "DequantizeLinear" || node->input(0) != function.codes ||
           uses(node->output(0)) == graph.readers(node->output(0));
  });
}

/// Operands of QOperator form say what their zero points are; of others DequantizeLinear has.
void check_zero_points(Import& import, const MapFunction& function) {
  for (const Node* node : function.nodes) {
    if (node->op_type() == "QuantizeLinear" || !ends_function(*node)) continue;
    for (const int index : {0, 3})
      if (Graph::input_of(*node, index) == function.codes) read_operand(import, *node, index);
  }
}

}  // namespace

void import_function(Import& import, const MapFunction& function) {
  const Node& end = *function.nodes.back();
  NetworkBuilder& builder = import.builder;
  const auto found = builder.find(function.codes);
  if (!found)
    import.graph.fail(end, fmt::format("is a function of '{}', which is not a quantised feature "
                                       "map",
                                       function.codes));
  check_zero_points(import, function);
  take_constants(import, function);
  const std::vector<int> codes = evaluate(import.graph, function, builder.codes_of(found->map));
  const OutputFormat format =
      read_output_format(import.graph, end, output_zero_index(end), onnx::TensorProto::UINT8);
  int map = found->map;
  if (!reads_alone(import, function, map) || !builder.may_look_up(map))
    map = builder.add_copy(end, map, end.output(0), "");
  builder.look_up(map, codes, format, found->flat, end.output(0));
  import.done.insert(function.nodes.begin(), function.nodes.end());
}

}  // namespace sluice::net
