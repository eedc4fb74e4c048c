// SPDX-License-Identifier: Apache-2.0
// Test helper: the subgraph of a gated convolution in all its forms.
#pragma once

#include "tests/generator/network/import_checks.h"

namespace sluice::test {

enum class BaseForm { kGroups, kSlice, kZeros };

struct GatedOptions {
  int x_type = kUint8;
  int x_zero = 0;
  int channels = 8, outputs = 16, size = 6, partitions = 4;
  int block = 1;
  BaseForm form = BaseForm::kGroups;
  bool per_gate_bias = true, per_gate_scale = true;
  int y_zero = 30;
  int clip_high = -1;         ///< -1: no Clip
  bool stray_weight = false;  ///< one conditional weight in the base channels
};

/// Base and conditional weights with the zeros where they belong.
struct GatedWeights {
  std::vector<std::int8_t> base, conditional;
  Dims base_dims, conditional_dims;
};

inline GatedWeights gated_weights(const GatedOptions& o, Random& random) {
  const int part = o.channels / o.partitions;
  GatedWeights w;
  const int base_channels = o.form == BaseForm::kZeros ? o.channels : part;
  w.base_dims = {o.outputs, base_channels, 3, 3};
  w.conditional_dims = {o.outputs, o.channels, 3, 3};
  w.base = random.numbers<std::int8_t>(count(w.base_dims), -128, 127);
  w.conditional = random.numbers<std::int8_t>(count(w.conditional_dims), -128, 127);
  for (int out = 0; out < o.outputs; ++out)
    for (int c = 0; c < o.channels; ++c) {
      const int group = o.form == BaseForm::kGroups ? out * o.partitions / o.outputs : 0;
      const bool is_base = c / part == group;
      for (int k = 0; k < 9; ++k) {
        const std::size_t i = (std::size_t(out) * o.channels + c) * 9 + k;
        if (is_base) w.conditional[i] = 0;
        if (!is_base && o.form == BaseForm::kZeros) w.base[i] = 0;
      }
    }
  if (o.stray_weight) w.conditional[0] = 1;
  return w;
}

/// Gate tensor from the comparison, shared by `block` channels.
inline std::string shared_gate(OnnxModel& model, const std::string& greater,
                               const GatedOptions& o) {
  const Dims blocks = {1, o.outputs / o.block, o.block, o.size, o.size};
  auto x = model.node("Cast", {greater}, "gate_int");
  model.set("to", onnx::TensorProto::INT32);
  x = model.node("Reshape", {x, model.shape(blocks)}, "gate_blocks");
  x = model.node("ReduceMax", {x}, "gate_max");
  model.set("axes", Dims{2}).set("keepdims", 1);
  x = model.node("Expand", {x, model.shape(blocks)}, "gate_expand");
  x = model.node("Reshape", {x, model.shape({1, o.outputs, o.size, o.size})}, "gate_channels");
  x = model.node("Cast", {x}, "gate");
  model.set("to", onnx::TensorProto::BOOL);
  return x;
}

/// Adds the gated convolution of `x` with padding 1; its output.
inline std::string gated_conv(OnnxModel& model, const std::string& x, const GatedOptions& o,
                              Random& random) {
  const GatedWeights w = gated_weights(o, random);
  const auto zero = zero_point(model, o.x_type, o.x_zero);
  std::string base_input = x;
  if (o.form == BaseForm::kSlice)
    base_input = model.node(
        "Slice", {x, model.shape({0}), model.shape({o.channels / o.partitions}), model.shape({1})},
        "slice");
  const auto base =
      model.node("ConvInteger", {base_input, model.tensor(w.base_dims, w.base), zero}, "base");
  model.set("pads", Dims{1, 1, 1, 1}).set("kernel_shape", Dims{3, 3});
  model.set("group", o.form == BaseForm::kGroups ? o.partitions : 1);
  const Dims per_channel = {1, o.outputs, 1, 1};
  // High thresholds in blocks, or all gates would be open.
  const int tau = o.block > 1 ? 60000 : 10000;
  const auto greater = model.node(
      "Greater",
      {base, model.tensor(per_channel, random.numbers<std::int32_t>(o.outputs, tau - 9999, tau))},
      "greater");
  const auto gate = o.block > 1 ? shared_gate(model, greater, o) : greater;
  const auto cond =
      model.node("ConvInteger", {x, model.tensor(w.conditional_dims, w.conditional), zero}, "cond");
  model.set("pads", Dims{1, 1, 1, 1});
  const auto masked = model.node("Where", {gate, cond, model.scalar(std::int32_t{0})}, "masked");
  const auto sum = model.node("Add", {base, masked}, "sum");
  const auto bias = [&] {
    return model.tensor(per_channel, random.numbers<std::int32_t>(o.outputs, -5000, 5000));
  };
  const auto scale = [&] {
    std::vector<float> values;
    for (int i = 0; i < o.outputs; ++i) values.push_back(std::ldexp(1.0F, random.number(-3, -1)));
    return model.tensor(per_channel, values);
  };
  const auto biased = model.node(
      "Add", {sum, o.per_gate_bias ? model.node("Where", {gate, bias(), bias()}) : bias()},
      "biased");
  const auto real = model.node("Cast", {biased}, "real");
  model.set("to", onnx::TensorProto::FLOAT);
  const auto scaled = model.node(
      "Mul", {real, o.per_gate_scale ? model.node("Where", {gate, scale(), scale()}) : scale()},
      "scaled");
  auto y =
      model.node("QuantizeLinear",
                 {scaled, model.scalar(64.0F), zero_point(model, kUint8, o.y_zero)}, "quantized");
  if (o.clip_high >= 0)
    y = model.node("Clip", {y, "", model.scalar(static_cast<std::uint8_t>(o.clip_high))}, "clip");
  return y;
}

/// Planes of p bits of the UINT8 tensor `x`: the upper, and the lower one by shifts or a mask.
inline std::pair<std::string, std::string> planes_of(OnnxModel& model, const std::string& x,
                                                     int bits, bool mask) {
  const auto number = [&](int value) { return model.scalar(static_cast<std::uint8_t>(value)); };
  const auto shift = [&](const std::string& from, int by, const char* direction,
                         const std::string& name) {
    const std::string y = model.node("BitShift", {from, number(by)}, name);
    model.set("direction", direction);
    return y;
  };
  const std::string upper = shift(x, bits, "RIGHT", "upper");
  if (mask) return {upper, model.node("BitwiseAnd", {x, number((1 << bits) - 1)}, "lower")};
  return {upper, shift(shift(x, 8 - bits, "LEFT", "left"), 8 - bits, "RIGHT", "lower")};
}

struct PlaneOptions {
  int bits = 4;    ///< of a plane
  int x_zero = 0;  ///< 2^bits * that of the upper plane + that of the lower one
  int channels = 8, outputs = 16, size = 6, block = 1;
  bool mask = false;  ///< the lower plane by BitwiseAnd
  int factor = 16;
  bool stray_weight = false;  ///< one conditional weight is another
  int shift = 0;              ///< by which the upper plane is shifted in place of `bits`
};

/// A precision-gated convolution of the input, with padding 1.
inline OnnxModel planes_model(const PlaneOptions& o, unsigned seed = 1) {
  Random random(seed);
  OnnxModel model(kUint8, {1, o.channels, o.size, o.size});
  std::string x = "input";
  if (o.bits == 2) {  // a map of 4 bits
    x = model.node("MaxPool", {x}, "pool");
    model.set("kernel_shape", Dims{1, 1});
    x = model.node("Clip", {x, "", model.scalar(std::uint8_t{15})}, "narrow");
  }
  auto [upper, lower] = planes_of(model, x, o.shift > 0 ? o.shift : o.bits, o.mask);
  const Dims dims = {o.outputs, o.channels, 3, 3};
  auto weights =
      random.numbers<std::int8_t>(count(dims), -(1 << (o.bits - 1)), (1 << (o.bits - 1)) - 1);
  const auto conv = [&](const std::string& from, int zero, const char* name) {
    const std::string y = model.node(
        "ConvInteger", {from, model.tensor(dims, weights), zero_point(model, kUint8, zero)}, name);
    model.set("pads", Dims{1, 1, 1, 1});
    return y;
  };
  const std::string base = conv(upper, o.x_zero >> o.bits, "base");
  if (o.stray_weight) weights[5] ^= 1;
  const std::string cond = conv(lower, o.x_zero & ((1 << o.bits) - 1), "cond");
  const Dims per_channel = {1, o.outputs, 1, 1};
  const int low = o.bits == 2 ? -80 : 0, high = o.bits == 2 ? -20 : 100;
  const std::string greater = model.node(
      "Greater",
      {base, model.tensor(per_channel, random.numbers<std::int32_t>(o.outputs, low, high))},
      "greater");
  GatedOptions shared;
  shared.outputs = o.outputs;
  shared.block = o.block;
  shared.size = o.size;
  const std::string gate = o.block > 1 ? shared_gate(model, greater, shared) : greater;
  const auto shifted = model.node("Mul", {base, model.scalar(std::int32_t{o.factor})}, "shifted");
  const auto masked = model.node("Where", {gate, cond, model.scalar(std::int32_t{0})}, "masked");
  const auto sum = model.node("Add", {shifted, masked}, "sum");
  const auto bias = [&] {
    return model.tensor(per_channel, random.numbers<std::int32_t>(o.outputs, -500, 500));
  };
  const auto biased = model.node("Add", {sum, model.node("Where", {gate, bias(), bias()})});
  const auto real = model.node("Cast", {biased}, "real");
  model.set("to", onnx::TensorProto::FLOAT);
  const auto scaled = model.node(
      "Mul", {real, model.node("Where", {gate, model.scalar(0.25F), model.scalar(0.5F)})});
  model.output(
      model.node("QuantizeLinear",
                 {scaled, model.scalar(o.bits == 2 ? 2.0F : 32.0F), zero_point(model, kUint8, 120)},
                 "quantized"));
  return model;
}

inline OnnxModel gated_model(const GatedOptions& options, unsigned seed = 1) {
  Random random(seed);
  OnnxModel model(options.x_type, {1, options.channels, options.size, options.size});
  model.output(gated_conv(model, "input", options, random));
  return model;
}

}  // namespace sluice::test
