// SPDX-License-Identifier: Apache-2.0
// The network's input: codes that the graph takes, or those of the first QuantizeLinear; the host
// may compute in front of both.
#include <fmt/format.h>

#include <algorithm>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

constexpr std::int64_t kLargestDimension = 65536;

/// Dimensions of the graph's input, without the batch.
std::vector<int> input_dims(const Graph& graph) {
  const onnx::ValueInfoProto& input = graph.input();
  const auto& shape = input.type().tensor_type().shape();
  std::vector<int> dims;
  for (int i = 0; i < shape.dim_size(); ++i) {
    const std::int64_t value = shape.dim(i).has_dim_value() ? shape.dim(i).dim_value() : 0;
    if (i == 0) {
      // A batch that is left open is fine: one image is computed at a time.
      if (value > 1)
        graph.fail(
            fmt::format("its input '{}' has batch size {}; 1 is supported", input.name(), value));
      continue;
    }
    if (value < 1 || value > kLargestDimension)
      graph.fail(fmt::format(
          "dimension {} of its input '{}' is {}; fixed sizes from 1 to {} are supported", i,
          input.name(), shape.dim(i).has_dim_value() ? std::to_string(value) : "not fixed",
          kLargestDimension));
    dims.push_back(static_cast<int>(value));
  }
  if (dims.size() != 3 && dims.size() != 1)
    graph.fail(
        fmt::format("its input '{}' has {} dimension(s); supported are 4 (batch, channels, height, "
                    "width), 3 (batch, channels, length) and 2 (batch, values)",
                    input.name(), shape.dim_size()));
  return dims;
}

/// The same, where the host computes the network's input of the graph's.
std::vector<int> head_dims(const Import& import) {
  const std::vector<std::int64_t>& given = import.head.format.host.dims;
  if ((given.size() != 4 && given.size() != 2) || given[0] != 1)
    import.graph.fail(
        fmt::format("what is quantised first has the shape {}; supported are [1, "
                    "channels, height, width] and [1, values]",
                    text(given)));
  return {given.begin() + 1, given.end()};
}

/// Makes `tensor` the network's input, with the shape of the graph's.
void start(Import& import, const std::string& tensor, int type) {
  std::vector<int> dims = import.head.nodes.empty() ? input_dims(import.graph) : head_dims(import);
  const bool flat = dims.size() == 1;
  if (flat) dims.insert(dims.end(), {1, 1});
  if (std::int64_t(dims[0]) * dims[1] > kLargestMap ||
      std::int64_t(dims[0]) * dims[1] * dims[2] > kLargestMap)
    import.graph.fail(fmt::format("its input has more than {} values", kLargestMap));
  import.builder.add_input(tensor, type, dims, flat);
}

/// The nodes between the graph's input and a tensor, the last one first, if they only reshape it;
/// none if it comes from elsewhere.
std::optional<std::vector<const Node*>> reshapes_of_input(const Graph& graph,
                                                          const std::string& tensor) {
  std::vector<const Node*> nodes;
  std::string name = tensor;
  while (name != graph.input().name()) {
    const Node* node = graph.producer(name);
    if (node == nullptr || !keeps_values(*node)) return std::nullopt;
    nodes.push_back(node);
    name = Graph::input_of(*node, 0);
  }
  return nodes;
}

/// The QuantizeLinear that gives the network its codes.
void quantise_input(Import& import, const Node& node, const std::vector<const Node*>& reshapes) {
  const Graph& graph = import.graph;
  const OutputFormat format = read_output_format(graph, node, 2, onnx::TensorProto::UINT8);
  if (import.builder.started()) graph.fail(node, "quantises the network's input a second time");
  const double scale = read_scale(graph, node, 1, "scale");
  start(import, node.output(0), format.type);
  import.builder.quantise_input(static_cast<float>(scale), format.zero_point);
  MapTensor map = *import.builder.find(node.output(0));
  for (auto reshape = reshapes.rbegin(); reshape != reshapes.rend(); ++reshape) {
    map = reshaped(import, **reshape, map);
    import.done.insert(*reshape);
  }
  import.builder.alias(node.output(0), map);
}

}  // namespace

bool quantises_input(Import& import, const Node& node) {
  const std::string name = Graph::input_of(node, 0);
  if (!import.head.nodes.empty()) {
    if (name != import.head.tensor) return false;
    quantise_input(import, node, {});
    return true;
  }
  const auto reshapes = reshapes_of_input(import.graph, name);
  if (reshapes) quantise_input(import, node, *reshapes);
  return reshapes.has_value();
}

void begin_with_input(Import& import) {
  const std::vector<const Node*> head = head_of(import.graph);
  if (!head.empty()) import_head(import, head);
  const onnx::ValueInfoProto& input = import.graph.input();
  const int type = input.type().tensor_type().elem_type();
  const bool codes = type == onnx::TensorProto::UINT8 || type == onnx::TensorProto::INT8;
  if (codes && (head.empty() || !import.head.format.bytes))
    start(import, head.empty() ? input.name() : import.head.tensor, type);
  else if (!codes && type != onnx::TensorProto::FLOAT)
    import.graph.fail(
        fmt::format("its input '{}' is of type {}; UINT8 and INT8 are supported, and FLOAT "
                    "with QuantizeLinear behind",
                    input.name(), type_name(type)));
}

void finish_head(Import& import, InputFormat& format) {
  if (import.head.nodes.empty()) return;
  const InputFormat& head = import.head.format;
  format.host = head.host;
  format.bytes = head.bytes;
  format.height = head.height;
  format.width = head.width;
  format.channels = head.channels;
  format.channels_last = head.channels_last;
}

}  // namespace sluice::net
