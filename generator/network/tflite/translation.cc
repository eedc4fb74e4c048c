// SPDX-License-Identifier: Apache-2.0
#include "generator/network/tflite/translation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "generator/network/node_problems.h"
#include "generator/network/tflite/operators.h"
#include "generator/util/user_error.h"

namespace sluice::net::tflite {
namespace {

constexpr int kOpset = 17;
constexpr int kRelu = 1, kReluN1To1 = 2, kRelu6 = 3;  // fused activations
constexpr std::int64_t kMostElements = std::int64_t{1} << 26;

std::size_t bytes_of(TensorType type) {
  switch (type) {
    case TensorType::kInt64:
      return 8;
    case TensorType::kFloat32:
    case TensorType::kInt32:
      return 4;
    case TensorType::kInt16:
      return 2;
    default:
      return 1;
  }
}

std::int64_t product(const Translation::Dims& dims) {
  std::int64_t all = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || dim > kMostElements || all > kMostElements)
      throw Refused{fmt::format("a tensor of it has shape {}", dims), ""};
    all *= dim;
  }
  if (all > kMostElements) throw Refused{fmt::format("a tensor of it has shape {}", dims), ""};
  return all;
}

/// Two values of 4 bits a byte, the first in the low bits, as bytes.
std::string unpacked(std::string_view packed, std::size_t count) {
  std::string values;
  for (std::size_t i = 0; i < count && i / 2 < packed.size(); ++i) {
    const int bits = (packed[i / 2] >> (i % 2 * 4)) & 15;
    values.push_back(static_cast<char>(bits < 8 ? bits : bits - 16));
  }
  return values;
}

/// Elements of `bytes` bytes whose dimension i is what was `order[i]`.
std::string turned(const std::string& data, const Translation::Dims& dims,
                   const std::vector<int>& order, std::size_t bytes) {
  const std::size_t rank = dims.size();
  std::vector<std::size_t> strides(rank, bytes), index(rank, 0);
  for (std::size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * static_cast<std::size_t>(dims[i]);
  const auto at = [&](std::size_t i) { return static_cast<std::size_t>(order[i]); };
  std::string result;
  result.reserve(data.size());
  while (result.size() < data.size()) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < rank; ++i) from += index[i] * strides[at(i)];
    result.append(data, from, bytes);
    for (std::size_t i = rank; i-- > 0;) {
      if (++index[i] < static_cast<std::size_t>(dims[at(i)])) break;
      index[i] = 0;
    }
  }
  return result;
}

bool is_constant(const Tensor& tensor) { return !tensor.data.empty(); }
bool is_quantised(const Tensor& tensor) { return !tensor.scales.empty(); }

/// Where dimension `axis` of a tensor of `rank` dimensions with channels last is in the graph.
std::int64_t turned_axis(std::int64_t axis, std::int64_t rank) {
  if (rank == 4) return axis == 0 ? 0 : axis == 3 ? 1 : axis + 1;
  if (rank == 3) return axis == 0 ? 0 : axis == 2 ? 1 : 3;
  return axis;
}

}  // namespace

Translation::Translation(std::string path, const Model& model)
    : path_(std::move(path)), model_(model), graph_(*onnx_.mutable_graph()) {
  graph_.set_name(model.name);
  onnx::OperatorSetIdProto& opset = *onnx_.add_opset_import();
  opset.set_version(kOpset);
}

const Tensor& Translation::input(const Operator& op, std::size_t index) const {
  if (!has_input(op, index)) throw Refused{fmt::format("has no input {}", index), ""};
  return tensor(op.inputs[index]);
}

bool Translation::has_input(const Operator& op, std::size_t index) const {
  return index < op.inputs.size() && op.inputs[index] >= 0;
}

Translation::Dims Translation::integers(const Operator& op, std::size_t index) const {
  const Tensor& given = input(op, index);
  const bool good = given.type == TensorType::kInt32 || given.type == TensorType::kInt64;
  const std::size_t bytes = bytes_of(given.type);
  if (!good || given.data.empty() || given.data.size() % bytes != 0)
    throw Refused{fmt::format("its input '{}' must be a constant of integers", given.name), ""};
  Dims values;
  for (std::size_t at = 0; at < given.data.size(); at += bytes) {
    std::int32_t value = 0;
    std::int64_t wide = 0;
    if (bytes == 4) std::memcpy(&value, given.data.data() + at, bytes);
    if (bytes == 8) std::memcpy(&wide, given.data.data() + at, bytes);
    values.push_back(bytes == 4 ? value : wide);
  }
  return values;
}

int Translation::element_type(const Tensor& tensor) const {
  switch (tensor.type) {
    case TensorType::kFloat32:
      return onnx::TensorProto::FLOAT;
    case TensorType::kInt32:
      return onnx::TensorProto::INT32;
    case TensorType::kUint8:
      return onnx::TensorProto::UINT8;
    case TensorType::kInt8:
    case TensorType::kInt4:
      return onnx::TensorProto::INT8;
    default:
      throw Refused{fmt::format("its tensor '{}' is of type {} of the schema; supported are INT8, "
                                "UINT8, INT4 for weights, INT32 for biases and FLOAT32",
                                tensor.name, static_cast<int>(tensor.type)),
                    "convert the network with full integer quantisation to int8"};
  }
}

/// The dimensions that a tensor has in the graph.
Translation::Dims Translation::dims_of(const Tensor& tensor) {
  const auto& shape = tensor.shape;
  if (shape.size() == 4) return {shape[0], shape[3], shape[1], shape[2]};
  if (shape.size() == 3) return {shape[0], shape[2], 1, shape[1]};
  return {shape.begin(), shape.end()};
}

std::int64_t Translation::axis(std::int64_t axis, const Tensor& tensor) {
  const auto rank = std::ssize(tensor.shape);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank)
    throw Refused{fmt::format("its axis {} is not one of the {} of its input", axis, rank), ""};
  return turned_axis(axis, rank);
}

onnx::TensorProto& Translation::initialiser(const std::string& name, int type, const Dims& dims) {
  onnx::TensorProto& constant = *graph_.add_initializer();
  constant.set_name(name);
  constant.set_data_type(type);
  for (const std::int64_t dim : dims) constant.add_dims(dim);
  return constant;
}

std::string Translation::constant(const Dims& values) {
  const std::string name = fmt::format("/constant {}", constants_++);
  onnx::TensorProto& tensor =
      initialiser(name, onnx::TensorProto::INT64, {static_cast<std::int64_t>(values.size())});
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return name;
}

std::string Translation::constant(float value) {
  const std::string name = fmt::format("/constant {}", constants_++);
  initialiser(name, onnx::TensorProto::FLOAT, {}).add_float_data(value);
  return name;
}

/// Adds the elements of a constant, whose dimensions are `from`, turned to `order`.
std::string Translation::numbers(const Tensor& tensor, const std::string& name, const Dims& from,
                                 const std::vector<int>& order) {
  Dims dims;
  for (const int axis : order) dims.push_back(from[static_cast<std::size_t>(axis)]);
  const auto count = static_cast<std::size_t>(product(dims));
  const std::size_t bytes = bytes_of(tensor.type);
  const std::string data =
      tensor.type == TensorType::kInt4 ? unpacked(tensor.data, count) : std::string(tensor.data);
  if (data.size() != count * bytes)
    throw Refused{fmt::format("its constant '{}' of shape {} has {} bytes of data", tensor.name,
                              from, data.size()),
                  ""};
  initialiser(name, element_type(tensor), dims).set_raw_data(turned(data, from, order, bytes));
  return name;
}

/// Scale and zero point of a tensor as inputs of DequantizeLinear or QuantizeLinear.
void Translation::quantisation_inputs(const Tensor& tensor, onnx::NodeProto& node) {
  const std::size_t count = tensor.scales.size();
  if (!tensor.zero_points.empty() && tensor.zero_points.size() != count)
    throw Refused{fmt::format("its tensor '{}' has {} scales and {} zero points", tensor.name,
                              count, tensor.zero_points.size()),
                  ""};
  const Dims dims = count == 1 ? Dims{} : Dims{static_cast<std::int64_t>(count)};
  const std::string name = fmt::format("{}/{}", tensor.name, constants_++);
  onnx::TensorProto& scale = initialiser(name + "/scale", onnx::TensorProto::FLOAT, dims);
  for (const float value : tensor.scales) scale.add_float_data(value);
  onnx::TensorProto& zero = initialiser(name + "/zero", element_type(tensor), dims);
  for (std::size_t i = 0; i < count; ++i)
    zero.add_int32_data(
        tensor.zero_points.empty() ? 0 : static_cast<std::int32_t>(tensor.zero_points[i]));
  node.add_input(name + "/scale");
  node.add_input(name + "/zero");
}

/// The real numbers that codes stand for; scales are those of dimension `axis`.
std::string Translation::dequantised(const Tensor& tensor, const std::string& codes,
                                     std::int64_t axis) {
  const auto known = real_names_.find(codes);
  if (known != real_names_.end()) return known->second;
  const std::string name = codes + "/real";
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type("DequantizeLinear");
  node.set_name(name);
  node.add_input(codes);
  quantisation_inputs(tensor, node);
  node.add_output(name);
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name("axis");
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(axis);
  real_names_[codes] = name;
  return name;
}

std::string Translation::real(const Operator& op, std::size_t index) {
  const Tensor& given = input(op, index);
  std::string name = given.name;
  std::int64_t axis = 1;
  if (is_constant(given)) {
    // As many dimensions as the output, to which it is broadcast.
    const std::size_t rank = tensor(op.outputs[0]).shape.size();
    Dims from(given.shape.begin(), given.shape.end());
    std::int64_t place = given.quantised_dimension;
    if (from.size() < rank && !from.empty()) {
      place += static_cast<std::int64_t>(rank - from.size());
      from.insert(from.begin(), rank - from.size(), 1);
    }
    std::vector<int> order(from.size());
    std::iota(order.begin(), order.end(), 0);
    if (from.size() == 4) order = {0, 3, 1, 2};
    if (from.size() == 3) {
      from.insert(from.begin() + 1, 1);
      order = {0, 3, 1, 2};
    }
    axis = turned_axis(place, static_cast<std::int64_t>(rank));
    name = numbers(given, fmt::format("{}/{}", given.name, constants_++), from, order);
  }
  return is_quantised(given) ? dequantised(given, name, axis) : name;
}

std::string Translation::weights(const Operator& op, std::size_t index,
                                 const std::vector<int>& order) {
  const Tensor& given = input(op, index);
  if (!is_constant(given))
    throw Refused{fmt::format("its weights '{}' are computed", given.name),
                  "only constant weights are supported"};
  if (given.shape.size() != order.size())
    throw Refused{fmt::format("its weights '{}' have shape {}", given.name, given.shape), ""};
  const std::string name = numbers(given, fmt::format("{}/{}", given.name, constants_++),
                                   Dims(given.shape.begin(), given.shape.end()), order);
  const auto axis = std::find(order.begin(), order.end(), given.quantised_dimension);
  return is_quantised(given) ? dequantised(given, name, axis - order.begin()) : name;
}

std::string Translation::dense_weights(const Operator& op, std::size_t index) {
  const auto flat = flat_.find(op.inputs[0]);
  if (flat == flat_.end()) return weights(op, index, {0, 1});
  const Tensor& given = input(op, index);
  const auto [height, width, channels] = flat->second;
  if (given.shape.size() != 2 || given.shape[1] != height * width * channels)
    throw Refused{fmt::format("its weights '{}' have shape {}", given.name, given.shape), ""};
  // [output][y][x][channel] becomes [output][channel][y][x], then two dimensions again.
  const std::string name = numbers(given, fmt::format("{}/{}", given.name, constants_++),
                                   {given.shape[0], height, width, channels}, {0, 3, 1, 2});
  onnx::TensorProto& turned = *graph_.mutable_initializer(graph_.initializer_size() - 1);
  turned.clear_dims();
  turned.add_dims(given.shape[0]);
  turned.add_dims(given.shape[1]);
  return is_quantised(given) ? dequantised(given, name, 0) : name;
}

std::string Translation::bias(const Operator& op, std::size_t index) {
  return weights(op, index, {0});
}

std::string Translation::pre_activation(const Operator& op, std::size_t index) const {
  return tensor(op.outputs[index]).name + "/value";
}

std::string Translation::value(const Operator& op, std::size_t index) {
  if (index >= op.outputs.size() || op.outputs[index] < 0)
    throw Refused{fmt::format("has no output {}", index), ""};
  return pre_activation(op, index);
}

onnx::NodeProto& Translation::node(const Operator& op, const std::string& type,
                                   const std::vector<std::string>& inputs,
                                   const std::string& output) {
  onnx::NodeProto& added = *graph_.add_node();
  added.set_op_type(type);
  added.set_name(tensor(op.outputs[0]).name);
  for (const std::string& name : inputs) added.add_input(name);
  added.add_output(output);
  return added;
}

void Translation::finish(const Operator& op, int activation, std::size_t index) {
  const Tensor& output = tensor(op.outputs[index]);
  std::string name = pre_activation(op, index);
  const std::string active = output.name + "/active";
  if (activation == kRelu) {
    node(op, "Relu", {name}, active);
  } else if (activation == kReluN1To1 || activation == kRelu6) {
    const float low = activation == kRelu6 ? 0.0F : -1.0F;
    const float high = activation == kRelu6 ? 6.0F : 1.0F;
    node(op, "Clip", {name, constant(low), constant(high)}, active);
  } else if (activation != 0) {
    throw Refused{fmt::format("its fused activation is {} of the schema; supported are none, RELU, "
                              "RELU_N1_TO_1 and RELU6",
                              activation),
                  ""};
  }
  if (activation != 0) name = active;
  onnx::NodeProto& last =
      node(op, is_quantised(output) ? "QuantizeLinear" : "Identity", {name}, output.name);
  if (is_quantised(output)) quantisation_inputs(output, last);
}

}  // namespace sluice::net::tflite
