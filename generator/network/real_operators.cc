// SPDX-License-Identifier: Apache-2.0
// The operators of QDQ form as layers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "generator/network/real_parser.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// As Conv and Gemm have them: one number a channel from one, or one for each place along `axis`.
std::vector<double> channel_steps(const Graph& graph, const Node& node,
                                  const QuantisedConstant& weights, std::size_t axis,
                                  int channels) {
  if (weights.scales.size() == 1) return std::vector<double>(channels, weights.scales[0]);
  if (weights.axis != axis)
    graph.fail(node, fmt::format("its weights have scales along axis {}; supported are one scale, "
                                 "or one for each output channel, axis {}",
                                 weights.axis, axis));
  return weights.scales;
}

/// The integers of weights, which are many, moved out of them.
Constant take_weights(const Graph& graph, const Node& node, QuantisedConstant& given) {
  if (given.ints.empty()) graph.fail(node, "has no weights");
  Constant weights;
  weights.dims = given.dims;
  weights.type = onnx::TensorProto::INT8;
  weights.ints = std::move(given.ints);
  return weights;
}

/// Multiplies the weights of a channel by the sign of its slope.
void apply_sign(std::vector<std::int16_t>& weights, std::size_t begin, std::size_t end,
                double slope) {
  for (std::size_t i = begin; slope <= 0 && i < end; ++i)
    weights[i] = static_cast<std::int16_t>(slope < 0 ? -weights[i] : 0);
}

}  // namespace

MapTensor RealParser::finish_sums(const Node& node, RealSums real, const std::string& tensor) {
  Sums& sums = real.sums;
  const ChannelScaling after = affine(sums.out_channels, sums.flat_output);
  const std::size_t size = sums.weights.size() / static_cast<std::size_t>(sums.out_channels);
  Scaling scaling;
  scaling.rounds_twice = graph_.rounds_twice();
  for (int c = 0; c < sums.out_channels; ++c) {
    const double slope = after.slope[c];
    if (sums.layer.hadamard > 1 && slope <= 0)
      graph_.fail(node, fmt::format("its sums are transformed and then scaled by {} in channel {}; "
                                    "supported are positive scales behind a Hadamard matrix",
                                    slope, c));
    apply_sign(sums.weights, c * size, (c + 1) * size, slope);
    // Without a slope, the sum is 0 and its step any.
    const double step = slope == 0 ? scale_ / 65536 : real.steps[c] * std::abs(slope);
    scaling.scale.push_back(step / scale_);
    scaling.bias.push_back(std::llround((real.bias[c] * slope + after.offset[c]) / step));
  }
  import_.builder.add_convolution(node, std::move(sums), scaling, format_, tensor);
  return *import_.builder.find(tensor);
}

std::vector<double> RealParser::real_bias(const Node& node, int index, int channels) {
  if (Graph::input_of(node, index).empty()) return std::vector<double>(channels, 0.0);
  const RealConstant given = real_constant(graph_, node, index, "bias", taken_);
  if (given.values.size() == 1) return std::vector<double>(channels, given.values[0]);
  if (given.values.size() != static_cast<std::size_t>(channels))
    graph_.fail(
        node, fmt::format("its bias has {} values; needed are {}", given.values.size(), channels));
  return given.values;
}

RealSums RealParser::convolution_sums_of(const Node& node) {
  const RealMap x = real_operand(import_, node, 0);
  if (x.tensor.flat) graph_.fail(node, "its input has two dimensions; four are supported");
  QuantisedConstant weights = quantised_constant(graph_, node, 1, "weight", taken_);
  RealSums real;
  real.sums =
      convolution_sums(import_, node, x.tensor.map, import_.builder.map(x.tensor.map).channels,
                       x.zero_point, take_weights(graph_, node, weights));
  real.steps = channel_steps(graph_, node, weights, 0, real.sums.out_channels);
  for (double& step : real.steps) step *= x.scale;
  real.bias = real_bias(node, 2, real.sums.out_channels);
  return real;
}

RealSums RealParser::dense_sums_of(const Node& node) {
  const bool gemm = node.op_type() == "Gemm";
  if (gemm) check_gemm(graph_, node);
  const RealMap x = real_operand(import_, node, 0);
  QuantisedConstant given = quantised_constant(graph_, node, 1, "weight", taken_);
  const bool turned = gemm && graph_.integer(node, "transB", 0) != 0;
  RealSums real;
  real.sums =
      dense_sums(import_, node, x.tensor, x.zero_point, take_weights(graph_, node, given), turned);
  real.steps = channel_steps(graph_, node, given, turned ? 0 : 1, real.sums.out_channels);
  for (double& step : real.steps) step *= x.scale * (gemm ? graph_.real(node, "alpha", 1) : 1);
  real.bias = real_bias(node, gemm ? 2 : 3, real.sums.out_channels);
  for (double& one : real.bias) one *= gemm ? graph_.real(node, "beta", 1) : 1;
  return real;
}

RealSums RealParser::sums_of(const Node& node) {
  return node.op_type() == "Conv" ? convolution_sums_of(node) : dense_sums_of(node);
}

/// A Conv, Gemm or MatMul, perhaps behind another one.
MapTensor RealParser::product_of_weights(const Node& node) {
  std::optional<RealSums> both = transformed(node);
  return finish_sums(node, both ? std::move(*both) : sums_of(node), quantize_.output(0));
}

MapTensor RealParser::average(const Node& node) {
  const RealMap x = real_operand(import_, node, 0);
  if (node.op_type().starts_with("Reduce")) {
    const std::vector<std::int64_t> axes = axes_of(graph_, node);
    if (axes == std::vector<std::int64_t>{1} && !gives_values(graph_, node))
      return channel_sum(node, x);
    const bool both = is_over_map(graph_, node);
    const bool one = axes.size() == 1 && (axes[0] == 2 || axes[0] == 3);
    if (!both && (!one || gives_values(graph_, node)))
      graph_.fail(node,
                  "is over other axes than height, width and channels, 2, 3 and 1; supported are "
                  "2 and 3, or one of them or 1 with keepdims");
  }
  const int channels = import_.builder.map(x.tensor.map).channels;
  add_average(import_, node, x, affine(channels, gives_values(graph_, node)), scale_, format_,
              quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

/// The mean or sum of all channels, as one.
MapTensor RealParser::channel_sum(const Node& node, const RealMap& x) {
  const int channels = import_.builder.map(x.tensor.map).channels;
  Sums sums = same_channels(import_, x);
  sums.out_channels = 1;
  sums.weights.assign(static_cast<std::size_t>(channels), 1);
  const double step = node.op_type() == "ReduceMean" ? x.scale / channels : x.scale;
  return finish_sums(node, {std::move(sums), {step}, {0.0}}, quantize_.output(0));
}

/// A layer that scales its channels, with the affine function behind it.
MapTensor RealParser::finish_scaled(const Node& node, Sums sums, const RealMap& x) {
  ChannelScaling channels = affine(sums.out_channels, sums.flat_output);
  for (double& slope : channels.slope) slope *= x.scale;
  add_scaled(import_, node, std::move(sums), channels, scale_, format_, quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

/// Fails if a node stands between an operator and its QuantizeLinear.
void RealParser::check_nothing_behind(const char* what) const {
  if (affine_.empty()) return;
  graph_.fail(*affine_.back(), fmt::format("stands behind {}; supported is QuantizeLinear "
                                           "between them",
                                           what));
}

MapTensor RealParser::product(const Node& node) {
  check_nothing_behind("a product of two maps");
  const RealMap a = real_operand(import_, node, 0), b = real_operand(import_, node, 1);
  multiply_maps(import_, node, a, b, scale_, format_, quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

/// One slope for each channel: positive and negative values apart, of which one is zero, and their
/// sum. What negative slopes make of negative values is a third part.
MapTensor RealParser::prelu(const Node& node) {
  check_nothing_behind("a PRelu");
  const RealMap x = real_operand(import_, node, 0);
  const int channels = import_.builder.map(x.tensor.map).channels;
  const RealConstant given = real_constant(graph_, node, 1, "slope", taken_);
  std::vector<double> slopes =
      per_channel<double>(graph_, node, given.dims, given.values,
                          static_cast<std::size_t>(channels), x.tensor.flat, "slope");
  const auto part = [&](const std::vector<double>& slope, bool positive, const char* what) {
    OutputFormat format{format_.type, format_.zero_point};
    (positive ? format.low : format.high) = format_.zero_point;
    ChannelScaling scaling{slope, std::vector<double>(channels, 0.0)};
    for (double& one : scaling.slope) one *= x.scale;
    const std::string tensor = quantize_.output(0) + what;
    add_scaled(import_, node, same_channels(import_, x), scaling, scale_, format, tensor);
    const MapTensor map = *import_.builder.find(tensor);
    return RealMap{map, scale_, import_.builder.stored_zero_point(map.map)};
  };
  RealMap positive = part(std::vector<double>(channels, 1.0), true, " (positive)");
  const auto below = [](double slope) { return slope < 0; };
  if (std::any_of(slopes.begin(), slopes.end(), below)) {
    std::vector<double> turned = slopes;
    std::replace_if(turned.begin(), turned.end(), std::not_fn(below), 0.0);
    std::replace_if(slopes.begin(), slopes.end(), below, 0.0);
    const std::string both = quantize_.output(0) + " (from 0 on)";
    add_maps(import_, node, positive, part(turned, true, " (turned)"), scale_,
             {format_.type, format_.zero_point}, both);
    positive.tensor = *import_.builder.find(both);
    positive.zero_point = import_.builder.stored_zero_point(positive.tensor.map);
  }
  add_maps(import_, node, positive, part(slopes, false, " (negative)"), scale_, format_,
           quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

MapTensor RealParser::addition(const Node& node) {
  check_nothing_behind("a sum of two maps");
  if (node.input_size() != 2)
    graph_.fail(node, fmt::format("has {} inputs; supported are 2: write Add for each two, with "
                                  "QuantizeLinear between them",
                                  node.input_size()));
  RealMap a = real_operand(import_, node, 0), b = real_operand(import_, node, 1);
  if (node.op_type() == "Sub") b = negative_of(import_, node, b);
  if (node.op_type() == "Mean")
    for (RealMap* each : {&a, &b}) each->scale /= 2;
  add_maps(import_, node, a, b, scale_, format_, quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

MapTensor RealParser::concatenation(const Node& node) {
  if (!affine_.empty())
    graph_.fail(*affine_.back(),
                "stands behind a concatenation; supported is QuantizeLinear between them");
  std::vector<RealMap> operands;
  for (int i = 0; i < node.input_size(); ++i) operands.push_back(real_operand(import_, node, i));
  add_concatenation(import_, node, operands, scale_, format_, quantize_.output(0));
  return *import_.builder.find(quantize_.output(0));
}

/// Adds one node to the affine function.
void RealParser::append(const Node& node, ChannelScaling& all, bool flat) {
  const int channels = static_cast<int>(all.slope.size());
  const std::string& type = node.op_type();
  std::vector<double> slope(channels, 1.0), offset(channels, 0.0);
  if (type == "BatchNormalization") {
    std::vector<std::vector<double>> given;
    for (int i = 1; i <= 4; ++i) given.push_back(real_bias(node, i, channels));
    const double epsilon = graph_.real(node, "epsilon", 1e-5);
    for (int c = 0; c < channels; ++c) {
      slope[c] = given[0][c] / std::sqrt(given[3][c] + epsilon);
      offset[c] = given[1][c] - given[2][c] * slope[c];
    }
  } else {
    const int constant = is_real_constant(graph_, node, 0) ? 0 : 1;
    const RealConstant given = real_constant(graph_, node, constant, "constant", taken_);
    const auto values = per_channel<double>(graph_, node, given.dims, given.values,
                                            all.slope.size(), flat, "constant");
    for (int c = 0; c < channels; ++c) {
      if (type == "Mul") slope[c] = values[c];
      if (type == "Div") slope[c] = 1 / values[c];
      if (type == "Add") offset[c] = values[c];
      if (type == "Sub") offset[c] = constant == 1 ? -values[c] : values[c];
      if (type == "Sub" && constant == 0) slope[c] = -1;
    }
    if (type == "Div" && constant == 0)
      graph_.fail(node, "divides by a map; supported is division by a constant");
  }
  for (int c = 0; c < channels; ++c) {
    all.slope[c] *= slope[c];
    all.offset[c] = all.offset[c] * slope[c] + offset[c];
    if (!std::isfinite(all.slope[c]) || !std::isfinite(all.offset[c]))
      graph_.fail(node, fmt::format("scales channel {} by a number that is not finite", c));
  }
}

ChannelScaling RealParser::affine(int channels, bool flat) {
  ChannelScaling all{std::vector<double>(channels, 1.0), std::vector<double>(channels, 0.0)};
  for (auto node = affine_.rbegin(); node != affine_.rend(); ++node) append(**node, all, flat);
  return all;
}

/// Limits the layer that gives a map, where nothing else reads the map or its real numbers.
bool RealParser::limit_in_place(const RealMap& real) {
  const Node* dequantize = graph_.producer(Graph::input_of(*user_, index_));
  const bool only =
      dequantize != nullptr && dequantize->op_type() == "DequantizeLinear" &&
      graph_.readers(dequantize->output(0)) == 1 && graph_.readers(dequantize->input(0)) == 1 &&
      !import_.builder.is_read(real.tensor.map) && !import_.builder.is_kept(real.tensor.map) &&
      import_.builder.is_given_by_layer(real.tensor.map);
  if (only) import_.builder.limit(quantize_, real.tensor.map, format_.low, format_.high);
  return only;
}

/// What quantises an operand anew.
MapTensor RealParser::operand_itself() {
  const RealMap real = real_operand(import_, *user_, index_);
  const bool same = affine_.empty() && real.scale == scale_ &&
                    import_.builder.zero_point_code(real.tensor.map) == format_.zero_point &&
                    import_.builder.type(real.tensor.map) == format_.type;
  if (same && (!import_.builder.is_limited_by(real.tensor.map, format_.low, format_.high) ||
               limit_in_place(real)))
    return real.tensor;
  return finish_scaled(affine_.empty() ? quantize_ : *affine_.front(), same_channels(import_, real),
                       real);
}

}  // namespace sluice::net
