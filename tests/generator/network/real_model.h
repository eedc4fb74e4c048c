// SPDX-License-Identifier: Apache-2.0
// Test helper: models in QDQ form.
#pragma once

#include <string>
#include <vector>

#include "tests/generator/network/import_checks.h"

namespace sluice::test {

/// A model whose tensors are real numbers between QuantizeLinear and DequantizeLinear.
struct RealModel {
  RealModel(int type, const Dims& dims, unsigned seed)
      : random(seed), type(type), model(type, dims) {}

  std::string dequantise(const std::string& codes, float scale, int zero) {
    return model.node("DequantizeLinear",
                      {codes, model.scalar(scale), zero_point(model, type, zero)});
  }
  std::string quantise(const std::string& real, float scale, int zero) {
    return model.node("QuantizeLinear", {real, model.scalar(scale), zero_point(model, type, zero)});
  }
  /// The graph's input as real numbers.
  std::string input(float scale, int zero) { return dequantise("input", scale, zero); }
  /// QuantizeLinear and DequantizeLinear.
  std::string both(const std::string& real, float scale, int zero) {
    return dequantise(quantise(real, scale, zero), scale, zero);
  }
  std::string weights(const Dims& dims, const std::vector<float>& scales, std::int64_t axis = 0) {
    const auto codes = model.tensor(dims, random.numbers<std::int8_t>(count(dims), -127, 127));
    const auto scale = scales.size() == 1
                           ? model.scalar(scales[0])
                           : model.tensor({static_cast<std::int64_t>(scales.size())}, scales);
    const auto real = model.node("DequantizeLinear", {codes, scale});
    model.set("axis", axis);
    return real;
  }
  /// INT32 behind DequantizeLinear.
  std::string bias(std::int64_t size, float scale) {
    const auto codes = model.tensor({size}, random.numbers<std::int32_t>(size, -9999, 9999));
    const auto real = model.node("DequantizeLinear", {codes, model.scalar(scale)});
    model.set("axis", std::int64_t{0});
    return real;
  }
  std::string reals(const Dims& dims, int low, int high) {
    std::vector<float> values;
    for (const int value : random.numbers<int>(count(dims), low, high))
      values.push_back(static_cast<float>(value) / 16);
    return model.tensor(dims, values);
  }
  int offset() const { return type == kUint8 ? 128 : 0; }

  Random random;
  int type;
  OnnxModel model;
};

}  // namespace sluice::test
