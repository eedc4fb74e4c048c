// SPDX-License-Identifier: Apache-2.0
// The steps that are left to the host, one by one, by their definitions.
#include "verif/golden/host.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace sluice::test {
namespace {

using net::HostFunction;
using net::HostStep;
using Kind = HostStep::Kind;
using Reals = std::vector<float>;

HostStep step_of(Kind kind, std::int64_t size, std::int64_t length = 1, std::int64_t inner = 1) {
  HostStep step;
  step.kind = kind;
  step.inputs = {0};
  step.size = size;
  step.length = length;
  step.inner = inner;
  return step;
}

Reals run(const HostStep& step, const Reals& input) {
  net::HostProgram program;
  program.steps = {step};
  program.result = 1;
  return golden::evaluate(program, input);
}

void check(const Reals& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(wanted[i]).margin(1e-6));
}

}  // namespace

TEST_CASE("Host.FunctionsAreThoseOfOnnx") {
  struct Row {
    HostFunction function;
    float a, b;
    double (*wanted)(double);
  };
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const std::vector<Row> rows = {
      {HostFunction::kAbs, 0, 0, [](double x) { return std::abs(x); }},
      {HostFunction::kCeil, 0, 0, [](double x) { return std::ceil(x); }},
      {HostFunction::kCelu, 2, 0, [](double x) { return x > 0 ? x : 2 * (std::exp(x / 2) - 1); }},
      {HostFunction::kClip, -1, 0.5, [](double x) { return std::min(std::max(x, -1.0), 0.5); }},
      {HostFunction::kElu, 3, 0, [](double x) { return x > 0 ? x : 3 * (std::exp(x) - 1); }},
      {HostFunction::kErf, 0, 0, [](double x) { return std::erf(x); }},
      {HostFunction::kExp, 0, 0, [](double x) { return std::exp(x); }},
      {HostFunction::kFloor, 0, 0, [](double x) { return std::floor(x); }},
      {HostFunction::kGelu, 0, 0, [](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; }},
      {HostFunction::kHardSigmoid, 0.25, 0.5,
       [](double x) { return std::min(std::max(0.25 * x + 0.5, 0.0), 1.0); }},
      {HostFunction::kHardSwish, 0, 0,
       [](double x) { return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0); }},
      {HostFunction::kLeakyRelu, 0.5, 0, [](double x) { return x > 0 ? x : x / 2; }},
      {HostFunction::kMish, 0, 0,
       [](double x) { return x * std::tanh(std::log(1 + std::exp(x))); }},
      {HostFunction::kNeg, 0, 0, [](double x) { return -x; }},
      {HostFunction::kReciprocal, 0, 0, [](double x) { return 1 / x; }},
      {HostFunction::kRound, 0, 0, [](double x) { return std::nearbyint(x); }},
      {HostFunction::kSelu, 2, 3, [](double x) { return 3 * (x > 0 ? x : 2 * (std::exp(x) - 1)); }},
      {HostFunction::kSigmoid, 0, 0, sigmoid},
      {HostFunction::kSign, 0, 0, [](double x) { return x > 0 ? 1.0 : -1.0; }},
      {HostFunction::kSoftplus, 0, 0, [](double x) { return std::log(1 + std::exp(x)); }},
      {HostFunction::kSoftsign, 0, 0, [](double x) { return x / (1 + std::abs(x)); }},
      {HostFunction::kTanh, 0, 0, [](double x) { return std::tanh(x); }},
      {HostFunction::kTruncate, 0, 0, [](double x) { return std::trunc(x); }}};
  const Reals input = {-3.25F, -1.5F, -0.5F, 0.5F, 2.5F, 3.75F};
  for (const Row& row : rows) {
    INFO("function " << int(row.function));
    HostStep step = step_of(Kind::kFunction, 6);
    step.function = row.function;
    step.a = row.a;
    step.b = row.b;
    std::vector<double> wanted;
    for (const float x : input) wanted.push_back(row.wanted(x));
    check(run(step, input), wanted);
  }
}

TEST_CASE("Host.JoinsRepeatTheirSecondOperand") {
  HostStep step = step_of(Kind::kJoin, 6, 3, 2);
  step.function = HostFunction::kSub;
  step.constants = {1, 2, 3};
  check(run(step, {1, 2, 3, 4, 5, 6}), {0, 1, 1, 2, 2, 3});
  step.reversed = true;
  check(run(step, {1, 2, 3, 4, 5, 6}), {0, -1, -1, -2, -2, -3});
  step.function = HostFunction::kPRelu;
  step.reversed = false;
  check(run(step, {-1, 1, -1, 1, -1, 1}), {-1, 1, -2, 1, -3, 1});
}

TEST_CASE("Host.AxesLieBetweenOthers") {
  // [2][3][2]: the axes are 1, 4, 2; 6, 5, 6; 0, 0, 0; -1, -3, -3
  const Reals input = {1, 6, 4, 5, 2, 6, 0, -1, 0, -3, 0, -3};
  HostStep step = step_of(Kind::kPlace, 4, 3, 2);
  check(run(step, input), {1, 0, 0, 0});
  step.last = true;
  check(run(step, input), {1, 2, 2, 0});
  step.largest = step.last = false;
  check(run(step, input), {0, 1, 0, 1});
  step = step_of(Kind::kTop, 8, 3, 2);
  step.count = 2;
  check(run(step, input), {4, 6, 2, 6, 0, -1, 0, -3});
  step.kind = Kind::kTopPlaces;
  check(run(step, input), {1, 0, 2, 2, 0, 0, 1, 1});
  step = step_of(Kind::kReduce, 4, 3, 2);
  step.function = HostFunction::kAdd;
  check(run(step, input), {7, 17, 0, -7});
  step.function = HostFunction::kMin;
  check(run(step, input), {1, 5, 0, -3});
  step = step_of(Kind::kHardmax, 12, 3, 2);
  check(run(step, input), {0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0});
}

TEST_CASE("Host.SoftmaxAndNormalisation") {
  const double e = std::exp(1.0), sum = 1 + e + e * e;
  check(run(step_of(Kind::kSoftmax, 3, 3), {1, 2, 3}), {1 / sum, e / sum, e * e / sum});
  check(run(step_of(Kind::kLogSoftmax, 3, 3), {1, 2, 3}),
        {-std::log(sum), 1 - std::log(sum), 2 - std::log(sum)});
  HostStep step = step_of(Kind::kNormalise, 4, 4);
  step.a = 0.75F;
  check(run(step, {1, 2, 3, 4}),
        {-1.5 / std::sqrt(2.0), -0.5 / std::sqrt(2.0), 0.5 / std::sqrt(2.0), 1.5 / std::sqrt(2.0)});
}

TEST_CASE("Host.MovesAndCodes") {
  HostStep step = step_of(Kind::kMove, 6);
  step.dims = {2, 3};
  step.strides = {1, 2};
  check(run(step, {0, 1, 2, 3, 4, 5}), {0, 2, 4, 1, 3, 5});
  step.dims = {2};
  step.size = 2;
  step.strides = {-2};
  step.offset = 4;
  check(run(step, {0, 1, 2, 3, 4, 5}), {4, 2});
  step = step_of(Kind::kConcatenate, 6);
  step.inputs = {0, 0};
  step.count = 3;
  check(run(step, {0, 1, 2}), {0, 0, 1, 1, 2, 2});
  step = step_of(Kind::kQuantise, 5);
  step.a = 0.5F;
  step.zero_point = 3;
  check(run(step, {0.25F, 0.75F, -10, 200, 1}), {3, 5, 0, 255, 5});
  step.is_signed = true;
  check(run(step, {0.25F, 0.75F, -100, 200, 1}), {3, 5, -128, 127, 5});
  step.kind = Kind::kDequantise;
  check(run(step, {3, 5, 0, 255, 2}), {0, 1, -1.5, 126, -0.5});
}

}  // namespace sluice::test
