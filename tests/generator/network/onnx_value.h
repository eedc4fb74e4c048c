// SPDX-License-Identifier: Apache-2.0
// Test helper: tensors of numbers as ONNX broadcasts them.
#pragma once

#include <cstring>
#include <stdexcept>
#include <vector>

#include "tests/generator/network/onnx_model.h"

namespace sluice::test {

struct Value {
  Dims dims;
  std::vector<double> v;
  int type = onnx::TensorProto::FLOAT;

  std::int64_t dim(std::size_t i) const { return dims.at(i); }
};

inline std::int64_t count(const Dims& dims) {
  std::int64_t product = 1;
  for (const std::int64_t dim : dims) product *= dim;
  return product;
}

/// Dimensions and elements as numpy broadcasts them.
class Broadcast {
 public:
  explicit Broadcast(const std::vector<Dims>& all) {
    for (const Dims& dims : all) {
      if (dims.size() > out.size()) out.insert(out.begin(), dims.size() - out.size(), 1);
      for (std::size_t i = 0; i < dims.size(); ++i) {
        std::int64_t& o = out[out.size() - dims.size() + i];
        if (o == 1) o = dims[i];
        if (dims[i] != 1 && dims[i] != o) throw std::runtime_error("cannot be broadcast");
      }
    }
  }
  double at(const Value& value, std::int64_t index) const {
    std::int64_t offset = 0, step = 1;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::int64_t position = index % out[out.size() - 1 - i];
      index /= out[out.size() - 1 - i];
      if (i >= value.dims.size()) continue;
      const std::int64_t dim = value.dims[value.dims.size() - 1 - i];
      if (dim != 1) offset += position * step;
      step *= dim;
    }
    return value.v.at(static_cast<std::size_t>(offset));
  }
  Dims out;
};

inline Value transposed(const Value& x) {
  Value y{{x.dim(1), x.dim(0)}, {}, x.type};
  for (std::int64_t c = 0; c < x.dim(1); ++c)
    for (std::int64_t r = 0; r < x.dim(0); ++r) y.v.push_back(x.v.at(r * x.dim(1) + c));
  return y;
}

inline Value where(const Value& condition, const Value& yes, const Value& no) {
  const Broadcast cast({condition.dims, yes.dims, no.dims});
  Value y{cast.out, {}, yes.type};
  for (std::int64_t i = 0; i < count(cast.out); ++i)
    y.v.push_back(cast.at(condition, i) != 0 ? cast.at(yes, i) : cast.at(no, i));
  return y;
}

template <typename T>
inline void unpack(const std::string& raw, std::vector<double>& to) {
  for (std::size_t i = 0; i < raw.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, raw.data() + i, sizeof value);
    to.push_back(static_cast<double>(value));
  }
}

/// A constant of a graph.
inline Value decode(const onnx::TensorProto& tensor) {
  Value value{{tensor.dims().begin(), tensor.dims().end()}, {}, tensor.data_type()};
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      unpack<float>(tensor.raw_data(), value.v);
      break;
    case onnx::TensorProto::UINT8:
      unpack<std::uint8_t>(tensor.raw_data(), value.v);
      break;
    case onnx::TensorProto::INT8:
      unpack<std::int8_t>(tensor.raw_data(), value.v);
      break;
    case onnx::TensorProto::INT32:
      unpack<std::int32_t>(tensor.raw_data(), value.v);
      break;
    default:
      unpack<std::int64_t>(tensor.raw_data(), value.v);
  }
  return value;
}

}  // namespace sluice::test
