// SPDX-License-Identifier: Apache-2.0
#include "generator/network/tflite/operators.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "generator/network/tflite/attributes.h"
#include "generator/network/tflite/layout_operators.h"

namespace sluice::net::tflite {
namespace {

using Dims = Translation::Dims;

// Options of operators with a window: numbers of fields that they share.
constexpr int kPadding = 0, kStrideW = 1, kStrideH = 2;

bool is_same(const Operator& op) { return choice(op, kPadding) == 0; }

void set_window(onnx::NodeProto& node, const Operator& op) {
  set_ints(node, "strides", {number(op, kStrideH, 1), number(op, kStrideW, 1)});
  set(node, "auto_pad", is_same(op) ? "SAME_UPPER" : "VALID");
}

/// Convolution of weights of `order`, with its activation at field `activation` of the options and
/// dilation behind.
void add_convolution(Translation& to, const Operator& op, const std::vector<int>& order,
                     std::int64_t groups, int activation) {
  const Tensor& weights = to.input(op, 1);
  if (weights.shape.size() != 4) throw Refused{"its weights must have four dimensions", ""};
  std::vector<std::string> inputs = {to.real(op, 0), to.weights(op, 1, order)};
  if (to.has_input(op, 2)) inputs.push_back(to.bias(op, 2));
  onnx::NodeProto& node = to.node(op, "Conv", inputs, to.value(op));
  set_window(node, op);
  set_ints(node, "kernel_shape", {weights.shape[1], weights.shape[2]});
  set_ints(node, "dilations", {number(op, activation + 2, 1), number(op, activation + 1, 1)});
  set(node, "group", groups);
  to.finish(op, choice(op, activation));
}

/// Channels of the map that a convolution reads.
std::int64_t channels_of(const Translation& to, const Operator& op) {
  const auto& shape = to.input(op, 0).shape;
  if (shape.size() != 4 || shape[3] < 1)
    throw Refused{fmt::format("its input has shape {}; supported are four dimensions", shape), ""};
  return shape[3];
}

/// Weights [output][y][x][input].
void conv_2d(Translation& to, const Operator& op) {
  constexpr int kActivation = 3;
  const Tensor& weights = to.input(op, 1);
  const std::int64_t channels = channels_of(to, op);
  const std::int64_t each = weights.shape.empty() ? 0 : weights.shape.back();
  if (each < 1 || channels % each != 0)
    throw Refused{fmt::format("its weights read {} channels of {}", each, channels), ""};
  add_convolution(to, op, {0, 3, 1, 2}, channels / each, kActivation);
}

/// Weights [1][y][x][output], as many outputs for each channel.
void depthwise_conv_2d(Translation& to, const Operator& op) {
  constexpr int kActivation = 4;
  add_convolution(to, op, {3, 0, 1, 2}, channels_of(to, op), kActivation);
}

/// Padding of a transposed convolution along an axis: what is cut off the outputs that the kernel
/// reaches, or, below 0, what is added to them.
std::int64_t cut(std::int64_t input, std::int64_t stride, std::int64_t kernel,
                 std::int64_t output) {
  return (input - 1) * stride + kernel - output;
}

/// Inputs: shape of the output, weights [output][y][x][input], the map, bias.
void transpose_conv(Translation& to, const Operator& op) {
  constexpr int kActivation = 3;
  const Tensor& map = to.input(op, 2);
  const Tensor& weights = to.input(op, 1);
  const Dims shape = to.integers(op, 0);
  if (map.shape.size() != 4 || weights.shape.size() != 4 || shape.size() != 4)
    throw Refused{"its map, weights and output must have four dimensions", ""};
  const Dims strides = {number(op, kStrideH, 1), number(op, kStrideW, 1)};
  Dims pads(4), more(2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto all = cut(map.shape[i + 1], strides[i], weights.shape[i + 1], shape[i + 1]);
    pads[i] = std::max<std::int64_t>(all, 0) / 2;
    pads[i + 2] = std::max<std::int64_t>(all, 0) - pads[i];
    more[i] = std::max<std::int64_t>(-all, 0);
  }
  std::vector<std::string> inputs = {to.real(op, 2), to.weights(op, 1, {3, 0, 1, 2})};
  if (to.has_input(op, 3)) inputs.push_back(to.bias(op, 3));
  onnx::NodeProto& node = to.node(op, "ConvTranspose", inputs, to.value(op));
  set_ints(node, "kernel_shape", {weights.shape[1], weights.shape[2]});
  set_ints(node, "strides", strides);
  set_ints(node, "pads", pads);
  set_ints(node, "output_padding", more);
  to.finish(op, choice(op, kActivation));
}

/// Weights [output][input].
void fully_connected(Translation& to, const Operator& op) {
  constexpr int kActivation = 0, kWeightsFormat = 1;
  if (choice(op, kWeightsFormat) != 0) throw Refused{"its weights are shuffled", ""};
  std::vector<std::string> inputs = {to.flattened(op, 0), to.dense_weights(op, 1)};
  if (to.has_input(op, 2)) inputs.push_back(to.bias(op, 2));
  set(to.node(op, "Gemm", inputs, to.value(op)), "transB", std::int64_t{1});
  to.finish(op, choice(op, kActivation));
}

void add_pool(Translation& to, const Operator& op, const char* type) {
  constexpr int kWidth = 3, kHeight = 4, kActivation = 5;
  onnx::NodeProto& node = to.node(op, type, {to.real(op, 0)}, to.value(op));
  set_window(node, op);
  set_ints(node, "kernel_shape", {number(op, kHeight, 1), number(op, kWidth, 1)});
  to.finish(op, choice(op, kActivation));
}
void average_pool_2d(Translation& to, const Operator& op) { add_pool(to, op, "AveragePool"); }
void max_pool_2d(Translation& to, const Operator& op) { add_pool(to, op, "MaxPool"); }

void mean(Translation& to, const Operator& op) {
  constexpr int kKeep = 0;
  Dims axes = to.integers(op, 1);
  for (std::int64_t& axis : axes) axis = Translation::axis(axis, to.input(op, 0));
  std::sort(axes.begin(), axes.end());
  onnx::NodeProto& node = to.node(op, "ReduceMean", {to.real(op, 0)}, to.value(op));
  set_ints(node, "axes", axes);
  set(node, "keepdims", std::int64_t{op.options.scalar<bool>(kKeep, false)});
  to.finish(op);
}

/// An operator that is called alike, with `operands` operands.
template <int operands>
void add_plain(Translation& to, const Operator& op, const char* type, int activation) {
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < operands; ++i) inputs.push_back(to.real(op, i));
  to.node(op, type, inputs, to.value(op));
  to.finish(op, activation);
}
void add(Translation& to, const Operator& op) { add_plain<2>(to, op, "Add", choice(op, 0)); }
void sub(Translation& to, const Operator& op) { add_plain<2>(to, op, "Sub", choice(op, 0)); }
void mul(Translation& to, const Operator& op) { add_plain<2>(to, op, "Mul", choice(op, 0)); }
void div(Translation& to, const Operator& op) { add_plain<2>(to, op, "Div", choice(op, 0)); }
void minimum(Translation& to, const Operator& op) { add_plain<2>(to, op, "Min", 0); }
void maximum(Translation& to, const Operator& op) { add_plain<2>(to, op, "Max", 0); }
void prelu(Translation& to, const Operator& op) { add_plain<2>(to, op, "PRelu", 0); }
void abs(Translation& to, const Operator& op) { add_plain<1>(to, op, "Abs", 0); }
void elu(Translation& to, const Operator& op) { add_plain<1>(to, op, "Elu", 0); }
void exp(Translation& to, const Operator& op) { add_plain<1>(to, op, "Exp", 0); }
void hard_swish(Translation& to, const Operator& op) { add_plain<1>(to, op, "HardSwish", 0); }
void logistic(Translation& to, const Operator& op) { add_plain<1>(to, op, "Sigmoid", 0); }
void neg(Translation& to, const Operator& op) { add_plain<1>(to, op, "Neg", 0); }
void relu(Translation& to, const Operator& op) { add_plain<1>(to, op, "Relu", 0); }
void sqrt(Translation& to, const Operator& op) { add_plain<1>(to, op, "Sqrt", 0); }
void tanh(Translation& to, const Operator& op) { add_plain<1>(to, op, "Tanh", 0); }
/// QUANTIZE and DEQUANTIZE: what they change is the type of the output.
void identity(Translation& to, const Operator& op) { add_plain<1>(to, op, "Identity", 0); }

void relu6(Translation& to, const Operator& op) {
  to.node(op, "Clip", {to.real(op, 0), to.constant(0.0F), to.constant(6.0F)}, to.value(op));
  to.finish(op);
}

void relu_n1_to_1(Translation& to, const Operator& op) {
  to.node(op, "Clip", {to.real(op, 0), to.constant(-1.0F), to.constant(1.0F)}, to.value(op));
  to.finish(op);
}

void leaky_relu(Translation& to, const Operator& op) {
  constexpr int kAlpha = 0;
  onnx::NodeProto& node = to.node(op, "LeakyRelu", {to.real(op, 0)}, to.value(op));
  set(node, "alpha", op.options.scalar<float>(kAlpha, 0.0F));
  to.finish(op);
}

void gelu(Translation& to, const Operator& op) {
  constexpr int kApproximate = 0;
  onnx::NodeProto& node = to.node(op, "Gelu", {to.real(op, 0)}, to.value(op));
  if (op.options.scalar<bool>(kApproximate, false)) set(node, "approximate", "tanh");
  to.finish(op);
}

void add_softmax(Translation& to, const Operator& op, const char* type) {
  const Tensor& map = to.input(op, 0);
  onnx::NodeProto& node = to.node(op, type, {to.real(op, 0)}, to.value(op));
  set(node, "axis", Translation::axis(-1, map));
  to.finish(op);
}

void softmax(Translation& to, const Operator& op) {
  constexpr int kBeta = 0;
  if (op.options.scalar<float>(kBeta, 0.0F) != 1.0F)
    throw Refused{"its beta is not 1", "scale the layer before it by beta"};
  add_softmax(to, op, "Softmax");
}

void log_softmax(Translation& to, const Operator& op) { add_softmax(to, op, "LogSoftmax"); }

const std::map<std::string, Translator>& rows() {
  static const std::map<std::string, Translator> all = {
      {"ABS", abs},
      {"ADD", add},
      {"AVERAGE_POOL_2D", average_pool_2d},
      {"CONCATENATION", concatenation},
      {"CONV_2D", conv_2d},
      {"DEPTHWISE_CONV_2D", depthwise_conv_2d},
      {"DEQUANTIZE", identity},
      {"DIV", div},
      {"ELU", elu},
      {"EXP", exp},
      {"EXPAND_DIMS", reshape},
      {"FULLY_CONNECTED", fully_connected},
      {"GELU", gelu},
      {"HARD_SWISH", hard_swish},
      {"LEAKY_RELU", leaky_relu},
      {"LOGISTIC", logistic},
      {"LOG_SOFTMAX", log_softmax},
      {"MAXIMUM", maximum},
      {"MAX_POOL_2D", max_pool_2d},
      {"MEAN", mean},
      {"MINIMUM", minimum},
      {"MUL", mul},
      {"NEG", neg},
      {"PAD", pad},
      {"PRELU", prelu},
      {"QUANTIZE", identity},
      {"RELU", relu},
      {"RELU6", relu6},
      {"RELU_N1_TO_1", relu_n1_to_1},
      {"RESHAPE", reshape},
      {"RESIZE_NEAREST_NEIGHBOR", resize_nearest_neighbor},
      {"SLICE", slice},
      {"SOFTMAX", softmax},
      {"SPLIT", split},
      {"SPLIT_V", split_v},
      {"SQRT", sqrt},
      {"SQUEEZE", reshape},
      {"STRIDED_SLICE", strided_slice},
      {"SUB", sub},
      {"TANH", tanh},
      {"TRANSPOSE_CONV", transpose_conv}};
  return all;
}

}  // namespace

Translator find_translator(const std::string& type) {
  const auto found = rows().find(type);
  return found == rows().end() ? nullptr : found->second;
}

std::vector<std::string> supported_operators() {
  std::vector<std::string> names;
  for (const auto& [name, translator] : rows()) names.push_back(name);
  return names;
}

}  // namespace sluice::net::tflite
