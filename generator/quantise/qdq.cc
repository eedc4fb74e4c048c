// SPDX-License-Identifier: Apache-2.0
#include "generator/quantise/qdq.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace sluice::quantise {
namespace {

/// Biases have at most so many steps: they leave room in accumulators of 32 bits. Channels with
/// larger ones, and next to no weights, get a larger scale of weights.
constexpr double kLargestBias = 1 << 24;

class Writer {
 public:
  Writer(const FloatNetwork& network, const Plan& plan, const QdqOptions& options)
      : from_(network), plan_(plan), options_(options) {
    to_.network = network;
    to_.network.nodes.clear();
  }

  QdqNetwork write() {
    add_scales();
    if (is_quantised(from_.input)) add_codes(from_.input, from_.input);
    for (std::size_t k = 0; k < from_.nodes.size(); ++k) add_node(k);
    drop_constants();
    return std::move(to_);
  }

 private:
  bool is_quantised(const std::string& tensor) const { return plan_.group_of.contains(tensor); }
  const Grid& grid(const std::string& tensor) const {
    return options_.grids[plan_.group_of.at(tensor)];
  }

  std::string constant(const std::string& name, const std::string& ending, Tensor value) {
    std::string unused = name + ending;
    while (to_.network.constants.contains(unused) || from_.producer(unused) >= 0) unused += "_";
    to_.network.constants[unused] = std::move(value);
    return unused;
  }

  void add(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
           const std::string& output) {
    to_.network.nodes.push_back(make_node(type, name, inputs, output));
  }

  /// Scale and zero point of each group, named after its first tensor.
  void add_scales() {
    scales_.resize(plan_.groups.size());
    const int type = options_.is_signed ? onnx::TensorProto::INT8 : onnx::TensorProto::UINT8;
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
      const std::string& name = plan_.groups[g].sources.front();
      scales_[g].push_back(constant(name, "_scale", real_scalar(options_.grids[g].scale)));
      scales_[g].push_back(
          constant(name, "_zero_point", {{}, {}, {options_.grids[g].zero_point}, type}));
    }
  }

  /// Codes of a tensor that is called `raw` here.
  void add_codes(const std::string& tensor, std::string raw) {
    const std::size_t group = plan_.group_of.at(tensor);
    const std::string codes = from_.fresh(tensor, "_quantized");
    const std::string real = tensor == from_.output ? tensor : from_.fresh(tensor, "_dequantized");
    const auto& sources = plan_.groups[group].sources;
    if (plan_.groups[group].bits < 8 &&
        std::find(sources.begin(), sources.end(), tensor) != sources.end())
      raw = add_clip(tensor, raw);
    const std::string &scale = scales_[group][0], &zero = scales_[group][1];
    add("QuantizeLinear", tensor + "_QuantizeLinear", {raw, scale, zero}, codes);
    add("DequantizeLinear", tensor + "_DequantizeLinear", {codes, scale, zero}, real);
    to_.real_of[tensor] = real;
  }

  std::string add_clip(const std::string& tensor, const std::string& raw) {
    const Range range = grid(tensor).range();
    const std::string low = constant(tensor, "_low", real_scalar(static_cast<float>(range.low)));
    const std::string high = constant(tensor, "_high", real_scalar(static_cast<float>(range.high)));
    const std::string clipped = from_.fresh(tensor, "_clipped");
    add("Clip", tensor + "_Clip", {raw, low, high}, clipped);
    return clipped;
  }

  void add_node(std::size_t k) {
    Node node = from_.nodes[k];
    for (std::string& input : *node.mutable_input())
      if (const auto real = to_.real_of.find(input); real != to_.real_of.end())
        input = real->second;
    if (plan_.roles[k] == Role::kWeighted) add_weights(k, node);
    for (std::string& output : *node.mutable_output())
      if (is_quantised(output) && output == from_.output) output = from_.fresh(output, "_raw");
    to_.network.nodes.push_back(node);
    for (int i = 0; i < node.output_size(); ++i) {
      const std::string& tensor = from_.nodes[k].output(i);
      if (is_quantised(tensor)) add_codes(tensor, node.output(i));
    }
  }

  /// The axis of a weight's output channels.
  static std::size_t channel_axis(const Node& node) {
    return node.op_type() == "ConvTranspose" || node.op_type() == "MatMul" ? 1 : 0;
  }

  void add_weights(std::size_t k, Node& node) {
    const Node& before = from_.nodes[k];
    const Tensor& weights = *from_.constant(before, 1);
    const Tensor* bias = from_.constant(before, 2);
    const float input_scale = grid(before.input(0)).scale;
    WeightOptions options = options_.weights.at(k);
    options.axis = channel_axis(node);
    options.input_axis = 1 - options.axis;
    options.groups = static_cast<std::size_t>(from_.graph->integer(node, "group", 1));
    if (node.op_type() == "ConvTranspose" && options.groups != 1)
      options.per_tensor = true;  // channels of several groups lie at one place of the axis
    if (bias != nullptr) options.smallest = least_scales(*bias, input_scale, options.per_tensor);
    const QuantisedWeights quantised = quantise_weights(weights, options);
    to_.clipped[k] = quantised.clipped;
    to_.splits[k] = quantised.splits;
    const std::string& name = before.input(1);
    node.set_input(1, add_constant(name_of(node) + "/" + name, quantised.codes, quantised.scales,
                                   options.axis, true));
    if (bias != nullptr) node.set_input(2, add_bias(before, *bias, quantised.scales, input_scale));
  }

  static std::vector<float> least_scales(const Tensor& bias, float input_scale, bool one) {
    std::vector<float> least;
    for (const float value : bias.reals)
      least.push_back(static_cast<float>(std::abs(value) / (input_scale * kLargestBias)));
    if (one) least = {*std::max_element(least.begin(), least.end())};
    return least;
  }

  std::string add_bias(const Node& node, const Tensor& bias, std::vector<float> scales,
                       float input_scale) {
    Tensor codes{bias.dims, {}, {}, onnx::TensorProto::INT32};
    for (float& scale : scales) scale *= input_scale;
    for (std::size_t c = 0; c < bias.size(); ++c) {
      const double steps = bias.reals[c] / scales[scales.size() == 1 ? 0 : c];
      codes.ints.push_back(std::llround(std::clamp(steps, -2147483648.0, 2147483647.0)));
    }
    return add_constant(name_of(node) + "/" + node.input(2), std::move(codes), scales, 0, false);
  }

  /// A constant of codes behind DequantizeLinear; gives the tensor of real numbers.
  std::string add_constant(const std::string& name, Tensor codes, const std::vector<float>& scales,
                           std::size_t axis, bool with_zero) {
    const bool one = scales.size() == 1;
    const Dims dims = one ? Dims{} : Dims{static_cast<std::int64_t>(scales.size())};
    const Tensor zero{dims, {}, std::vector<std::int64_t>(scales.size(), 0), codes.type};
    std::vector<std::string> inputs = {constant(name, "_quantized", std::move(codes))};
    inputs.push_back(constant(name, "_scale", {dims, scales, {}, onnx::TensorProto::FLOAT}));
    if (with_zero) inputs.push_back(constant(name, "_zero_point", zero));
    add("DequantizeLinear", name + "_DequantizeLinear", inputs, name + "_dequantized");
    if (!one) set_attribute(to_.network.nodes.back(), "axis", static_cast<std::int64_t>(axis));
    return name + "_dequantized";
  }

  void drop_constants() {
    std::set<std::string> read;
    for (const Node& node : to_.network.nodes)
      read.insert(node.input().begin(), node.input().end());
    std::erase_if(to_.network.constants,
                  [&](const auto& entry) { return !read.contains(entry.first); });
  }

  const FloatNetwork& from_;
  const Plan& plan_;
  const QdqOptions& options_;
  QdqNetwork to_;
  std::vector<std::vector<std::string>> scales_;  ///< scale and zero point of each group
};

}  // namespace

QdqNetwork write_qdq(const FloatNetwork& network, const Plan& plan, const QdqOptions& options) {
  return Writer(network, plan, options).write();
}

}  // namespace sluice::quantise
