// SPDX-License-Identifier: Apache-2.0
// A value of a float network: real numbers, or integers such as shapes and codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "generator/network/onnx_proto.h"

namespace sluice::quantise {

using Dims = std::vector<std::int64_t>;

/// Number of elements.
inline std::size_t count_of(const Dims& dims) {
  std::size_t count = 1;
  for (const std::int64_t dim : dims) count *= static_cast<std::size_t>(dim);
  return count;
}

/// The last dimension varies fastest.
struct Tensor {
  Dims dims;
  std::vector<float> reals;        ///< of type FLOAT
  std::vector<std::int64_t> ints;  ///< of all other types
  int type = onnx::TensorProto::FLOAT;

  bool is_real() const { return type == onnx::TensorProto::FLOAT; }
  std::size_t size() const { return is_real() ? reals.size() : ints.size(); }
};

inline Tensor real_tensor(const Dims& dims) {
  return {dims, std::vector<float>(count_of(dims), 0.0F), {}, onnx::TensorProto::FLOAT};
}

inline Tensor int_tensor(std::vector<std::int64_t> values, int type = onnx::TensorProto::INT64) {
  const auto size = static_cast<std::int64_t>(values.size());
  return {{size}, {}, std::move(values), type};
}

inline Tensor real_scalar(float value) { return {{}, {value}, {}, onnx::TensorProto::FLOAT}; }

}  // namespace sluice::quantise
