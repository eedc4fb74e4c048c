// SPDX-License-Identifier: Apache-2.0
// Test helper: functions of one number as ONNX defines them, in double precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "tests/generator/network/onnx_model.h"

namespace sluice::test {

inline double real_attribute(const onnx::NodeProto& node, const std::string& name, double absent) {
  for (const auto& attribute : node.attribute())
    if (attribute.name() == name) return attribute.f();
  return absent;
}

/// The function of an operator of one operand; none if it is no such operator.
inline std::function<double(double)> unary_function(const onnx::NodeProto& node) {
  const std::string& op = node.op_type();
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto given = [&](const char* name, double absent) {
    return real_attribute(node, name, absent);
  };
  if (op == "Sigmoid") return sigmoid;
  if (op == "Tanh") return [](double x) { return std::tanh(x); };
  if (op == "Abs") return [](double x) { return std::abs(x); };
  if (op == "Neg") return [](double x) { return -x; };
  if (op == "Exp") return [](double x) { return std::exp(x); };
  if (op == "Erf") return [](double x) { return std::erf(x); };
  if (op == "Softplus") return [](double x) { return std::log(std::exp(x) + 1); };
  if (op == "Softsign") return [](double x) { return x / (1 + std::abs(x)); };
  if (op == "Mish") return [](double x) { return x * std::tanh(std::log(std::exp(x) + 1)); };
  if (op == "HardSwish")
    return [](double x) { return x * std::max(0.0, std::min(1.0, x / 6 + 0.5)); };
  if (op == "Gelu") return [](double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); };
  if (op == "QuickGelu") return [=](double x) { return x * sigmoid(1.702 * x); };
  if (op == "LeakyRelu")
    return [alpha = given("alpha", 0.01)](double x) { return x < 0 ? alpha * x : x; };
  if (op == "Elu")
    return [alpha = given("alpha", 1)](double x) { return x < 0 ? alpha * (std::exp(x) - 1) : x; };
  if (op == "Celu")
    return [alpha = given("alpha", 1)](double x) {
      return std::max(0.0, x) + std::min(0.0, alpha * (std::exp(x / alpha) - 1));
    };
  if (op == "Selu")
    return [](double x) {
      return 1.0507009873554805 * (x <= 0 ? 1.6732632423543772 * (std::exp(x) - 1) : x);
    };
  if (op == "HardSigmoid")
    return [alpha = given("alpha", 0.2), beta = given("beta", 0.5)](double x) {
      return std::max(0.0, std::min(1.0, alpha * x + beta));
    };
  return {};
}

}  // namespace sluice::test
