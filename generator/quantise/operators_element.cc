// SPDX-License-Identifier: Apache-2.0
// Operators on single values.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "generator/quantise/operators.h"

namespace sluice::quantise {
namespace {

Dims broadcast_dims(const Operation& op, const Dims& a, const Dims& b) {
  Dims dims(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1)
      op.fail(fmt::format("its operands have shapes {} and {}, which do not fit", net::text(a),
                          net::text(b)));
    dims[dims.size() - 1 - i] = left == 1 ? right : left;
  }
  return dims;
}

/// For each dimension of `dims`, how far apart neighbours lie in a tensor of shape `from`; 0 where
/// it has one value for all.
Dims strides_of(const Dims& from, const Dims& dims) {
  Dims strides(dims.size(), 0);
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::int64_t size = from[from.size() - 1 - i];
    if (size != 1) strides[dims.size() - 1 - i] = stride;
    stride *= size;
  }
  return strides;
}

/// Steps through all places of `dims` and keeps a place in each of two tensors.
template <typename Visit>
void each_pair(const Dims& dims, const Dims& a, const Dims& b, Visit visit) {
  const Dims steps_a = strides_of(a, dims), steps_b = strides_of(b, dims);
  Dims place(dims.size(), 0);
  std::int64_t at_a = 0, at_b = 0;
  const std::size_t count = count_of(dims);
  for (std::size_t i = 0; i < count; ++i) {
    visit(i, at_a, at_b);
    for (std::size_t d = dims.size(); d-- > 0;) {
      at_a += steps_a[d];
      at_b += steps_b[d];
      if (++place[d] < dims[d]) break;
      place[d] = 0;
      at_a -= steps_a[d] * dims[d];
      at_b -= steps_b[d] * dims[d];
    }
  }
}

template <typename T>
T calculate(const std::string& type, T a, T b) {
  if (type == "Add") return a + b;
  if (type == "Sub") return a - b;
  if (type == "Mul") return a * b;
  if constexpr (std::is_integral_v<T>) return b == 0 ? 0 : a / b;
  return a / b;
}

}  // namespace

Tensor binary(const Operation& op) {
  const Tensor &a = op.any(0), &b = op.any(1);
  if (a.type != b.type) op.fail("its operands are of different types");
  const std::string& type = op.node.op_type();
  Tensor result{broadcast_dims(op, a.dims, b.dims), {}, {}, a.type};
  const std::size_t count = count_of(result.dims);
  if (a.is_real()) {
    result.reals.resize(count);
    each_pair(result.dims, a.dims, b.dims, [&](std::size_t i, std::int64_t at, std::int64_t bt) {
      result.reals[i] = calculate(type, a.reals[at], b.reals[bt]);
    });
  } else {
    result.ints.resize(count);
    each_pair(result.dims, a.dims, b.dims, [&](std::size_t i, std::int64_t at, std::int64_t bt) {
      result.ints[i] = calculate(type, a.ints[at], b.ints[bt]);
    });
  }
  return result;
}

namespace {

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

float hard_sigmoid(float x, float alpha, float beta) {
  return std::clamp(alpha * x + beta, 0.0F, 1.0F);
}

using Function = float (*)(float x, float alpha, float beta);

/// A function of one number, and its two parameters where a node does not say.
struct Unary {
  Function function;
  double alpha = 0, beta = 0;
};

const std::map<std::string, Unary>& unary_functions() {
  static const std::map<std::string, Unary> all = {
      {"Abs", {[](float x, float, float) { return std::abs(x); }}},
      {"Celu",
       {[](float x, float alpha, float) { return x < 0 ? alpha * std::expm1(x / alpha) : x; },
        1.0}},
      {"Erf", {[](float x, float, float) { return std::erf(x); }}},
      {"Mish",
       {[](float x, float, float) { return x * std::tanh(x > 20 ? x : std::log1p(std::exp(x))); }}},
      {"Reciprocal", {[](float x, float, float) { return 1 / x; }}},
      {"Softsign", {[](float x, float, float) { return x / (1 + std::abs(x)); }}},
      {"Elu", {[](float x, float alpha, float) { return x < 0 ? alpha * std::expm1(x) : x; }, 1.0}},
      {"Exp", {[](float x, float, float) { return std::exp(x); }}},
      {"HardSigmoid", {hard_sigmoid, 0.2, 0.5}},
      {"HardSwish", {[](float x, float, float) { return x * hard_sigmoid(x, 1.0F / 6, 0.5F); }}},
      {"LeakyRelu", {[](float x, float alpha, float) { return x < 0 ? alpha * x : x; }, 0.01}},
      {"Neg", {[](float x, float, float) { return -x; }}},
      {"Relu", {[](float x, float, float) { return std::max(x, 0.0F); }}},
      {"Sigmoid", {[](float x, float, float) { return sigmoid(x); }}},
      {"Softplus", {[](float x, float, float) { return x > 20 ? x : std::log1p(std::exp(x)); }}},
      {"Sqrt", {[](float x, float, float) { return std::sqrt(x); }}},
      {"Tanh", {[](float x, float, float) { return std::tanh(x); }}}};
  return all;
}

}  // namespace

Tensor unary(const Operation& op) {
  const Unary& known = unary_functions().at(op.node.op_type());
  const float alpha = op.number("alpha", known.alpha), beta = op.number("beta", known.beta);
  Tensor result = op.real(0);
  for (float& value : result.reals) value = known.function(value, alpha, beta);
  return result;
}

Tensor clip(const Operation& op) {
  const float low = op.number(1, std::numeric_limits<float>::lowest());
  const float high = op.number(2, std::numeric_limits<float>::max());
  Tensor result = op.real(0);
  for (float& value : result.reals) value = std::min(std::max(value, low), high);
  return result;
}

Tensor parametric_relu(const Operation& op) {
  const Tensor &x = op.real(0), &slope = op.real(1);
  if (broadcast_dims(op, x.dims, slope.dims) != x.dims) op.fail("its slope does not fit its input");
  Tensor result = x;
  each_pair(x.dims, x.dims, slope.dims, [&](std::size_t i, std::int64_t, std::int64_t at) {
    if (result.reals[i] < 0) result.reals[i] *= slope.reals[at];
  });
  return result;
}

Tensor batch_normalization(const Operation& op) {
  Tensor result = op.real(0);
  if (result.dims.size() < 2) op.fail("its input has fewer than two dimensions");
  const auto channels = static_cast<std::size_t>(result.dims[1]);
  for (std::size_t i = 1; i <= 4; ++i)
    if (op.real(i).size() != channels)
      op.fail(
          fmt::format("its input {} has {} values; needed are {}", i, op.real(i).size(), channels));
  const double epsilon = op.graph.real(op.node, "epsilon", 1e-5);
  const std::size_t area = result.size() / channels;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t c = i / area;
    const double slope = op.real(1).reals[c] / std::sqrt(op.real(4).reals[c] + epsilon);
    result.reals[i] =
        static_cast<float>((result.reals[i] - op.real(3).reals[c]) * slope + op.real(2).reals[c]);
  }
  return result;
}

}  // namespace sluice::quantise
