// SPDX-License-Identifier: Apache-2.0
// Layers of which the graph computes the integer sums itself:
//
//   sum    = ConvInteger or MatMulInteger
//   biased = Add(sum, bias)                     int32; may be missing
//   scaled = Mul(Cast(biased), scale)           float; the Mul may be missing
//   y      = QuantizeLinear(scaled, y_scale, y_zero_point)
//
// The gated convolution, where sum, bias and scale depend on gates, is described in
// import_gates.cc.
#include <fmt/format.h>

#include "generator/network/sums_parser.h"

namespace sluice::net {

using Node = Graph::Node;

const Node* SumsParser::producer_of(const Node& node, int index, const char* type) const {
  const Node* producer = graph_.producer(Graph::input_of(node, index));
  return producer != nullptr && producer->op_type() == type ? producer : nullptr;
}

const Node& SumsParser::expect_producer(const Node& node, int index, const char* type,
                                        const char* where) const {
  if (const Node* found = producer_of(node, index, type)) return *found;
  const std::string name = Graph::input_of(node, index);
  const Node* producer = graph_.producer(name);
  graph_.fail(node, fmt::format("its input '{}' comes from {}; {} needs {} there", name,
                                producer != nullptr ? producer->op_type() : "outside of all nodes",
                                where, type));
}

/// Input `index` if it is a constant or chooses between two constants.
std::optional<ChannelValues> SumsParser::channel_values(const Node& node, int index) {
  const std::string name = Graph::input_of(node, index);
  if (graph_.is_constant(name)) {
    const Constant both = graph_.constant(node, index, "operand");
    return ChannelValues{both, both, ""};
  }
  const Node* where = producer_of(node, index, "Where");
  if (where == nullptr || !graph_.is_constant(Graph::input_of(*where, 1)) ||
      !graph_.is_constant(Graph::input_of(*where, 2)))
    return std::nullopt;
  taken_.push_back(where);
  return ChannelValues{graph_.constant(*where, 1, "value for open gates"),
                       graph_.constant(*where, 2, "value for closed gates"),
                       Graph::input_of(*where, 0)};
}

/// The constant operand of Add or Mul, on either side; `other` becomes the index of the other
/// operand.
std::optional<ChannelValues> SumsParser::take_operand(const Node& node, int& other) {
  for (const int index : {1, 0}) {
    if (auto values = channel_values(node, index)) {
      other = 1 - index;
      taken_.push_back(&node);
      return values;
    }
  }
  return std::nullopt;
}

void SumsParser::parse() {
  const Node* user = &quantize_;
  int index = 0;
  std::optional<ChannelValues> scale, bias;
  if (const Node* mul = producer_of(*user, index, "Mul")) {
    scale = take_operand(*mul, index);
    if (!scale)
      graph_.fail(*mul, "has no constant operand; a scale per output channel is needed here");
    user = mul;
  }
  const Node& cast = expect_producer(*user, index, "Cast", "a layer computed with integer sums");
  if (graph_.integer(cast, "to", 0) != onnx::TensorProto::FLOAT)
    graph_.fail(cast, "must give FLOAT in a layer computed with integer sums");
  taken_.push_back(&cast);
  user = &cast;
  index = 0;
  if (const Node* add = producer_of(*user, index, "Add")) {
    int other = 0;
    if ((bias = take_operand(*add, other))) {
      user = add;
      index = other;
    }
  }
  parse_sum(*user, index);
  const Scaling scaled = scaling(bias, scale);
  sums_.layer.name = name_;
  const OutputFormat format = read_output_format(graph_, quantize_, 2, onnx::TensorProto::UINT8);
  import_.done.insert(taken_.begin(), taken_.end());
  import_.builder.add_convolution(*layer_node_, std::move(sums_), scaled, format,
                                  quantize_.output(0));
}

void SumsParser::parse_sum(const Node& user, int index) {
  if (const Node* add = producer_of(user, index, "Add")) {
    for (const int masked : {1, 0})
      if (const Node* where = producer_of(*add, masked, "Where"))
        return parse_gated(*add, masked, *where);
    graph_.fail(*add,
                "adds two computed tensors; supported are a bias, and the two parts of a gated "
                "convolution, of which one is Where(gate, conditional sum, 0)");
  }
  if (const Node* matmul = producer_of(user, index, "MatMulInteger")) {
    const MapTensor tensor = import_.builder.input(*matmul, 0);
    const auto given = graph_.optional_constant(*matmul, 2, "input zero point");
    sums_ =
        dense_sums(import_, *matmul, tensor, import_.builder.zero_point(*matmul, tensor.map, given),
                   read_weights(graph_, *matmul, 1, 3, 1));
    layer_node_ = matmul;
    taken_.push_back(matmul);
    return;
  }
  const Node& conv =
      expect_producer(user, index, "ConvInteger", "a layer computed with integer sums");
  Part part = parse_convolution(conv);
  if (part.sliced)
    graph_.fail(conv, "reads a Slice; that is supported for the base of a gated convolution");
  sums_ = std::move(part.sums);
  layer_node_ = &conv;
}

SumsParser::Part SumsParser::parse_convolution(const Node& node) {
  Part part;
  part.node = &node;
  taken_.push_back(&node);
  const Node* slice = producer_of(node, 0, "Slice");
  part.sliced = slice != nullptr;
  const MapTensor tensor = import_.builder.input(part.sliced ? *slice : node, 0);
  if (tensor.flat) graph_.fail(node, "its input has two dimensions; four are supported");
  const auto given = graph_.optional_constant(node, 2, "input zero point");
  const int zero = import_.builder.zero_point(node, tensor.map, given);
  const int all = import_.builder.map(tensor.map).channels;
  const int channels = part.sliced ? sliced_channels(*slice, all) : all;
  part.sums = convolution_sums(import_, node, tensor.map, channels, zero,
                               read_weights(graph_, node, 1, 3, 0));
  if (part.sliced && part.sums.layer.groups > 1)
    graph_.fail(node, "reads a Slice and has groups; supported is one of both");
  return part;
}

void SumsParser::check_gate_name(const Node& node,
                                 const std::optional<ChannelValues>& values) const {
  if (values && !values->gate.empty() && values->gate != gate_)
    graph_.fail(node, fmt::format("an operand depends on '{}'; it may depend on {}", values->gate,
                                  gate_.empty() ? "nothing, as the layer has no gate"
                                                : "the layer's gate '" + gate_ + "' only"));
}

Scaling SumsParser::scaling(const std::optional<ChannelValues>& bias,
                            const std::optional<ChannelValues>& scale) {
  check_gate_name(quantize_, bias);
  check_gate_name(quantize_, scale);
  Scaling result;
  result.bias = result.bias_closed = std::vector<std::int64_t>(sums_.out_channels);
  if (bias) {
    if (bias->open.type != onnx::TensorProto::INT32 ||
        bias->closed.type != onnx::TensorProto::INT32)
      graph_.fail(*layer_node_, "its bias must be of type INT32");
    result.bias = spread<std::int64_t>(*layer_node_, bias->open, bias->open.ints, "bias");
    result.bias_closed =
        spread<std::int64_t>(*layer_node_, bias->closed, bias->closed.ints, "bias");
  }
  result.scale = result.scale_closed = std::vector<double>(sums_.out_channels, 1.0);
  if (scale) {
    if (!scale->open.is_real() || !scale->closed.is_real())
      graph_.fail(*layer_node_, "its scale must be of type FLOAT");
    result.scale = spread<double>(*layer_node_, scale->open, scale->open.reals, "scale");
    result.scale_closed = spread<double>(*layer_node_, scale->closed, scale->closed.reals, "scale");
  }
  const double step = read_scale(graph_, quantize_, 1, "scale");
  for (double& value : result.scale) value /= step;
  for (double& value : result.scale_closed) value /= step;
  return result;
}

void import_sums(Import& import, const Graph::Node& quantize) {
  SumsParser(import, quantize).parse();
}

}  // namespace sluice::net
