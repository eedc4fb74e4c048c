// SPDX-License-Identifier: Apache-2.0
// What functions of one map give, in the single precision that onnxruntime computes with.
#include <algorithm>
#include <cmath>
#include <functional>

#include "generator/network/import_parts.h"
#include "generator/network/map_functions.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;
using Reals = std::vector<float>;

float sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }
float softplus(float x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
float gelu(float x) { return 0.5F * x * (1.0F + std::erf(x * static_cast<float>(M_SQRT1_2))); }
float tanh_gelu(float x) {
  return 0.5F * x * (1.0F + std::tanh(0.7978845608F * (x + 0.044715F * x * x * x)));
}

/// Operators of one operand.
using Unary = std::function<float(float)>;

class Evaluation {
 public:
  Evaluation(const Graph& graph, const MapFunction& function, const std::vector<int>& codes)
      : graph_(graph) {
    codes_[function.codes] = codes;
    size_ = codes.size();
  }

  void add(const Node& node) {
    if (node.op_type() == "DequantizeLinear") {
      reals_[node.output(0)] = dequantised(node, 0);
    } else if (ends_function(node)) {
      codes_[node.output(0)] = codes_of(node);
    } else {
      reals_[node.output(0)] = real(node);
    }
  }

  const std::vector<int>& codes(const std::string& tensor) const { return codes_.at(tensor); }

 private:
  float attribute(const Node& node, const char* name, double absent) const {
    return static_cast<float>(graph_.real(node, name, absent));
  }

  int zero_point(const Node& node, int index) const {
    const auto given = graph_.optional_constant(node, index, "zero point");
    if (!given) return 0;
    if (given->ints.size() != 1) graph_.fail(node, "has a zero point of more than one value");
    return static_cast<int>(given->ints[0]);
  }

  float scale(const Node& node, int index) const {
    return static_cast<float>(read_scale(graph_, node, index, "scale"));
  }

  /// Codes at input `index`, with scale and zero point behind, less the zero point.
  Reals centred(const Node& node, int index) const {
    const int zero = zero_point(node, index + 2);
    const std::string name = Graph::input_of(node, index);
    if (graph_.is_constant(name))
      return Reals(size_,
                   static_cast<float>(graph_.constant(node, index, "constant").ints.at(0) - zero));
    Reals values;
    for (const int code : codes_.at(name)) values.push_back(static_cast<float>(code - zero));
    return values;
  }

  Reals dequantised(const Node& node, int index) const {
    Reals values = centred(node, index);
    for (float& value : values) value *= scale(node, index + 1);
    return values;
  }

  /// Values at input `index`, real numbers or a constant.
  Reals operand(const Node& node, int index) const {
    const auto found = reals_.find(Graph::input_of(node, index));
    if (found != reals_.end()) return found->second;
    std::vector<const Node*> ignored;
    const RealConstant given = real_constant(graph_, node, index, "constant", ignored);
    return Reals(size_, static_cast<float>(given.values.at(0)));
  }

  /// Quantised by scale and zero point at these inputs.
  std::vector<int> quantised(const Node& node, const Reals& values, float scale,
                             int zero_index) const {
    const OutputFormat format =
        read_output_format(graph_, node, zero_index, onnx::TensorProto::UINT8);
    const bool is_signed = format.type == onnx::TensorProto::INT8;
    const float low = (is_signed ? -128 : 0) - format.zero_point;
    const float high = (is_signed ? 127 : 255) - format.zero_point;
    std::vector<int> codes;
    for (const float value : values) {
      const float steps = std::isnan(value) ? 0.0F : std::clamp(value / scale, low, high);
      codes.push_back(static_cast<int>(std::nearbyint(steps)) + format.zero_point);
    }
    return codes;
  }

  std::vector<int> codes_of(const Node& node) const {
    if (node.op_type() == "QuantizeLinear")
      return quantised(node, operand(node, 0), scale(node, 1), 2);
    if (is_of(node, {"QLinearAdd", "QLinearMul"})) {
      Reals values = centred(node, 0);
      const Reals second = centred(node, 3);
      const float a = scale(node, 1), b = scale(node, 4), c = scale(node, 6);
      for (std::size_t i = 0; i < size_; ++i)
        values[i] = node.op_type() == "QLinearMul" ? values[i] * second[i] * (a * b / c)
                                                   : values[i] * (a / c) + second[i] * (b / c);
      return quantised(node, values, 1.0F, 7);
    }
    Reals values = dequantised(node, 0);
    const float alpha = attribute(node, "alpha", 0.01);
    for (float& x : values)
      x = node.op_type() == "QLinearSigmoid" ? sigmoid(x) : x >= 0 ? x : alpha * x;
    return quantised(node, values, scale(node, 3), 4);
  }

  Reals real(const Node& node) const {
    if (is_of(node, {"Add", "Div", "Max", "Min", "Mul", "PRelu", "Pow", "Sub"}))
      return joined(node);
    Reals values = operand(node, 0);
    const Unary function = unary(node);
    for (float& value : values) value = function(value);
    return values;
  }

  Reals joined(const Node& node) const {
    const std::string& type = node.op_type();
    Reals values = operand(node, 0);
    for (int index = 1; index < node.input_size(); ++index) {
      const Reals other = operand(node, index);
      for (std::size_t i = 0; i < size_; ++i) values[i] = join(type, values[i], other[i]);
    }
    return values;
  }

  static float join(const std::string& type, float a, float b) {
    if (type == "Add") return a + b;
    if (type == "Sub") return a - b;
    if (type == "Mul") return a * b;
    if (type == "Div") return a / b;
    if (type == "Max") return std::max(a, b);
    if (type == "Min") return std::min(a, b);
    if (type == "PRelu") return a >= 0 ? a : a * b;
    return std::pow(a, b);
  }

  Unary unary(const Node& node) const {
    const auto given = [&](const char* name, double absent) {
      return attribute(node, name, absent);
    };
    static const std::map<std::string, Unary> plain = {
        {"Abs", [](float x) { return std::abs(x); }},
        {"Erf", [](float x) { return std::erf(x); }},
        {"Exp", [](float x) { return std::exp(x); }},
        {"FastGelu", tanh_gelu},
        {"HardSwish", [](float x) { return x * std::clamp(x / 6 + 0.5F, 0.0F, 1.0F); }},
        {"Log", [](float x) { return std::log(x); }},
        {"Mish", [](float x) { return x * std::tanh(softplus(x)); }},
        {"Neg", [](float x) { return -x; }},
        {"Reciprocal", [](float x) { return 1 / x; }},
        {"Relu", [](float x) { return std::max(x, 0.0F); }},
        {"Sigmoid", sigmoid},
        {"Softplus", softplus},
        {"Softsign", [](float x) { return x / (1 + std::abs(x)); }},
        {"Sqrt", [](float x) { return std::sqrt(x); }},
        {"Tanh", [](float x) { return std::tanh(x); }}};
    const std::string& type = node.op_type();
    if (const auto found = plain.find(type); found != plain.end()) return found->second;
    if (type == "Clip") return clip(node);
    if (type == "Gelu")
      return graph_.word(node, "approximate", "none") == "tanh" ? tanh_gelu : gelu;
    if (type == "HardSigmoid") {
      const float alpha = given("alpha", 0.2), beta = given("beta", 0.5);
      return [=](float x) { return std::clamp(alpha * x + beta, 0.0F, 1.0F); };
    }
    if (type == "QuickGelu") {
      const float alpha = given("alpha", 1.702);
      return [=](float x) { return x * sigmoid(alpha * x); };
    }
    if (type == "Celu") {
      const float alpha = given("alpha", 1.0);
      return [=](float x) { return x > 0 ? x : alpha * std::expm1(x / alpha); };
    }
    if (type == "LeakyRelu") {
      const float alpha = given("alpha", 0.01);
      return [=](float x) { return x >= 0 ? x : alpha * x; };
    }
    const bool selu = type == "Selu";
    const float alpha = given("alpha", selu ? 1.67326319217681884765625 : 1.0);
    const float gamma = selu ? given("gamma", 1.05070102214813232421875) : 1.0F;
    return [=](float x) { return gamma * (x > 0 ? x : alpha * std::expm1(x)); };
  }

  Unary clip(const Node& node) const {
    const auto bound = [&](int index, float absent) {
      return Graph::input_of(node, index).empty() ? absent : operand(node, index).at(0);
    };
    const float low = bound(1, -HUGE_VALF), high = bound(2, HUGE_VALF);
    return [=](float x) { return std::min(std::max(x, low), high); };
  }

  const Graph& graph_;
  std::size_t size_ = 0;
  std::map<std::string, std::vector<int>> codes_;
  std::map<std::string, Reals> reals_;
};

}  // namespace

std::vector<int> evaluate(const Graph& graph, const MapFunction& function,
                          const std::vector<int>& codes) {
  Evaluation evaluation(graph, function, codes);
  for (const Node* node : function.nodes) evaluation.add(*node);
  return evaluation.codes(function.nodes.back()->output(0));
}

}  // namespace sluice::net
