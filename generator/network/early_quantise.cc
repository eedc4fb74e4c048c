// SPDX-License-Identifier: Apache-2.0
#include "generator/network/early_quantise.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "generator/network/onnx_graph.h"

namespace sluice::net {
namespace {

using Node = onnx::NodeProto;

/// The graph's input of real numbers; empty if it has another.
std::string real_input(const onnx::GraphProto& graph) {
  for (const onnx::ValueInfoProto* input : inputs_of(graph))
    return input->type().tensor_type().elem_type() == onnx::TensorProto::FLOAT ? input->name() : "";
  return "";
}

/// The only node that reads a tensor, at input 0; -1 if there are others, or it is an output.
int only_reader(const onnx::GraphProto& graph, const std::string& tensor) {
  int reader = -1, readings = 0;
  for (const onnx::ValueInfoProto& output : graph.output())
    if (output.name() == tensor) return -1;
  for (int i = 0; i < graph.node_size(); ++i)
    for (int k = 0; k < graph.node(i).input_size(); ++k) {
      if (graph.node(i).input(k) != tensor) continue;
      ++readings;
      if (k == 0) reader = i;
    }
  return readings == 1 ? reader : -1;
}

/// Whether a Pad has no value, or one of 0 among the initializers.
bool pads_with_zero(const onnx::GraphProto& graph, const Node& pad) {
  for (const onnx::AttributeProto& attribute : pad.attribute())
    if (attribute.name() == "mode" && attribute.s() != "constant") return true;  // as its input is
  if (pad.input_size() < 3 || pad.input(2).empty()) return true;
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (tensor.name() != pad.input(2) || tensor.data_type() != onnx::TensorProto::FLOAT) continue;
    float value = tensor.float_data_size() == 1 ? tensor.float_data(0) : 1;
    if (tensor.raw_data().size() == sizeof value)
      std::memcpy(&value, tensor.raw_data().data(), sizeof value);
    return value == 0;
  }
  return false;
}

bool can_follow(const onnx::GraphProto& graph, const Node& node) {
  if (node.output_size() != 1) return false;
  return node.op_type() == "MaxPool" || (node.op_type() == "Pad" && pads_with_zero(graph, node));
}

/// What stands for 0 is the zero point now.
void pad_with_code(Node& pad, const Node& quantise) {
  if (pad.op_type() != "Pad") return;
  while (pad.input_size() < 3) pad.add_input("");
  pad.set_input(2, quantise.input_size() > 2 ? quantise.input(2) : "");
}

}  // namespace

void quantise_input_first(onnx::GraphProto& graph) {
  const std::string input = real_input(graph);
  std::vector<int> moved;  // from the input on
  std::string tensor = input;
  int at = input.empty() ? -1 : only_reader(graph, tensor);
  for (; at >= 0 && can_follow(graph, graph.node(at)); at = only_reader(graph, tensor)) {
    moved.push_back(at);
    tensor = graph.node(at).output(0);
  }
  if (at < 0 || moved.empty() || graph.node(at).op_type() != "QuantizeLinear") return;
  Node quantise = graph.node(at);
  const std::string codes = quantise.output(0);
  // Each node reads what the one before has given; the last gives what QuantizeLinear has
  std::vector<Node> chain = {quantise};
  chain[0].set_input(0, input);
  chain[0].set_output(0, input + " (codes)");
  for (const int k : moved) {
    Node node = graph.node(k);
    node.set_input(0, chain.back().output(0));
    node.set_output(0, k == moved.back() ? codes : node.output(0));
    pad_with_code(node, quantise);
    chain.push_back(std::move(node));
  }
  // All stand where QuantizeLinear has stood, behind what makes its scale
  google::protobuf::RepeatedPtrField<Node> old;
  old.Swap(graph.mutable_node());
  for (int i = 0; i < old.size(); ++i) {
    if (std::find(moved.begin(), moved.end(), i) != moved.end()) continue;
    if (i != at) *graph.add_node() = old[i];
    if (i == at)
      for (const Node& node : chain) *graph.add_node() = node;
  }
}

}  // namespace sluice::net
