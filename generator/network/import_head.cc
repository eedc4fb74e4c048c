// SPDX-License-Identifier: Apache-2.0
// Operators in front of the first layer that are left to the host: what makes codes of the graph's
// input.
#include <algorithm>
#include <utility>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// The node that reads a tensor; null if several do.
const Node* only_reader(const Graph& graph, const std::string& tensor) {
  if (graph.readers(tensor) != 1) return nullptr;
  for (const Node* node : graph.nodes())
    if (std::find(node->input().begin(), node->input().end(), tensor) != node->input().end())
      return node;
  return nullptr;
}

/// Whether a node reads `tensor` and constants only.
bool reads_constants_beside(const Graph& graph, const Node& node, const std::string& tensor) {
  for (int i = 0; i < node.input_size(); ++i)
    if (!node.input(i).empty() && node.input(i) != tensor && !is_real_constant(graph, node, i))
      return false;
  return true;
}

int type_of_input(const Graph& graph) { return graph.input().type().tensor_type().elem_type(); }

/// Of a graph that takes codes: the nodes up to the last Transpose.
std::vector<const Node*> transposes_of(std::vector<const Node*> nodes) {
  while (!nodes.empty() && nodes.back()->op_type() != "Transpose") nodes.pop_back();
  const bool moves = std::all_of(nodes.begin(), nodes.end(), [](const Node* node) {
    return node->op_type() == "Transpose" || keeps_values(*node);
  });
  return moves ? nodes : std::vector<const Node*>{};
}

/// Value 0: the graph's input. Codes stay integers until a Cast.
HostValue input_value(const Graph& graph) {
  HostValue value;
  for (const auto& dim : graph.input().type().tensor_type().shape().dim())
    value.dims.push_back(dim.has_dim_value() ? dim.dim_value() : 0);
  if (value.dims.empty()) graph.fail("its input has no dimensions");
  if (value.dims[0] <= 0) value.dims[0] = 1;
  if (size_of(value.dims) < 1 || value.dims[0] != 1)
    graph.fail("its input must have batch size 1 and fixed sizes");
  const int type = type_of_input(graph);
  value.type = type == onnx::TensorProto::UINT8  ? HostType::kUint8
               : type == onnx::TensorProto::INT8 ? HostType::kInt8
                                                 : HostType::kReal;
  return value;
}

bool is_turned(const std::vector<const Node*>& head) {
  return std::any_of(head.begin(), head.end(),
                     [](const Node* node) { return node->op_type() == "Transpose"; });
}

/// What images are: the input's size, with channels last where a Transpose brings them forward.
void describe_images(const Graph& graph, const std::vector<const Node*>& head,
                     const HostValue& input, const HostValue& result, InputFormat& format) {
  const std::vector<std::int64_t>& dims = input.dims;
  const auto at = [&](std::size_t i) { return static_cast<int>(dims[i]); };
  if (dims.size() != 4 && dims.size() != 2)
    graph.fail("its input must have four dimensions, or two, in front of what the host computes");
  if (dims.size() == 2) {
    format.height = format.width = 1;
    format.channels = at(1);
    return;
  }
  format.channels_last = is_turned(head) && (result.dims.size() != 4 || result.dims[1] == dims[3]);
  format.channels = format.channels_last ? at(3) : at(1);
  format.height = format.channels_last ? at(1) : at(2);
  format.width = format.channels_last ? at(2) : at(3);
}

}  // namespace

std::vector<const Node*> head_of(const Graph& graph) {
  std::vector<const Node*> nodes;
  std::string tensor = graph.input().name();
  bool cast = type_of_input(graph) == onnx::TensorProto::FLOAT;
  const Node* reader = only_reader(graph, tensor);
  for (; reader != nullptr && may_stay_on_host(graph, *reader) && reader->output_size() == 1 &&
         reads_constants_beside(graph, *reader, tensor);
       reader = only_reader(graph, tensor)) {
    nodes.push_back(reader);
    cast = cast || reader->op_type() == "Cast";
    tensor = reader->output(0);
  }
  if (!cast) return transposes_of(nodes);
  const bool ends = reader != nullptr && reader->op_type() == "QuantizeLinear";
  const bool same =
      std::all_of(nodes.begin(), nodes.end(), [](const Node* node) { return keeps_values(*node); });
  return ends && !same ? nodes : std::vector<const Node*>{};
}

std::set<std::string> names_of(const std::vector<const Node*>& nodes) {
  std::set<std::string> names;
  for (const Node* node : nodes) names.insert(Graph::name_of(*node));
  return names;
}

void import_head(Import& import, const std::vector<const Node*>& head) {
  HostTail behind = std::exchange(import.host, {});
  const HostValue input = input_value(import.graph);
  import.host.values[import.graph.input().name()] = input;
  for (const Node* node : head) add_host_steps(import, *node);
  import.head.nodes.insert(head.begin(), head.end());
  import.head.tensor = head.back()->output(0);
  const HostValue result = import.host.values.at(import.head.tensor);
  InputFormat& format = import.head.format;
  format.host.steps = std::exchange(import.host, std::move(behind)).steps;
  format.host.result = result.index;
  format.host.dims = result.dims;
  format.host.type = result.type;
  format.bytes = input.type != HostType::kReal && result.type == HostType::kReal;
  describe_images(import.graph, head, input, result, format);
}

}  // namespace sluice::net
