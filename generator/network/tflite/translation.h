// SPDX-License-Identifier: Apache-2.0
// A TFLite file as the ONNX graph in QDQ form that stands for the same numbers, so that there is
// one importer for both:
//   - an operator on quantised tensors becomes that on real numbers, each operand behind a
//     DequantizeLinear and the result before a QuantizeLinear; a fused activation stands before it;
//   - TFLite has channels last, ONNX behind the batch: shapes and constants are turned. Tensors of
//     three dimensions (batch, length, channels) become maps of one row;
//   - a map that is flattened has its values in another order then. Weights of the dense layer
//   behind
//     it are turned to it; what else would see the order is refused.
//
// TFLite rounds requantisation in two steps (gemmlowp), ONNX in one: layers differ by one step at
// most.
#pragma once

#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generator/network/onnx_proto.h"
#include "generator/network/tflite/tflite_file.h"

namespace sluice::net::tflite {

/// Why an operator is refused; the translation goes on with the next one.
struct Refused {
  std::string message, help;
};

/// A graph of the tensors of `model`, with nodes named after the tensors they give.
class Translation {
 public:
  Translation(std::string path, const Model& model);

  /// Throws UserError, with a problem for each operator that is refused.
  onnx::ModelProto run();

  // For operators. All throw Refused.
  using Dims = std::vector<std::int64_t>;

  const Tensor& tensor(int index) const { return model_.tensors[static_cast<std::size_t>(index)]; }
  /// Input `index` of an operator.
  const Tensor& input(const Operator& op, std::size_t index) const;
  bool has_input(const Operator& op, std::size_t index) const;
  /// Integers of a constant input.
  Dims integers(const Operator& op, std::size_t index) const;

  /// The real numbers of an input: a map, or a constant that is broadcast to the output.
  std::string real(const Operator& op, std::size_t index);
  /// The real numbers of constant weights, turned so that dimension i is what was `order[i]`.
  std::string weights(const Operator& op, std::size_t index, const std::vector<int>& order);
  /// Weights [output][value] of a dense layer, whose values are in the order of its input.
  std::string dense_weights(const Operator& op, std::size_t index);
  /// The real numbers of a bias.
  std::string bias(const Operator& op, std::size_t index);
  /// A constant of the graph's own.
  std::string constant(const Dims& values);
  std::string constant(float value);

  /// Name of the real numbers that become output `index` of an operator, before its activation.
  std::string value(const Operator& op, std::size_t index = 0);
  /// Adds a node that gives `output`.
  onnx::NodeProto& node(const Operator& op, const std::string& type,
                        const std::vector<std::string>& inputs, const std::string& output);
  /// Makes value() the output of an operator: applies a fused activation, numbered as in the
  /// schema, and quantises.
  void finish(const Operator& op, int activation = 0, std::size_t index = 0);

  /// The output of an operator is its input's values in another shape.
  void reshape(const Operator& op, std::size_t index);
  /// Input `index` as two dimensions.
  std::string flattened(const Operator& op, std::size_t index);

  /// An axis of a tensor in the graph.
  static std::int64_t axis(std::int64_t axis, const Tensor& tensor);

 private:
  using Order = std::array<std::int64_t, 3>;  ///< height, width, channels

  std::vector<const Operator*> needed() const;
  void add_input();
  void add_operator(const Operator& op);
  void add_output();
  onnx::TensorProto& initialiser(const std::string& name, int type, const Dims& dims);
  std::string dequantised(const Tensor& tensor, const std::string& codes, std::int64_t axis);
  void quantisation_inputs(const Tensor& tensor, onnx::NodeProto& node);
  std::string numbers(const Tensor& tensor, const std::string& name, const Dims& from,
                      const std::vector<int>& order);
  std::string pre_activation(const Operator& op, std::size_t index) const;
  int element_type(const Tensor& tensor) const;
  static Dims dims_of(const Tensor& tensor);

  std::string path_;
  const Model& model_;
  onnx::ModelProto onnx_;
  onnx::GraphProto& graph_;
  std::map<int, Order> flat_;  ///< flattened tensors whose values would be in another order
  std::map<std::string, std::string> real_names_;  ///< by codes
  int constants_ = 0;
};

/// Translates a file whose bytes are `file`. Throws UserError.
onnx::ModelProto translate(const std::string& path, std::string_view file);

}  // namespace sluice::net::tflite
