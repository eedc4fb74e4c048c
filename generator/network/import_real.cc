// SPDX-License-Identifier: Apache-2.0
// QDQ form: operators on real numbers, each between DequantizeLinear and QuantizeLinear.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "generator/network/real_parser.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

bool limits(const Node& node) { return is_of(node, {"Clip", "Relu"}); }

/// What may stand between an operator and its QuantizeLinear: quantising commutes with it.
bool stands_behind(const Graph& graph, const Node& node) {
  return limits(node) || keeps_values(node) || is_max_pool(graph, node);
}

/// Operators with one operand that is a constant: an affine function of each channel.
bool is_affine(const Graph& graph, const Node& node) {
  if (node.op_type() == "BatchNormalization") return true;
  return is_of(node, {"Add", "Div", "Mul", "Sub"}) &&
         (is_real_constant(graph, node, 0) || is_real_constant(graph, node, 1));
}

/// Index of the operand that is no constant.
int computed_operand(const Graph& graph, const Node& node) {
  return node.op_type() != "BatchNormalization" && is_real_constant(graph, node, 0) ? 1 : 0;
}

bool is_real_map(const Import& import, const std::string& tensor) {
  return import.real_maps.contains(tensor);
}

/// What the codes of a real tensor are called.
std::string codes_of(const std::string& tensor) { return tensor + " (codes)"; }

/// Limits of a Relu or Clip, as real numbers.
struct Bounds {
  double low = -HUGE_VAL, high = HUGE_VAL;
};

Bounds bounds_of(const Graph& graph, const Node& node, std::vector<const Node*>& taken) {
  if (node.op_type() == "Relu") return {0, HUGE_VAL};
  Bounds bounds;
  const auto read = [&](int index, const char* what, double& bound) {
    if (Graph::input_of(node, index).empty()) return;
    const RealConstant given = real_constant(graph, node, index, what, taken);
    if (given.values.size() != 1)
      graph.fail(node,
                 fmt::format("its {} has {} values; needed is one", what, given.values.size()));
    bound = given.values[0];
  };
  read(1, "minimum", bounds.low);
  read(2, "maximum", bounds.high);
  return bounds;
}

/// The code of a real number, without the limits of a type.
int code_of(double real, double scale, int zero_point) {
  constexpr double kMost = 1 << 20;
  return static_cast<int>(std::clamp(std::nearbyint(real / scale), -kMost, kMost)) + zero_point;
}

void limit_codes(OutputFormat& format, const Bounds& bounds, double scale) {
  format.low = std::max(format.low, code_of(bounds.low, scale, format.zero_point));
  format.high = std::min(format.high, code_of(bounds.high, scale, format.zero_point));
}

/// The map behind a MaxPool.
MapTensor pooled(Import& import, const Node& node, MapTensor map, const std::string& tensor) {
  Layer layer = max_pool_of(import, node, map);
  import.builder.add_max_pool(node, std::move(layer), tensor);
  return {import.builder.find(tensor)->map, gives_values(import.graph, node)};
}

/// A layer that gives its input, limited.
MapTensor limited(Import& import, const Node& node, const RealMap& real) {
  const int copy = import.builder.add_copy(node, real.tensor.map, codes_of(node.output(0)), "");
  const MapTensor result{copy, real.tensor.flat};
  std::vector<const Node*> taken;
  OutputFormat format;
  format.zero_point = import.builder.zero_point_code(real.tensor.map);
  limit_codes(format, bounds_of(import.graph, node, taken), real.scale);
  import.done.insert(taken.begin(), taken.end());
  import.builder.limit(node, result.map, format.low, format.high);
  return result;
}

}  // namespace

std::optional<RealMap> find_real(Import& import, const std::string& tensor) {
  if (const auto found = import.real_maps.find(tensor); found != import.real_maps.end())
    return found->second;
  const Node* node = import.graph.producer(tensor);
  if (node == nullptr || !stands_behind(import.graph, *node)) return std::nullopt;
  auto real = find_real(import, Graph::input_of(*node, 0));
  if (!real) return std::nullopt;
  if (is_max_pool(import.graph, *node))
    real->tensor = pooled(import, *node, real->tensor, codes_of(tensor));
  else if (limits(*node))
    real->tensor = limited(import, *node, *real);
  else
    real->tensor = reshaped(import, *node, real->tensor);
  real->zero_point = import.builder.stored_zero_point(real->tensor.map);
  import.done.insert(node);
  import.real_maps[tensor] = *real;
  return real;
}

RealMap real_operand(Import& import, const Node& node, int index) {
  const std::string name = Graph::input_of(node, index);
  const auto real = find_real(import, name);
  if (!real && is_real_constant(import.graph, node, index))
    import.graph.fail(
        node, fmt::format("its input '{}' is a constant; supported are feature maps", name));
  if (!real)
    import.graph.fail(node, fmt::format("its input '{}' is not quantised: QuantizeLinear and "
                                        "DequantizeLinear are missing before it",
                                        name));
  return *real;
}

bool ends_real_operator(const Import& import, const Node& quantize) {
  const Graph& graph = import.graph;
  std::string name = Graph::input_of(quantize, 0);
  while (!is_real_map(import, name)) {
    const Node* node = graph.producer(name);
    if (node == nullptr) return false;
    if (is_of(*node, {"AveragePool", "Concat", "Conv", "ConvTranspose", "Gemm", "GlobalAveragePool",
                      "Max", "MatMul", "Mean", "Min", "ReduceMean", "ReduceSum", "Sum"}) ||
        is_linear_resize(graph, *node))
      return true;
    // An addition of two maps; of integer sums the operands come from Cast.
    if (node->op_type() == "Cast") return false;
    if (is_affine(graph, *node))
      name = Graph::input_of(*node, computed_operand(graph, *node));
    else if (stands_behind(graph, *node) || is_of(*node, {"Add", "Mul", "PRelu", "Sub"}))
      name = Graph::input_of(*node, 0);
    else
      return false;
  }
  return true;
}

RealParser::RealParser(Import& import, const Node& quantize)
    : import_(import),
      graph_(import.graph),
      quantize_(quantize),
      scale_(read_scale(import.graph, quantize, 1, "scale")),
      format_(read_output_format(import.graph, quantize, 2, onnx::TensorProto::UINT8)),
      user_(&quantize) {}

/// The node that gives what is read next; null for the map of an operand.
const Node* RealParser::next() const {
  const std::string name = Graph::input_of(*user_, index_);
  return is_real_map(import_, name) ? nullptr : graph_.producer(name);
}

/// Collects what stands behind the operator.
void RealParser::walk_back() {
  for (const Node* node = next(); node != nullptr && stands_behind(graph_, *node); node = next()) {
    behind_.push_back(node);
    user_ = node;
  }
  for (const Node* node = next(); node != nullptr && is_affine(graph_, *node); node = next()) {
    affine_.push_back(node);
    user_ = node;
    index_ = computed_operand(graph_, *node);
  }
}

/// What stands behind, applied to the codes of the layer.
MapTensor RealParser::apply_behind(MapTensor map) {
  for (auto node = behind_.rbegin(); node != behind_.rend(); ++node) {
    if (is_max_pool(graph_, **node))
      map = pooled(import_, **node, map, codes_of((*node)->output(0)));
    else if (!limits(**node))
      map = reshaped(import_, **node, map);
  }
  return map;
}

void RealParser::parse() {
  walk_back();
  for (auto node = behind_.rbegin(); node != behind_.rend(); ++node)
    if (limits(**node)) limit_codes(format_, bounds_of(graph_, **node, taken_), scale_);
  using Parse = MapTensor (RealParser::*)(const Node&);
  static const std::map<std::string, Parse> operators = {
      {"Add", &RealParser::addition},
      {"AveragePool", &RealParser::average},
      {"Concat", &RealParser::concatenation},
      {"Conv", &RealParser::product_of_weights},
      {"ConvTranspose", &RealParser::transposed_convolution},
      {"Gemm", &RealParser::product_of_weights},
      {"GlobalAveragePool", &RealParser::average},
      {"MatMul", &RealParser::product_of_weights},
      {"Max", &RealParser::extreme},
      {"Mean", &RealParser::addition},
      {"Min", &RealParser::extreme},
      {"Mul", &RealParser::product},
      {"PRelu", &RealParser::prelu},
      {"ReduceMean", &RealParser::average},
      {"ReduceSum", &RealParser::average},
      {"Resize", &RealParser::interpolation},
      {"Sub", &RealParser::addition},
      {"Sum", &RealParser::addition}};
  MapTensor result;
  if (const Node* node = next(); node == nullptr) {
    result = operand_itself();
  } else if (const auto found = operators.find(node->op_type()); found != operators.end()) {
    taken_.push_back(node);
    result = (this->*found->second)(*node);
  } else {
    graph_.fail(*node, "gives what QuantizeLinear quantises, which is not supported of it");
  }
  import_.builder.alias(quantize_.output(0), apply_behind(result));
  for (const auto* nodes : {&taken_, &behind_, &affine_})
    import_.done.insert(nodes->begin(), nodes->end());
}

void import_real(Import& import, const Node& quantize) { RealParser(import, quantize).parse(); }

}  // namespace sluice::net
