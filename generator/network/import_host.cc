// SPDX-License-Identifier: Apache-2.0
// Operators behind the last layer that are left to the host: Softmax and LogSoftmax of the results,
// and what rounds those to codes again.
#include <fmt/format.h>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// Softmax runs over the channels of the one position that there is.
void check_axis(const Import& import, const Node& node, MapTensor tensor) {
  const FeatureMap& map = import.builder.map(tensor.map);
  const std::int64_t rank = tensor.flat ? 2 : 4;
  std::int64_t axis = import.graph.integer(node, "axis", -1);
  axis += axis < 0 ? rank : 0;
  if (axis != 1 || (!tensor.flat && map.height * map.width != 1))
    import.graph.fail(node, fmt::format("its axis is {} of {} dimensions; supported behind the "
                                        "last layer is axis 1, over all results",
                                        axis, rank));
}

HostStep rounding(const Graph& graph, const Node& node, int scale, int zero) {
  const OutputFormat format = read_output_format(graph, node, zero, onnx::TensorProto::UINT8);
  HostStep step;
  step.kind = HostStep::Kind::kRound;
  step.scale = static_cast<float>(read_scale(graph, node, scale, "scale"));
  step.zero_point = format.zero_point;
  step.is_signed = format.type == onnx::TensorProto::INT8;
  return step;
}

void begin(Import& import, const Node& node) {
  if (import.host) import.graph.fail(node, "is a second one behind the last layer");
  const bool codes = node.op_type() == "QLinearSoftmax";
  const RealMap real = codes ? read_operand(import, node, 0) : real_operand(import, node, 0);
  check_axis(import, node, real.tensor);
  HostTail tail{real, node.output(0), codes, {}};
  HostStep step;
  step.kind =
      node.op_type() == "LogSoftmax" ? HostStep::Kind::kLogSoftmax : HostStep::Kind::kSoftmax;
  step.name = node.name().empty() ? node.output(0) : node.name();
  step.operation = node.op_type();
  tail.steps.push_back(step);
  if (codes) tail.steps.push_back(rounding(import.graph, node, 3, 4));
  import.host = std::move(tail);
}

/// A DequantizeLinear must give back what was rounded.
void check_same(const Import& import, const Node& node) {
  const HostStep given = rounding(import.graph, node, 1, 2);
  const HostStep& rounded = import.host->steps.back();
  if (given.scale != rounded.scale || given.zero_point != rounded.zero_point ||
      given.is_signed != rounded.is_signed)
    import.graph.fail(node, "has another scale, zero point or type than its input");
}

}  // namespace

const std::set<std::string>& host_operators() {
  static const std::set<std::string> all = {"LogSoftmax", "QLinearSoftmax", "Softmax"};
  return all;
}

bool import_host(Import& import, const Node& node) {
  if (host_operators().contains(node.op_type())) {
    begin(import, node);
    return true;
  }
  if (!import.host || Graph::input_of(node, 0) != import.host->tensor) return false;
  HostTail& tail = *import.host;
  const std::string& type = node.op_type();
  if (type == "QuantizeLinear" && !tail.codes) {
    tail.steps.push_back(rounding(import.graph, node, 1, 2));
    tail.codes = true;
  } else if (type == "DequantizeLinear" && tail.codes) {
    check_same(import, node);
    tail.codes = false;
  } else if (type != "Identity") {
    import.graph.fail(node, fmt::format("reads the result of '{}', which the host computes behind "
                                        "the last layer; QuantizeLinear and DequantizeLinear may "
                                        "stand there",
                                        tail.steps.front().name));
  }
  tail.tensor = node.output(0);
  return true;
}

}  // namespace sluice::net
