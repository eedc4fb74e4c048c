// SPDX-License-Identifier: Apache-2.0
#include "generator/network/lines.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "generator/network/onnx_graph.h"

namespace sluice::net {
namespace {

constexpr int kHeight = 2;  ///< the dimension that lines have not

class Rewriting {
 public:
  explicit Rewriting(onnx::GraphProto& graph) : graph_(graph) {
    for (onnx::TensorProto& tensor : *graph.mutable_initializer())
      constants_[tensor.name()] = &tensor;
    for (onnx::NodeProto& node : *graph.mutable_node())
      if (node.op_type() == "Constant" && node.attribute_size() == 1 && node.output_size() == 1 &&
          node.attribute(0).has_t())
        constants_[node.output(0)] = node.mutable_attribute(0)->mutable_t();
  }

  /// The input that is no constant, if it is a line; else null.
  onnx::TensorShapeProto* line() {
    for (onnx::ValueInfoProto& input : *graph_.mutable_input()) {
      if (constants_.contains(input.name())) continue;
      onnx::TensorShapeProto* shape = input.mutable_type()->mutable_tensor_type()->mutable_shape();
      return shape->dim_size() == 3 ? shape : nullptr;
    }
    return nullptr;
  }

  void run(onnx::TensorShapeProto& shape) {
    onnx::TensorShapeProto::Dimension one;
    one.set_dim_value(1);
    *shape.add_dim() = shape.dim(kHeight);
    *shape.mutable_dim(kHeight) = one;
    for (auto& [name, tensor] : constants_)
      if (tensor->dims_size() == 3) add_height(*tensor);
    for (onnx::NodeProto& node : *graph_.mutable_node()) rewrite(node);
  }

 private:
  /// [output][input][x], and [1][channel][1], get a row.
  static void add_height(onnx::TensorProto& tensor) {
    tensor.add_dims(tensor.dims(kHeight));
    tensor.set_dims(kHeight, 1);
  }

  void rewrite(onnx::NodeProto& node) {
    if (is_of(node, {"AveragePool", "Conv", "ConvInteger", "ConvTranspose", "MaxPool",
                     "QLinearAveragePool", "QLinearConv"}))
      add_rows_to_window(node);
    if (is_of(node, {"Add", "Div", "Mul", "PRelu", "Sub"}))
      for (const std::string& input : node.input()) add_row_to_channels(input);
    if (is_of(node, {"ReduceMax", "ReduceMean", "ReduceSum", "Squeeze", "Unsqueeze"}))
      add_axis(node);
    if (is_of(node, {"Concat", "QLinearConcat", "Split"})) move_axis(node);
    if (node.op_type() == "Slice" && node.input_size() > 3) move_axes(node.input(3));
    if (node.op_type() == "Pad" && node.input_size() > 1) add_row_to_pads(node.input(1));
    if (node.op_type() == "Resize") add_row_to_scales(node);
    if (node.op_type() == "Reshape" && node.input_size() > 1) add_to_shape(node.input(1));
  }

  static onnx::AttributeProto* attribute(onnx::NodeProto& node, const char* name) {
    for (onnx::AttributeProto& each : *node.mutable_attribute())
      if (each.name() == name) return &each;
    return nullptr;
  }

  static void set(onnx::AttributeProto& attribute, const std::vector<std::int64_t>& values) {
    attribute.clear_ints();
    for (const std::int64_t value : values) attribute.add_ints(value);
  }

  /// [x] becomes [1, x]; pads [left, right] become [0, left, 0, right].
  static void add_rows_to_window(onnx::NodeProto& node) {
    for (const char* name : {"kernel_shape", "strides", "dilations"})
      if (onnx::AttributeProto* each = attribute(node, name); each && each->ints_size() == 1)
        set(*each, {1, each->ints(0)});
    if (onnx::AttributeProto* more = attribute(node, "output_padding");
        more && more->ints_size() == 1)
      set(*more, {0, more->ints(0)});
    if (onnx::AttributeProto* pads = attribute(node, "pads"); pads && pads->ints_size() == 2)
      set(*pads, {0, pads->ints(0), 0, pads->ints(1)});
  }

  /// [channel][1], behind a DequantizeLinear or not, becomes [channel][1][1].
  void add_row_to_channels(const std::string& name) {
    auto found = constants_.find(name);
    for (const onnx::NodeProto& node : graph_.node())
      if (node.op_type() == "DequantizeLinear" && node.input_size() > 0 && node.output(0) == name)
        found = constants_.find(node.input(0));
    if (found == constants_.end() || !widened_.insert(found->first).second) return;
    onnx::TensorProto& tensor = *found->second;
    if (tensor.dims_size() == 2 && tensor.dims(1) == 1 && tensor.dims(0) > 1) tensor.add_dims(1);
  }

  /// The axis of the length, as attribute or as input, becomes those of height and width.
  void add_axis(onnx::NodeProto& node) {
    if (onnx::AttributeProto* axes = attribute(node, "axes"))
      if (axes->ints_size() == 1 && (axes->ints(0) == kHeight || axes->ints(0) == -1))
        set(*axes, {kHeight, kHeight + 1});
    if (node.input_size() < 2) return;
    const std::vector<std::int64_t> axes = integers(node.input(1));
    if (axes == std::vector<std::int64_t>{kHeight} || axes == std::vector<std::int64_t>{-1})
      set_integers(node.input(1), {kHeight, kHeight + 1});
  }

  static void move_axis(onnx::NodeProto& node) {
    onnx::AttributeProto* axis = attribute(node, "axis");
    if (axis && axis->i() == kHeight) axis->set_i(kHeight + 1);
    if (axis && axis->i() == -2) axis->set_i(1);
  }

  /// The length is the last of four axes.
  void move_axes(const std::string& name) {
    std::vector<std::int64_t> axes = integers(name);
    for (std::int64_t& axis : axes) {
      if (axis < 0) axis += kHeight + 1;
      if (axis == kHeight) ++axis;
    }
    if (!axes.empty()) set_integers(name, axes);
  }

  /// Of three dimensions before and behind.
  void add_row_to_pads(const std::string& name) {
    std::vector<std::int64_t> pads = integers(name);
    if (pads.size() != 6) return;
    pads.insert(pads.begin() + 5, 0);
    pads.insert(pads.begin() + 2, 0);
    set_integers(name, pads);
  }

  /// Scales or sizes, inputs 2 and 3.
  void add_row_to_scales(const onnx::NodeProto& node) {
    if (node.input_size() > 3) add_to_shape(node.input(3));
    const auto found = node.input_size() > 2 ? constants_.find(node.input(2)) : constants_.end();
    if (found == constants_.end() || !widened_.insert(found->first).second) return;
    onnx::TensorProto& scales = *found->second;
    if (scales.dims_size() != 1 || scales.dims(0) != 3) return;
    const float one = 1;
    scales.set_dims(0, 4);
    if (scales.has_raw_data()) {
      scales.mutable_raw_data()->insert(kHeight * sizeof one, reinterpret_cast<const char*>(&one),
                                        sizeof one);
      return;
    }
    auto& values = *scales.mutable_float_data();
    values.Add(one);
    std::rotate(values.begin() + kHeight, values.end() - 1, values.end());
  }

  /// (batch, channels, length)
  void add_to_shape(const std::string& name) {
    std::vector<std::int64_t> shape = integers(name);
    if (shape.size() != 3) return;
    shape.insert(shape.begin() + kHeight, 1);
    set_integers(name, shape);
  }

  std::vector<std::int64_t> integers(const std::string& name) const {
    const auto found = constants_.find(name);
    if (found == constants_.end()) return {};
    const onnx::TensorProto& tensor = *found->second;
    if (tensor.data_type() != onnx::TensorProto::INT64) return {};
    if (!tensor.has_raw_data()) return {tensor.int64_data().begin(), tensor.int64_data().end()};
    std::vector<std::int64_t> values(tensor.raw_data().size() / sizeof(std::int64_t));
    std::memcpy(values.data(), tensor.raw_data().data(), values.size() * sizeof(std::int64_t));
    return values;
  }

  void set_integers(const std::string& name, const std::vector<std::int64_t>& values) {
    if (!widened_.insert(name).second) return;
    onnx::TensorProto& tensor = *constants_.at(name);
    tensor.clear_raw_data();
    tensor.clear_int64_data();
    tensor.clear_dims();
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) tensor.add_int64_data(value);
  }

  onnx::GraphProto& graph_;
  std::map<std::string, onnx::TensorProto*> constants_;  ///< by tensor
  std::set<std::string> widened_;                        ///< constants that are done
};

}  // namespace

bool make_maps_of_lines(onnx::GraphProto& graph) {
  Rewriting rewriting(graph);
  onnx::TensorShapeProto* shape = rewriting.line();
  if (shape != nullptr) rewriting.run(*shape);
  return shape != nullptr;
}

}  // namespace sluice::net
