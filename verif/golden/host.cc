// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/host.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sluice::golden {
namespace {

using net::HostFunction;
using net::HostStep;
using Kind = HostStep::Kind;
using Reals = std::vector<float>;

float sigmoid(float x) { return 1 / (1 + std::exp(-x)); }
float softplus(float x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
float sign(float x) { return x > 0 ? 1.0F : x < 0 ? -1.0F : 0.0F; }

float curve_of(const HostStep& step, float x) {
  const float root_half = std::sqrt(0.5F), root_two_over_pi = std::sqrt(2 / 3.14159265F);
  switch (step.function) {
    case HostFunction::kCelu:
      return x > 0 ? x : step.a * std::expm1(x / step.a);
    case HostFunction::kElu:
      return x > 0 ? x : step.a * std::expm1(x);
    case HostFunction::kErf:
      return std::erf(x);
    case HostFunction::kExp:
      return std::exp(x);
    case HostFunction::kGelu:
      return x / 2 * (1 + std::erf(x * root_half));
    case HostFunction::kGeluTanh:
      return x / 2 * (1 + std::tanh(root_two_over_pi * (x + 0.044715F * x * x * x)));
    case HostFunction::kLog:
      return std::log(x);
    case HostFunction::kMish:
      return x * std::tanh(softplus(x));
    case HostFunction::kQuickGelu:
      return x * sigmoid(step.a * x);
    case HostFunction::kSelu:
      return step.b * (x > 0 ? x : step.a * std::expm1(x));
    case HostFunction::kSigmoid:
      return sigmoid(x);
    case HostFunction::kSoftplus:
      return softplus(x);
    default:
      return std::tanh(x);
  }
}

float function_of(const HostStep& step, float x) {
  switch (step.function) {
    case HostFunction::kAbs:
      return std::abs(x);
    case HostFunction::kCeil:
      return std::ceil(x);
    case HostFunction::kClip:
      return std::min(std::max(x, step.a), step.b);
    case HostFunction::kFloor:
      return std::floor(x);
    case HostFunction::kHardSigmoid:
      return std::clamp(step.a * x + step.b, 0.0F, 1.0F);
    case HostFunction::kHardSwish:
      return x * std::clamp(x / 6 + 0.5F, 0.0F, 1.0F);
    case HostFunction::kLeakyRelu:
      return x >= 0 ? x : step.a * x;
    case HostFunction::kNeg:
      return -x;
    case HostFunction::kReciprocal:
      return 1 / x;
    case HostFunction::kRound:
      return std::nearbyint(x);
    case HostFunction::kSign:
      return sign(x);
    case HostFunction::kSoftsign:
      return x / (1 + std::abs(x));
    case HostFunction::kSqrt:
      return std::sqrt(x);
    case HostFunction::kTruncate:
      return std::trunc(x);
    default:
      return curve_of(step, x);
  }
}

float joined(HostFunction function, float x, float z) {
  switch (function) {
    case HostFunction::kAdd:
      return x + z;
    case HostFunction::kSub:
      return x - z;
    case HostFunction::kMul:
      return x * z;
    case HostFunction::kDiv:
      return x / z;
    case HostFunction::kMax:
      return std::max(x, z);
    case HostFunction::kMin:
      return std::min(x, z);
    case HostFunction::kPow:
      return std::pow(x, z);
    default:
      return x >= 0 ? x : x * z;
  }
}

Reals join(const HostStep& step, const Reals& x, const Reals& second) {
  Reals y = x;
  const auto length = static_cast<std::size_t>(step.length);
  const auto inner = static_cast<std::size_t>(step.inner);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const float z = second[i / inner % length];
    y[i] = step.reversed ? joined(step.function, z, x[i]) : joined(step.function, x[i], z);
  }
  return y;
}

/// Exponentials are of differences from the largest number, as runtimes take them.
Reals softmax(const HostStep& step, const Reals& x) {
  const float largest = *std::max_element(x.begin(), x.end());
  double sum = 0;
  for (const float real : x) sum += std::exp(double(real) - largest);
  Reals y;
  for (const float real : x) {
    const double difference = double(real) - largest;
    y.push_back(static_cast<float>(step.kind == Kind::kLogSoftmax ? difference - std::log(sum)
                                                                  : std::exp(difference) / sum));
  }
  return y;
}

Reals normalised(const HostStep& step, const Reals& x) {
  double mean = 0, variance = 0;
  for (const float real : x) mean += real;
  mean /= double(x.size());
  for (const float real : x) variance += (real - mean) * (real - mean);
  const double deviation = std::sqrt(variance / double(x.size()) + step.a);
  Reals y;
  for (const float real : x) y.push_back(static_cast<float>((real - mean) / deviation));
  return y;
}

/// The places of an axis, the largest or smallest number first; of equal ones the first.
std::vector<std::size_t> order_of(const HostStep& step, const Reals& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return step.largest ? x[a] > x[b] : x[a] < x[b];
  });
  return order;
}

float place_of(const HostStep& step, const Reals& x) {
  const std::vector<std::size_t> order = order_of(step, x);
  std::size_t k = 0;
  while (step.last && k + 1 < order.size() && x[order[k + 1]] == x[order[0]]) ++k;
  return static_cast<float>(order[k]);
}

Reals multiplied(const HostStep& step, const Reals& x) {
  Reals y;
  auto weight = step.constants.begin();
  for (std::int64_t j = 0; j < step.count; ++j) {
    double sum = 0;
    for (const float real : x) sum += double(real) * *weight++;
    y.push_back(static_cast<float>(sum));
  }
  return y;
}

/// What an axis becomes.
Reals along_axis(const HostStep& step, const Reals& x) {
  switch (step.kind) {
    case Kind::kSoftmax:
    case Kind::kLogSoftmax:
      return softmax(step, x);
    case Kind::kHardmax: {
      Reals y(x.size(), 0.0F);
      y[order_of(step, x).front()] = 1;
      return y;
    }
    case Kind::kReduce: {
      if (step.function == HostFunction::kAdd)
        return {static_cast<float>(std::accumulate(x.begin(), x.end(), 0.0))};
      float all = x[0];
      for (std::size_t i = 1; i < x.size(); ++i) all = joined(step.function, all, x[i]);
      return {all};
    }
    case Kind::kPlace:
      return {place_of(step, x)};
    case Kind::kNormalise:
      return normalised(step, x);
    case Kind::kMatrix:
      return multiplied(step, x);
    default: {
      Reals y;
      const std::vector<std::size_t> order = order_of(step, x);
      for (std::int64_t k = 0; k < step.count; ++k)
        y.push_back(step.kind == Kind::kTop ? x[order[k]] : static_cast<float>(order[k]));
      return y;
    }
  }
}

Reals over_axes(const HostStep& step, const Reals& x) {
  Reals y(static_cast<std::size_t>(step.size));
  const auto length = static_cast<std::size_t>(step.length);
  const auto inner = static_cast<std::size_t>(step.inner);
  for (std::size_t outer = 0; outer < x.size() / (length * inner); ++outer) {
    for (std::size_t i = 0; i < inner; ++i) {
      Reals axis;
      for (std::size_t k = 0; k < length; ++k) axis.push_back(x[(outer * length + k) * inner + i]);
      const Reals result = along_axis(step, axis);
      for (std::size_t k = 0; k < result.size(); ++k)
        y[(outer * result.size() + k) * inner + i] = result[k];
    }
  }
  return y;
}

Reals moved(const HostStep& step, const Reals& x) {
  Reals y;
  for (std::int64_t i = 0; i < step.size; ++i) {
    std::int64_t rest = i, at = step.offset;
    for (std::size_t d = step.dims.size(); d-- > 0; rest /= step.dims[d])
      at += rest % step.dims[d] * step.strides[d];
    y.push_back(x.at(static_cast<std::size_t>(at)));
  }
  return y;
}

Reals concatenated(const HostStep& step, const std::vector<Reals>& values) {
  Reals y;
  for (std::int64_t k = 0; k < step.count; ++k) {
    for (const int input : step.inputs) {
      const Reals& x = values[static_cast<std::size_t>(input)];
      const auto part = static_cast<std::ptrdiff_t>(x.size()) / step.count;
      y.insert(y.end(), x.begin() + k * part, x.begin() + (k + 1) * part);
    }
  }
  return y;
}

float code_of(const HostStep& step, float x) {
  const float low = step.is_signed ? -128 : 0, zero = static_cast<float>(step.zero_point);
  return std::clamp(std::nearbyint(x / step.a) + zero, low, low + 255);
}

Reals result_of(const HostStep& step, const std::vector<Reals>& values) {
  Reals x = values[static_cast<std::size_t>(step.inputs[0])];
  switch (step.kind) {
    case Kind::kFunction:
      for (float& real : x) real = function_of(step, real);
      return x;
    case Kind::kJoin:
      return join(step, x,
                  step.inputs.size() > 1 ? values[static_cast<std::size_t>(step.inputs[1])]
                                         : step.constants);
    case Kind::kMove:
      return moved(step, x);
    case Kind::kConcatenate:
      return concatenated(step, values);
    case Kind::kQuantise:
      for (float& real : x) real = code_of(step, real);
      return x;
    case Kind::kDequantise:
      for (float& real : x) real = (real - static_cast<float>(step.zero_point)) * step.a;
      return x;
    default:
      return over_axes(step, x);
  }
}

}  // namespace

std::vector<float> evaluate(const net::HostProgram& program, const std::vector<float>& input) {
  return evaluate(program, std::vector<Reals>{input});
}

std::vector<float> evaluate(const net::HostProgram& program,
                            const std::vector<std::vector<float>>& inputs) {
  std::vector<Reals> values = inputs;
  for (const HostStep& step : program.steps) values.push_back(result_of(step, values));
  return values[static_cast<std::size_t>(program.result)];
}

}  // namespace sluice::golden
