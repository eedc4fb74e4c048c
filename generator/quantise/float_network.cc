// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/float_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/input_file.h"

namespace sluice::quantise {
namespace {

constexpr std::int64_t kLargestDimension = 65536;

Tensor tensor_of(const net::Constant& constant) {
  Tensor tensor{constant.dims, {}, constant.ints, constant.type};
  tensor.reals.assign(constant.reals.begin(), constant.reals.end());
  return tensor;
}

/// The versions of the format and of the operators, which net::Graph checks and does not tell.
void read_versions(const std::string& path, FloatNetwork& network) {
  onnx::ModelProto model;
  if (!model.ParseFromString(read_input(path, input::kOnnx, "give a float ONNX file")))
    network.graph->fail("is no ONNX file; give a float ONNX file");
  network.ir_version = static_cast<int>(model.ir_version());
  for (const auto& opset : model.opset_import())
    if (net::is_standard_domain(opset.domain())) network.opset = static_cast<int>(opset.version());
}

Dims input_dims(const net::Graph& graph) {
  const auto& type = graph.input().type().tensor_type();
  if (type.elem_type() != onnx::TensorProto::FLOAT)
    graph.fail(fmt::format("its input '{}' is of type {}; a float network takes FLOAT",
                           graph.input().name(), net::type_name(type.elem_type())));
  Dims dims;
  for (const auto& dim : type.shape().dim()) {
    const std::int64_t value = dim.has_dim_value() ? dim.dim_value() : 0;
    const bool batch = dims.empty();
    if (batch && value > 1)
      graph.fail(
          fmt::format("its input '{}' has batch size {}; export it with batch size 1, or with "
                      "the batch left open",
                      graph.input().name(), value));
    if (!batch && (value < 1 || value > kLargestDimension))
      graph.fail(fmt::format(
          "dimension {} of its input '{}' is {}; export it with fixed sizes from 1 to {}",
          dims.size(), graph.input().name(),
          dim.has_dim_value() ? std::to_string(value) : "not fixed", kLargestDimension));
    dims.push_back(batch ? 1 : value);
  }
  if (dims.size() != 2 && dims.size() != 4)
    graph.fail(
        fmt::format("its input '{}' has {} dimension(s); supported are 4 (batch, channels, height, "
                    "width) and 2 (batch, values)",
                    graph.input().name(), dims.size()));
  return dims;
}

void check_float(const net::Graph& graph) {
  for (const Node* node : graph.nodes())
    if (net::is_of(*node, {"QuantizeLinear", "DequantizeLinear", "ConvInteger", "MatMulInteger"}) ||
        node->op_type().starts_with("QLinear"))
      graph.fail(*node, "this file is quantised already; give the float network it was made of");
}

}  // namespace

const Tensor* FloatNetwork::constant(const Node& node, int index) const {
  const auto found = constants.find(net::Graph::input_of(node, index));
  return found == constants.end() ? nullptr : &found->second;
}

int FloatNetwork::producer(const std::string& tensor) const {
  for (std::size_t k = 0; k < nodes.size(); ++k)
    if (std::count(nodes[k].output().begin(), nodes[k].output().end(), tensor) > 0)
      return static_cast<int>(k);
  return -1;
}

int FloatNetwork::readers(const std::string& tensor) const {
  auto readers = static_cast<long>(tensor == output ? 1 : 0);
  for (const Node& node : nodes)
    readers += std::count(node.input().begin(), node.input().end(), tensor);
  return static_cast<int>(readers);
}

std::string FloatNetwork::fresh(const std::string& tensor, const std::string& ending) const {
  std::string name = tensor + ending;
  while (name == input || name == output || is_constant(name) || producer(name) >= 0) name += "_";
  return name;
}

FloatNetwork read_float_network(const std::string& path) {
  FloatNetwork network;
  network.graph = std::make_shared<net::Graph>(net::read_model(path, false));
  const net::Graph& graph = *network.graph;
  check_float(graph);
  read_versions(path, network);
  network.input = graph.input().name();
  if (graph.outputs().size() != 1)
    graph.fail(fmt::format("has {} outputs; one is supported", graph.outputs().size()));
  network.output = graph.outputs().front();
  network.input_dims = input_dims(graph);
  for (const Node* node : graph.nodes()) {
    network.nodes.push_back(*node);
    for (int index = 0; index < node->input_size(); ++index) {
      const std::string& name = node->input(index);
      if (graph.is_constant(name) && !network.is_constant(name))
        network.constants[name] = tensor_of(graph.constant(*node, index, "constant"));
    }
  }
  return network;
}

std::string name_of(const Node& node) {
  if (!node.name().empty()) return node.name();
  return node.output_size() > 0 ? node.output(0) : node.op_type();
}

Node make_node(const std::string& type, const std::string& name,
               const std::vector<std::string>& inputs, const std::string& output) {
  Node node;
  node.set_op_type(type);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void set_attribute(Node& node, const std::string& name, std::int64_t value) {
  remove_attribute(node, name);
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INT);
  attribute->set_i(value);
}

void set_attribute(Node& node, const std::string& name, const Dims& values) {
  remove_attribute(node, name);
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute->add_ints(value);
}

void remove_attribute(Node& node, const std::string& name) {
  auto* all = node.mutable_attribute();
  for (int k = all->size(); k-- > 0;)
    if (all->Get(k).name() == name) all->DeleteSubrange(k, 1);
}

}  // namespace sluice::quantise
