// SPDX-License-Identifier: Apache-2.0
// Operators on each number, and on two, that are left to the host.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "generator/network/import_host.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;
using Dims = std::vector<std::int64_t>;

struct Parameter {
  const char* attribute = nullptr;
  double absent = 0;
};

struct FunctionRow {
  HostFunction function;
  Parameter a = {}, b = {};
};

const std::map<std::string, FunctionRow>& unary() {
  using F = HostFunction;
  static const std::map<std::string, FunctionRow> all = {
      {"Abs", {F::kAbs}},
      {"Ceil", {F::kCeil}},
      {"Celu", {F::kCelu, {"alpha", 1}}},
      {"Elu", {F::kElu, {"alpha", 1}}},
      {"Erf", {F::kErf}},
      {"Exp", {F::kExp}},
      {"FastGelu", {F::kGeluTanh}},
      {"Floor", {F::kFloor}},
      {"HardSigmoid", {F::kHardSigmoid, {"alpha", 0.2}, {"beta", 0.5}}},
      {"HardSwish", {F::kHardSwish}},
      {"LeakyRelu", {F::kLeakyRelu, {"alpha", 0.01}}},
      {"Log", {F::kLog}},
      {"Mish", {F::kMish}},
      {"Neg", {F::kNeg}},
      {"QuickGelu", {F::kQuickGelu, {"alpha", 1.702}}},
      {"Reciprocal", {F::kReciprocal}},
      {"Round", {F::kRound}},
      {"Selu",
       {F::kSelu, {"alpha", 1.67326319217681884765625}, {"gamma", 1.05070102214813232421875}}},
      {"Sigmoid", {F::kSigmoid}},
      {"Sign", {F::kSign}},
      {"Softplus", {F::kSoftplus}},
      {"Softsign", {F::kSoftsign}},
      {"Sqrt", {F::kSqrt}},
      {"Tanh", {F::kTanh}}};
  return all;
}

const std::map<std::string, HostFunction>& binary() {
  using F = HostFunction;
  static const std::map<std::string, HostFunction> all = {
      {"Add", F::kAdd}, {"Div", F::kDiv}, {"Max", F::kMax},     {"Min", F::kMin},
      {"Mul", F::kMul}, {"Pow", F::kPow}, {"PRelu", F::kPRelu}, {"Sub", F::kSub}};
  return all;
}

void apply(Import& import, const Node& node, const HostValue& value, HostFunction function,
           float a = 0, float b = 0) {
  HostStep step;
  step.function = function;
  step.inputs = {value.index};
  step.a = a;
  step.b = b;
  give_host(import, node.output(0), add_host_step(import, step, value.dims));
}

void add_function(Import& import, const Node& node, HostFunction function, float a = 0,
                  float b = 0) {
  apply(import, node, real_host_operand(import, node, 0), function, a, b);
}

void add_unary(Import& import, const Node& node, const std::string& type, const HostValue& value) {
  const FunctionRow& row = unary().at(type);
  const auto given = [&](const Parameter& parameter) {
    if (parameter.attribute == nullptr) return 0.0F;
    return static_cast<float>(import.graph.real(node, parameter.attribute, parameter.absent));
  };
  apply(import, node, value, row.function, given(row.a), given(row.b));
}

void import_unary(Import& import, const Node& node) {
  add_unary(import, node, node.op_type(), real_host_operand(import, node, 0));
}

/// Of QOperator form: codes become real numbers, and these codes again.
void import_qlinear_unary(Import& import, const Node& node) {
  const std::string type = node.op_type().substr(std::string("QLinear").size());
  add_unary(import, node, type, qlinear_operand(import, node, 0));
  quantise_host(import, node, import.host.values.at(node.output(0)), 3, 4);
}

void import_gelu(Import& import, const Node& node) {
  const bool tanh = import.graph.word(node, "approximate", "none") == "tanh";
  add_function(import, node, tanh ? HostFunction::kGeluTanh : HostFunction::kGelu);
}

void import_clip(Import& import, const Node& node) {
  const auto bound = [&](int index, float absent) {
    if (Graph::input_of(node, index).empty()) return absent;
    const RealConstant given = host_constant(import, node, index);
    if (given.values.size() != 1) import.graph.fail(node, "has a bound of more than one number");
    return static_cast<float>(given.values[0]);
  };
  add_function(import, node, HostFunction::kClip, bound(1, -HUGE_VALF), bound(2, HUGE_VALF));
}

void import_relu(Import& import, const Node& node) {
  add_function(import, node, HostFunction::kClip, 0, HUGE_VALF);
}

/// The dimensions of two tensors that are broadcast to each other.
Dims broadcast(const Import& import, const Node& node, const Dims& a, const Dims& b) {
  Dims dims(std::max(a.size(), b.size()), 1);
  const auto dim = [&](const Dims& of, std::size_t i) {
    const std::size_t missing = dims.size() - of.size();
    return i < missing ? 1 : of[i - missing];
  };
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t first = dim(a, i), second = dim(b, i);
    if (first != second && first != 1 && second != 1)
      import.graph.fail(node,
                        fmt::format("its operands have the shapes {} and {}", text(a), text(b)));
    dims[i] = first == 1 ? second : first;
  }
  return dims;
}

/// Where a tensor of dimensions `of`, broadcast to `dims`, has number i: at i / inner % length.
/// False if it is not that regular.
bool find_place(const Dims& of, const Dims& dims, HostStep& step) {
  std::size_t begin = dims.size(), end = 0;
  const std::size_t missing = dims.size() - of.size();
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (of[i] == 1) continue;
    begin = std::min(begin, i + missing);
    end = i + missing + 1;
  }
  step.length = step.inner = 1;
  for (std::size_t i = begin; i < end; ++i) {
    if (of[i - missing] != dims[i]) return false;
    step.length *= dims[i];
  }
  for (std::size_t i = std::max(begin, end); i < dims.size(); ++i) step.inner *= dims[i];
  return true;
}

std::vector<std::int64_t> broadcast_strides(const Dims& of, const Dims& dims) {
  std::vector<std::int64_t> strides(dims.size(), 0);
  std::int64_t stride = 1;
  const std::size_t missing = dims.size() - of.size();
  for (std::size_t i = of.size(); i-- > 0; stride *= of[i])
    strides[i + missing] = of[i] == 1 ? 0 : stride;
  return strides;
}

bool is_constant_input(const Import& import, const Node& node, int index) {
  return !import.host.values.contains(Graph::input_of(node, index)) &&
         is_real_constant(import.graph, node, index);
}

/// Min and Max may have more than two operands.
void import_binary(Import& import, const Node& node) {
  const HostFunction function = binary().at(node.op_type());
  if (node.input_size() < 1) import.graph.fail(node, "has no input");
  std::optional<HostValue> all;
  std::optional<RealConstant> first;
  for (int i = 0; i < node.input_size(); ++i) {
    if (is_constant_input(import, node, i)) {
      const RealConstant given = host_constant(import, node, i);
      if (all)
        all = join_constant(import, node, function, *all, given);
      else if (first)
        import.graph.fail(node, "has more than one constant before the first result");
      else
        first = given;
      continue;
    }
    const HostValue value = real_host_operand(import, node, i);
    if (all)
      all = join_values(import, node, function, *all, value);
    else
      all = first ? join_constant(import, node, function, value, *first, true) : value;
  }
  if (!all) import.graph.fail(node, "has constants only");
  give_host(import, node.output(0), *all);
}

/// The values of each channel, times a slope, plus an offset.
void import_batch_normalization(Import& import, const Node& node) {
  HostValue value = real_host_operand(import, node, 0);
  std::vector<RealConstant> given;
  for (int i = 1; i <= 4; ++i) given.push_back(host_constant(import, node, i));
  const std::size_t channels = given[0].values.size();
  const double epsilon = import.graph.real(node, "epsilon", 1e-5);
  Dims dims(value.dims.size() > 2 ? value.dims.size() - 1 : 1, 1);
  dims[0] = static_cast<std::int64_t>(channels);
  RealConstant slope{dims, {}}, offset{dims, {}};
  for (std::size_t c = 0; c < channels; ++c) {
    for (const RealConstant& one : given)
      if (one.values.size() != channels) import.graph.fail(node, "has constants of several sizes");
    slope.values.push_back(given[0].values[c] / std::sqrt(given[3].values[c] + epsilon));
    offset.values.push_back(given[1].values[c] - given[2].values[c] * slope.values[c]);
  }
  value = join_constant(import, node, HostFunction::kMul, value, slope);
  give_host(import, node.output(0), join_constant(import, node, HostFunction::kAdd, value, offset));
}

}  // namespace

HostValue join_values(Import& import, const Node& node, HostFunction function, HostValue first,
                      HostValue second) {
  const Dims dims = broadcast(import, node, first.dims, second.dims);
  HostStep step;
  step.kind = HostStep::Kind::kJoin;
  step.function = function;
  if (size_of(first.dims) != size_of(dims) && size_of(second.dims) == size_of(dims)) {
    std::swap(first, second);
    step.reversed = true;
  }
  if (size_of(first.dims) != size_of(dims)) first = expanded(import, first, dims);
  if (!find_place(second.dims, dims, step)) {
    second = expanded(import, second, dims);
    find_place(second.dims, dims, step);
  }
  step.inputs = {first.index, second.index};
  return add_host_step(import, step, dims);
}

HostValue expanded(Import& import, const HostValue& value, const Dims& dims) {
  HostStep step;
  step.kind = HostStep::Kind::kMove;
  step.inputs = {value.index};
  step.dims = dims;
  step.strides = broadcast_strides(value.dims, dims);
  return add_host_step(import, step, dims, value.type);
}

HostValue join_constant(Import& import, const Node& node, HostFunction function, HostValue value,
                        const RealConstant& constant, bool reversed) {
  const Dims dims = broadcast(import, node, value.dims, constant.dims);
  if (size_of(dims) > kLargestMap) import.graph.fail(node, "gives too many numbers");
  if (size_of(value.dims) != size_of(dims)) value = expanded(import, value, dims);
  HostStep step;
  step.kind = HostStep::Kind::kJoin;
  step.function = function;
  step.inputs = {value.index};
  step.reversed = reversed;
  step.constants.assign(constant.values.begin(), constant.values.end());
  if (!find_place(constant.dims, dims, step)) {
    const std::vector<std::int64_t> strides = broadcast_strides(constant.dims, dims);
    step.constants.assign(static_cast<std::size_t>(size_of(dims)), 0.0F);
    for (std::size_t i = 0; i < step.constants.size(); ++i) {
      auto rest = static_cast<std::int64_t>(i);
      std::int64_t at = 0;
      for (std::size_t d = dims.size(); d-- > 0; rest /= dims[d]) at += rest % dims[d] * strides[d];
      step.constants[i] = static_cast<float>(constant.values[static_cast<std::size_t>(at)]);
    }
    step.length = size_of(dims);
    step.inner = 1;
  }
  return add_host_step(import, step, dims);
}

const HostTable& host_functions() {
  static const HostTable all = [] {
    HostTable table = {{"BatchNormalization", import_batch_normalization},
                       {"Clip", import_clip},
                       {"Gelu", import_gelu},
                       {"QLinearLeakyRelu", import_qlinear_unary},
                       {"QLinearSigmoid", import_qlinear_unary},
                       {"Relu", import_relu}};
    for (const auto& [name, row] : unary()) table[name] = import_unary;
    for (const auto& [name, function] : binary()) table[name] = import_binary;
    return table;
  }();
  return all;
}

}  // namespace sluice::net
