// SPDX-License-Identifier: Apache-2.0
// Operators behind layers that are left to the host: what the accelerator has not, and all that
// reads their results.
#include "generator/network/import_host.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/network/node_check.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

bool is_codes(HostType type) { return type == HostType::kUint8 || type == HostType::kInt8; }

void import_quantize(Import& import, const Node& node) {
  quantise_host(import, node, real_host_operand(import, node, 0), 1, 2);
}

/// Codes as real numbers; scale and zero point are at input `index` and the next.
HostValue dequantised(Import& import, const Node& node, const HostValue& value, int index) {
  const auto zero = import.graph.optional_constant(node, index + 1, "zero point");
  if (!is_codes(value.type) || (zero && zero->size() != 1))
    import.graph.fail(node, "reads what the host computes, which is not of codes of one scale");
  HostStep step;
  step.kind = HostStep::Kind::kDequantise;
  step.inputs = {value.index};
  step.a = static_cast<float>(read_scale(import.graph, node, index, "scale"));
  step.zero_point = zero ? static_cast<int>(zero->ints[0]) : 0;
  return add_host_step(import, step, value.dims);
}

void import_dequantize(Import& import, const Node& node) {
  const HostValue value = host_operand(import, node, 0);
  give_host(import, node.output(0), dequantised(import, node, value, 1));
}

const HostTable& table() {
  static const HostTable all = [] {
    HostTable rows = {{"DequantizeLinear", import_dequantize}, {"QuantizeLinear", import_quantize}};
    for (const HostTable* part : {&host_functions(), &host_axes(), &host_moves(), &host_matrices()})
      rows.insert(part->begin(), part->end());
    return rows;
  }();
  return all;
}

/// Nodes that stand between an operator and its scale: by themselves they are not left to the host.
bool only_scales(const Node& node) { return is_of(node, {"DequantizeLinear", "QuantizeLinear"}); }

/// The number of a map as a source, which may be one already.
int source_index(HostTail& tail, const Source& source) {
  const auto same = [&](const Source& other) {
    return other.map.tensor.map == source.map.tensor.map && other.real == source.real &&
           other.map.scale == source.map.scale && other.map.zero_point == source.map.zero_point;
  };
  const auto found = std::find_if(tail.sources.begin(), tail.sources.end(), same);
  const auto index = static_cast<int>(found - tail.sources.begin());
  if (found == tail.sources.end()) tail.sources.push_back(source);
  return -index;
}

}  // namespace

std::int64_t size_of(const std::vector<std::int64_t>& dims) {
  std::int64_t size = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || dim > kLargestMap) return -1;
    size *= dim;
    if (size > kLargestMap) return -1;
  }
  return size;
}

HostValue host_source(Import& import, const RealMap& map, bool codes) {
  const FeatureMap& of = import.builder.map(map.tensor.map);
  import.builder.keep(map.tensor.map);
  HostValue value;
  value.index = source_index(import.host, {map, !codes});
  value.dims = {1, of.channels, of.height, of.width};
  if (map.tensor.flat) value.dims = {1, size_of(value.dims)};
  if (codes)
    value.type = import.builder.type(map.tensor.map) == onnx::TensorProto::INT8 ? HostType::kInt8
                                                                                : HostType::kUint8;
  return value;
}

HostValue host_operand(Import& import, const Node& node, int index) {
  const std::string name = Graph::input_of(node, index);
  if (const auto found = import.host.values.find(name); found != import.host.values.end())
    return found->second;
  if (const auto real = find_real(import, name)) return host_source(import, *real, false);
  if (const auto map = import.builder.find(name)) {
    RealMap codes;
    codes.tensor = *map;
    return host_source(import, codes, true);
  }
  // What waits for a QuantizeLinear that never comes is the host's as well
  const Node* giver = import.graph.producer(name);
  if (giver != nullptr && import.behind_layers.contains(Graph::name_of(*giver)) &&
      !import.on_host.contains(Graph::name_of(*giver)))
    import.graph.fail(*giver, fmt::format("{} that a layer computes", kNoPattern));
  import.graph.fail(node, fmt::format("its input '{}' is neither the result of a layer nor what "
                                      "the host computes behind the last one",
                                      name));
}

HostValue qlinear_operand(Import& import, const Node& node, int index) {
  const std::string name = Graph::input_of(node, index);
  if (!import.builder.find(name))
    return dequantised(import, node, host_operand(import, node, index), index + 1);
  return host_source(import, read_operand(import, node, index), false);
}

HostValue real_host_operand(Import& import, const Node& node, int index) {
  const HostValue value = host_operand(import, node, index);
  if (value.type != HostType::kReal)
    import.graph.fail(node, fmt::format("its input '{}' is of integers; the host computes it of "
                                        "real numbers",
                                        Graph::input_of(node, index)));
  return value;
}

RealConstant host_constant(Import& import, const Node& node, int index) {
  std::vector<const Node*> taken;
  RealConstant given = real_constant(import.graph, node, index, "constant", taken);
  import.done.insert(taken.begin(), taken.end());
  return given;
}

std::vector<std::int64_t> host_integers(const Import& import, const Node& node, int index,
                                        const char* name,
                                        const std::vector<std::int64_t>& otherwise) {
  if (const auto given = import.graph.optional_constant(node, index, name)) return given->ints;
  return import.graph.integers(node, name, otherwise);
}

std::size_t host_axis(const Import& import, const Node& node, std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  const std::int64_t given = axis;
  if (import.graph.lines() && rank == 4) axis = axis == 2 ? 3 : axis < -1 ? axis - 1 : axis;
  if (import.graph.lines() && axis == -3) axis = 1;
  axis += axis < 0 ? size : 0;
  if (axis < 0 || axis >= size)
    import.graph.fail(node, fmt::format("its axis is {} of {} dimensions", given, rank));
  return static_cast<std::size_t>(axis);
}

HostValue add_host_step(Import& import, HostStep step, const std::vector<std::int64_t>& dims,
                        HostType type) {
  std::vector<HostStep>& steps = import.host.steps;
  step.size = size_of(dims);
  if (step.size < 1) throw std::runtime_error("a host step has no size");
  steps.push_back(std::move(step));
  return {static_cast<int>(steps.size()), dims, type};
}

void quantise_host(Import& import, const Node& node, const HostValue& value, int scale, int zero) {
  const OutputFormat format =
      read_output_format(import.graph, node, zero, onnx::TensorProto::UINT8);
  HostStep step;
  step.kind = HostStep::Kind::kQuantise;
  step.inputs = {value.index};
  step.a = static_cast<float>(read_scale(import.graph, node, scale, "scale"));
  step.zero_point = format.zero_point;
  step.is_signed = format.type == onnx::TensorProto::INT8;
  const HostType type = step.is_signed ? HostType::kInt8 : HostType::kUint8;
  give_host(import, node.output(0), add_host_step(import, step, value.dims, type));
}

void give_host(Import& import, const std::string& tensor, HostValue value) {
  import.host.values[tensor] = std::move(value);
}

const std::set<std::string>& host_operators() {
  static const std::set<std::string> all = {"ArgMax",         "ArgMin",  "Hardmax", "LogSoftmax",
                                            "QLinearSoftmax", "Softmax", "TopK"};
  return all;
}

bool reads_on_host(const Graph& graph, const Node& node) {
  if (host_matrices().contains(node.op_type())) return is_host_matrix(graph, node);
  return table().contains(node.op_type());
}

bool may_stay_on_host(const Graph& graph, const Node& node) {
  return !only_scales(node) && reads_on_host(graph, node);
}

std::set<std::string> names_behind_layers(const Graph& graph) {
  // Tensors that are read, or outputs, and whether only by what may be left to the host
  std::map<std::string, bool> late;
  for (const std::string& output : graph.outputs()) late[output] = true;
  // A file of real numbers is not quantised, whatever else could be done with it
  const bool quantised = is_quantised(graph);
  const auto is_late = [&](const Node& node) {
    bool leads = false;
    bool all =
        (quantised || !host_matrices().contains(node.op_type())) && reads_on_host(graph, node);
    for (const std::string& tensor : node.output()) {
      const auto found = late.find(tensor);
      if (found == late.end()) continue;
      leads = true;
      all = all && found->second;
    }
    return leads && all;
  };
  std::set<std::string> names;
  for (auto at = graph.nodes().rbegin(); at != graph.nodes().rend(); ++at) {
    const bool all = is_late(**at);
    for (const std::string& input : (*at)->input()) {
      const auto [place, first] = late.emplace(input, all);
      place->second = place->second && all;
    }
    if (all && may_stay_on_host(graph, **at)) names.insert(Graph::name_of(**at));
  }
  return names;
}

void add_host_steps(Import& import, const Node& node) {
  const std::size_t before = import.host.steps.size();
  table().at(node.op_type())(import, node);
  if (import.host.steps.size() == before || only_scales(node)) return;
  HostStep& first = import.host.steps[before];
  first.name = Graph::name_of(node);
  first.operation = node.op_type();
}

bool import_host(Import& import, const Node& node) {
  const bool reads =
      std::any_of(node.input().begin(), node.input().end(),
                  [&](const std::string& input) { return import.host.values.contains(input); });
  const bool left = import.on_host.contains(Graph::name_of(node));
  if (!reads && !left && !host_operators().contains(node.op_type())) return false;
  const bool behind = only_scales(node) || import.behind_layers.contains(Graph::name_of(node));
  if (!reads_on_host(import.graph, node) || !behind)
    import.graph.fail(node, reads ? "reads what the host computes; layers behind that are not "
                                    "supported"
                                  : "is left to the host, and layers stand behind it; supported is "
                                    "that behind the last layer");
  add_host_steps(import, node);
  return true;
}

}  // namespace sluice::net
