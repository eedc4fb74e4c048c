// SPDX-License-Identifier: Apache-2.0
// A network in memory as an ONNX file.
#include <algorithm>

#include "generator/quantise/evaluate.h"
#include "generator/quantise/qdq.h"
#include "generator/util/version.h"

namespace sluice::quantise {
namespace {

constexpr int kOpset = 13;  // the first with scales along an axis
constexpr int kIrVersion = 8, kLastIrVersion = 127;

template <typename T>
std::string bytes_of(const std::vector<std::int64_t>& values) {
  std::string bytes;
  for (const std::int64_t value : values) {
    const T one = static_cast<T>(value);
    bytes.append(reinterpret_cast<const char*>(&one), sizeof one);
  }
  return bytes;
}

std::string bytes_of(const Tensor& tensor) {
  switch (tensor.type) {
    case onnx::TensorProto::FLOAT:
      return {reinterpret_cast<const char*>(tensor.reals.data()),
              tensor.reals.size() * sizeof(float)};
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT8:
      return bytes_of<std::uint8_t>(tensor.ints);
    case onnx::TensorProto::INT32:
      return bytes_of<std::int32_t>(tensor.ints);
    default:
      return bytes_of<std::int64_t>(tensor.ints);
  }
}

void add_constant(onnx::GraphProto& graph, const std::string& name, const Tensor& value) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(value.type);
  for (const std::int64_t dim : value.dims) tensor.add_dims(dim);
  tensor.set_raw_data(bytes_of(value));
}

void set_value(onnx::ValueInfoProto& info, const std::string& name, const Dims& dims) {
  info.set_name(name);
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape();
  for (const std::int64_t dim : dims) type.mutable_shape()->add_dim()->set_dim_value(dim);
}

/// What operator sets before 13 had in another form.
void modernise(onnx::GraphProto& graph, Node& node) {
  if (net::is_of(node, {"LogSoftmax", "Softmax"})) {
    const auto& all = node.attribute();
    const bool given =
        std::any_of(all.begin(), all.end(), [](const auto& one) { return one.name() == "axis"; });
    if (!given) set_attribute(node, "axis", 1);
  }
  if (!net::is_of(node, {"Split", "Squeeze", "Unsqueeze"})) return;
  const std::string name = node.op_type() == "Split" ? "split" : "axes";
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() != name) continue;
    const std::string constant = node.output(0) + "_" + name;
    add_constant(graph, constant, int_tensor({attribute.ints().begin(), attribute.ints().end()}));
    node.add_input(constant);
  }
  remove_attribute(node, name);
}

}  // namespace

std::string onnx_file(const FloatNetwork& network) {
  onnx::ModelProto model;
  model.set_ir_version(std::clamp(network.ir_version, kIrVersion, kLastIrVersion));
  model.set_producer_name("sluice");
  model.set_producer_version(version());
  model.add_opset_import()->set_version(std::max(network.opset, kOpset));
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name(network.graph->name().empty() ? "network" : network.graph->name());
  const Tensor result = Evaluator(network).run(real_tensor(network.input_dims));
  set_value(*graph.add_input(), network.input, network.input_dims);
  set_value(*graph.add_output(), network.output, result.dims);
  for (const auto& [name, value] : network.constants) add_constant(graph, name, value);
  for (const Node& from : network.nodes) {
    Node node = from;
    if (network.opset < kOpset) modernise(graph, node);
    *graph.add_node() = node;
  }
  return model.SerializeAsString();
}

}  // namespace sluice::quantise
