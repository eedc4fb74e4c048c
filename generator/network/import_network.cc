// SPDX-License-Identifier: Apache-2.0
#include "generator/network/import_network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "generator/network/import_host.h"
#include "generator/network/node_check.h"
#include "generator/network/quantised_constant.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// Operators that become a layer, or part of one, as soon as they are met.
using Handler = void (*)(Import&, const Node&);

void import_clip(Import& import, const Node& node) {
  const auto bound = [&](int index, const char* what, std::int64_t absent) {
    const auto given = import.graph.optional_constant(node, index, what);
    if (!given) return absent;
    if (given->ints.size() != 1)
      import.graph.fail(
          node,
          fmt::format("its {} must be one integer: only quantised tensors can be clipped", what));
    return given->ints[0];
  };
  import.builder.input(node, 0);
  const std::int64_t low = bound(1, "minimum", std::numeric_limits<std::int64_t>::min());
  import.builder.narrow(node, low, bound(2, "maximum", std::numeric_limits<std::int64_t>::max()));
}

void import_relu(Import& import, const Node& node) {
  import.builder.narrow(node, 0, std::numeric_limits<std::int64_t>::max());
}

/// Whether `shape`, the target of a Reshape, is `dims` for batch size 1; one dimension may be -1,
/// and the batch 0.
bool is_shape(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& dims) {
  if (shape.size() != dims.size()) return false;
  int inferred = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (shape[i] == -1) ++inferred;
    if (shape[i] != dims[i] && shape[i] != -1 && (i > 0 || shape[i] != 0)) return false;
  }
  return inferred <= 1;
}

}  // namespace

bool keeps_values(const Node& node) {
  return is_of(node, {"Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"});
}

namespace {

/// What a Reshape gives: a flattened map, the map itself, or one of other positions.
MapTensor reshaped_to(Import& import, const Node& node, MapTensor tensor) {
  const Graph& graph = import.graph;
  const FeatureMap map = import.builder.map(tensor.map);
  std::vector<std::int64_t> dims = graph.constant(node, 1, "shape").ints;
  if (graph.integer(node, "allowzero", 0) != 0)
    graph.fail(node, "its allowzero is 1; only 0 is supported");
  const std::vector<std::int64_t> shape = dims;
  const std::int64_t size = std::int64_t(map.channels) * map.height * map.width;
  if (is_shape(dims, {1, size})) return {tensor.map, true};
  if (is_shape(dims, {1, map.channels, map.height, map.width})) return {tensor.map, false};
  std::int64_t product = 1;
  for (std::int64_t& dim : dims) {
    if (&dim == &dims[0] && dim == 0) dim = 1;
    if (dim > 0 && product <= size) product *= dim;
  }
  for (std::int64_t& dim : dims)
    if (dim == -1 && size % product == 0) dim = size / product;
  const auto fits = [&](std::int64_t dim) { return dim > 0 && dim <= size; };
  if (dims.size() != 4 || dims[0] != 1 || !std::all_of(dims.begin(), dims.end(), fits) ||
      dims[1] * dims[2] * dims[3] != size)
    graph.fail(
        node,
        fmt::format("its shape is {}; supported for a map of {} channels, {} x {}, are [1, {}] and "
                    "four dimensions, of which the first is 1",
                    text(shape), map.channels, map.height, map.width, size));
  return as_map(import, node, tensor, {dims.begin() + 1, dims.end()}, node.output(0) + " (map)");
}

}  // namespace

MapTensor reshaped(Import& import, const Node& node, MapTensor tensor) {
  const Graph& graph = import.graph;
  if (is_of(node, {"Dropout", "Identity"})) return tensor;
  if (is_of(node, {"Squeeze", "Unsqueeze"})) {
    const FeatureMap& map = import.builder.map(tensor.map);
    if (!is_over_map(graph, node) || map.height != 1 || map.width != 1)
      graph.fail(node, "its axes are others than 2 and 3 of a map of one position");
    return {tensor.map, node.op_type() == "Squeeze"};
  }
  if (node.op_type() != "Flatten") return reshaped_to(import, node, tensor);
  const std::int64_t axis = graph.integer(node, "axis", 1);
  if (axis != 1 && axis != (tensor.flat ? -1 : -3))
    graph.fail(node, fmt::format("its axis is {}; only 1 is supported", axis));
  return {tensor.map, true};
}

namespace {

void import_reshape(Import& import, const Node& node) {
  const std::string name = Graph::input_of(node, 0);
  if (const auto real = import.real_maps.find(name); real != import.real_maps.end()) {
    RealMap same = real->second;
    same.tensor = reshaped(import, node, same.tensor);
    same.zero_point = import.builder.stored_zero_point(same.tensor.map);
    import.real_maps[node.output(0)] = same;
    return;
  }
  import.builder.alias(node.output(0), reshaped(import, node, import.builder.input(node, 0)));
}

void import_dequantize(Import& import, const Node& node) {
  RealMap real;
  real.tensor = import.builder.input(node, 0);
  real.scale = read_scale(import.graph, node, 1, "scale");
  const auto given = import.graph.optional_constant(node, 2, "zero point");
  real.zero_point = import.builder.zero_point(node, real.tensor.map, given);
  import.real_maps[node.output(0)] = real;
}

/// An operator whose result is quantised, and which is none of real numbers that is supported.
[[noreturn]] void fail_real(const Import& import, const Node& node) {
  for (const std::string& name : node.input()) {
    const bool known = name.empty() || import.real_maps.contains(name) ||
                       import.graph.is_constant(name) || import.graph.producer(name) != nullptr;
    if (!known)
      import.graph.fail(node, fmt::format("its input '{}' is not quantised: QuantizeLinear and "
                                          "DequantizeLinear are missing before it",
                                          name));
  }
  import.graph.fail(node,
                    "is not supported between DequantizeLinear and QuantizeLinear with these "
                    "operands; supported are those that real_parser.h lists, and functions "
                    "of one map");
}

void import_quantize(Import& import, const Node& node) {
  if (quantises_input(import, node)) return;
  if (ends_real_operator(import, node)) return import_real(import, node);
  const Node* producer = import.graph.producer(Graph::input_of(node, 0));
  if (producer != nullptr && !is_of(*producer, {"Cast", "Mul"})) fail_real(import, *producer);
  import_sums(import, node);
}

const std::map<std::string, Handler>& handlers() {
  static const std::map<std::string, Handler> all = {
      {"Clip", import_clip},
      {"Concat", import_concat},
      {"DepthToSpace", import_depth_to_space},
      {"DequantizeLinear", import_dequantize},
      {"Dropout", import_reshape},
      {"Flatten", import_reshape},
      {"GlobalMaxPool", import_max_pool},
      {"Identity", import_reshape},
      {"MaxPool", import_max_pool},
      {"Pad", import_pad},
      {"QGemm", import_qgemm},
      {"QLinearAdd", import_qlinear_add},
      {"QLinearAveragePool", import_qlinear_average},
      {"QLinearConcat", import_qlinear_concat},
      {"QLinearGlobalAveragePool", import_qlinear_average},
      {"QLinearConv", import_qlinear_conv},
      {"QLinearMatMul", import_qlinear_matmul},
      {"QLinearMul", import_qlinear_mul},
      {"QuantizeLinear", import_quantize},
      {"ReduceMax", import_max_pool},
      {"Relu", import_relu},
      {"Reshape", import_reshape},
      {"Resize", import_resize},
      {"Slice", import_slice},
      {"SpaceToDepth", import_space_to_depth},
      {"Split", import_split},
      {"Squeeze", import_reshape},
      {"Unsqueeze", import_reshape}};
  return all;
}

/// Operators that are parts of a larger pattern, found from its QuantizeLinear on.
const std::set<std::string>& pattern_operators() {
  static const std::set<std::string> all = {"Add",
                                            "AveragePool",
                                            "BatchNormalization",
                                            "BitShift",
                                            "BitwiseAnd",
                                            "Cast",
                                            "Conv",
                                            "ConvInteger",
                                            "ConvTranspose",
                                            "Div",
                                            "Expand",
                                            "Gemm",
                                            "Greater",
                                            "GlobalAveragePool",
                                            "MatMul",
                                            "Mul",
                                            "MatMulInteger",
                                            "Mean",
                                            "ReduceMean",
                                            "ReduceSum",
                                            "Sub",
                                            "Sum",
                                            "Transpose",
                                            "Where"};
  return all;
}

std::set<std::string> supported_operators() {
  std::set<std::string> all = pattern_operators();
  all.insert(host_operators().begin(), host_operators().end());
  all.insert(function_operators().begin(), function_operators().end());
  for (const auto& [name, handler] : handlers()) all.insert(name);
  return all;
}

/// Whether a Slice gives the base of a gated convolution.
bool is_base(const Graph& graph, const Node& slice) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [&](const Node* node) {
    return node->op_type() == "ConvInteger" && Graph::input_of(*node, 0) == slice.output(0);
  });
}

/// Whether a node becomes part of a layer at a QuantizeLinear behind it, or at the operator that
/// has it as a constant.
bool waits(const Import& import, const Node& node) {
  const std::string name = Graph::input_of(node, 0);
  // A scale or a constant operand comes first
  if (is_of(node, {"QLinearAdd", "QLinearConcat", "QLinearMul"})) return false;
  if (is_real_constant(import.graph, node, 0)) return true;
  if (node.op_type() == "Slice" && is_base(import.graph, node)) return true;
  if (import.builder.knows(name)) return false;
  if (is_linear_resize(import.graph, node) && import.real_maps.contains(name)) return true;
  return is_of(node, {"Clip", "Concat", "GlobalMaxPool", "MaxPool", "ReduceMax", "Relu"}) ||
         ((keeps_values(node) ||
           is_of(node, {"DepthToSpace", "Pad", "Resize", "Slice", "SpaceToDepth", "Split"})) &&
          !import.real_maps.contains(name));
}

void check_all_done(const Import& import) {
  std::vector<Problem> left;
  for (const Node* node : import.graph.nodes()) {
    if (import.done.contains(node)) continue;
    left.push_back(Graph::problem(
        *node,
        std::string(kNoPattern) +
            " that is supported: an operator between DequantizeLinear and "
            "QuantizeLinear (listed in real_parser.h), or integer sums followed by QuantizeLinear "
            "(import_sums.cc)",
        "let the quantiser put QuantizeLinear and DequantizeLinear behind it, as `sluice quantise` "
        "does"));
  }
  if (!left.empty()) import.graph.fail(std::move(left));
}

/// The network, whose results are the feature maps that the graph gives, quantised or as real
/// numbers, or what the host makes of them.
Network finish(Import& import) {
  std::vector<ResultFormat> results = results_of(import);
  check_all_done(import);
  for (const ResultFormat& result : results)
    if (result.sources.empty())
      import.graph.fail(
          fmt::format("its output '{}' is no result of a layer, nor what the host computes behind "
                      "layers",
                      result.name));
  Network network = import.builder.finish(std::move(results));
  network.channels_last = import.graph.channels_last();
  network.input.chained = !import.graph.begins();
  finish_head(import, network.input);
  for (ResultFormat& result : network.results) {
    result.chained = !import.graph.ends();
    for (ResultSource& source : result.sources)
      source.zero_point += source.scale ? source.offset : 0;
  }
  return network;
}

/// What results come from must not be changed by what else reads it.
void keep_results(Import& import, const Node& node) {
  for (const std::string& tensor : node.output()) {
    if (!import.graph.is_output(tensor)) continue;
    if (const auto real = import.real_maps.find(tensor); real != import.real_maps.end())
      import.builder.keep(real->second.tensor.map);
    if (const auto map = import.builder.find(tensor)) import.builder.keep(map->map);
  }
}

}  // namespace

bool is_network_file(const std::string& path) {
  return path.ends_with(".onnx") || path.ends_with(".tflite");
}

namespace {

/// Makes a node a layer, or part of one, if it does not wait for others.
void import_node(Import& import, const Node& node) {
  if (import.head.nodes.contains(&node) || import.functions.inner().contains(&node)) {
    import.done.insert(&node);
    return;
  }
  if (import_host(import, node)) {
    import.done.insert(&node);
    return;
  }
  if (const MapFunction* function = import.functions.ended_by(node))
    return import_function(import, *function);
  const bool folded = import.folded.contains(Graph::input_of(node, 0));
  if ((folded || !waits(import, node)) && import_folded(import, node)) {
    import.done.insert(&node);
    return;
  }
  const auto handler = handlers().find(node.op_type());
  if (handler == handlers().end() || waits(import, node)) return;
  handler->second(import, node);
  import.done.insert(&node);
}

}  // namespace

Network import_once(Import& import) {
  std::set<std::string> host = import.behind_layers;
  const std::vector<const Node*> head = head_of(import.graph);
  const std::set<std::string> before = names_of(head);
  host.insert(before.begin(), before.end());
  check_nodes(import.graph, supported_operators(), host);
  begin_with_input(import);
  for (const Node* node : import.graph.nodes()) {
    import_node(import, *node);
    keep_results(import, *node);
  }
  return finish(import);
}

}  // namespace sluice::net
