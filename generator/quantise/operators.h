// SPDX-License-Identifier: Apache-2.0
// The operators of ONNX on float32, batch size 1, one function for each family. For evaluate.cc.
#pragma once

#include <string>
#include <vector>

#include "generator/quantise/float_network.h"
#include "generator/quantise/tensor.h"

namespace sluice::quantise {

/// What no size or padding is beyond.
inline constexpr std::int64_t kLargestDimension = 65536;

/// A node with its operands; those it leaves out are null.
struct Operation {
  const net::Graph& graph;
  const Node& node;
  int opset;
  std::vector<const Tensor*> inputs;

  bool has(std::size_t index) const { return index < inputs.size() && inputs[index] != nullptr; }
  /// Operand `index`, which must be there; real numbers unless said otherwise.
  const Tensor& real(std::size_t index) const;
  const Tensor& whole(std::size_t index) const;  ///< of integers
  const Tensor& any(std::size_t index) const;
  /// The integers of operand `index`, or of an attribute of older operator sets.
  Dims ints(std::size_t index, const char* attribute, const Dims& otherwise) const;
  Dims attribute(const char* name, const Dims& otherwise) const {
    return graph.integers(node, name, otherwise);
  }
  std::int64_t integer(const char* name, std::int64_t otherwise) const {
    return graph.integer(node, name, otherwise);
  }
  /// The one number of operand `index`, if it is there.
  float number(std::size_t index, float otherwise) const;
  float number(const char* name, double otherwise) const {
    return static_cast<float>(graph.real(node, name, otherwise));
  }
  /// An axis from 0, of `rank` dimensions.
  std::size_t axis(std::int64_t given, std::size_t rank) const;
  [[noreturn]] void fail(const std::string& what) const { graph.fail(node, what); }
  /// Fails unless operand `index` has so many dimensions.
  const Tensor& of_rank(std::size_t index, std::size_t rank) const;
};

using Operator = Tensor (*)(const Operation&);

// operators_product.cc
Tensor convolution(const Operation& op);
Tensor transposed_convolution(const Operation& op);
Tensor gemm(const Operation& op);
Tensor matrix_product(const Operation& op);

// operators_pool.cc
Tensor max_pool(const Operation& op);
Tensor average_pool(const Operation& op);
Tensor global_average(const Operation& op);
Tensor global_maximum(const Operation& op);
Tensor reduce_mean(const Operation& op);
Tensor softmax(const Operation& op);

// operators_element.cc
Tensor binary(const Operation& op);  ///< Add, Sub, Mul, Div, with broadcasting
Tensor unary(const Operation& op);   ///< Relu, Sigmoid, ..
Tensor clip(const Operation& op);
Tensor parametric_relu(const Operation& op);
Tensor batch_normalization(const Operation& op);

// operators_shape.cc
Tensor same_values(const Operation& op);  ///< Flatten, Reshape, Squeeze, Unsqueeze, Identity, ..
Tensor shape_of(const Operation& op);
Tensor transpose(const Operation& op);
Tensor concat(const Operation& op);
Tensor gather(const Operation& op);
Tensor slice(const Operation& op);
std::vector<Tensor> split(const Operation& op);
Tensor pad(const Operation& op);
Tensor resize(const Operation& op);
Tensor cast(const Operation& op);

// operators_quantise.cc
Tensor quantize_linear(const Operation& op);
Tensor dequantize_linear(const Operation& op);

/// A sliding window along one dimension.
struct Window {
  std::int64_t in = 1, out = 1, kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;
};

/// The windows of a convolution or pooling over maps of `dims`, with a kernel of `kernel`.
std::vector<Window> windows_of(const Operation& op, const Dims& dims, const Dims& kernel);

}  // namespace sluice::quantise
