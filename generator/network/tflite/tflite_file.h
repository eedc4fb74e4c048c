// SPDX-License-Identifier: Apache-2.0
// A TFLite file as plain data: the tables of its schema (version 3,
// tensorflow/lite/schema/schema.fbs) that an inference of one image needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generator/network/tflite/flat_table.h"

namespace sluice::net::tflite {

/// Types of elements, numbered as in the schema.
enum class TensorType : std::int8_t {
  kFloat32 = 0,
  kInt32 = 2,
  kUint8 = 3,
  kInt64 = 4,
  kInt16 = 7,
  kInt8 = 9,
  kInt4 = 17
};

struct Tensor {
  std::string name;  ///< one of its own in the file
  std::vector<std::int32_t> shape;
  TensorType type{};
  std::vector<float> scales;  ///< none: not quantised
  std::vector<std::int64_t> zero_points;
  int quantised_dimension = 0;
  std::string_view data;  ///< of constants, else empty
};

struct Operator {
  std::string type;          ///< "CONV_2D"; of custom ones the name that the file gives
  std::vector<int> inputs;   ///< indices of tensors; -1: left out
  std::vector<int> outputs;  ///< indices of tensors
  FlatTable options;         ///< the table of its kind
};

/// The file's bytes have to outlive it.
struct Model {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Operator> operators;  ///< in execution order
  std::vector<int> inputs, outputs;
};

/// Whether a file is of TFLite, from its bytes.
bool is_tflite(std::string_view file);

/// Throws BrokenBuffer, or UserError with the file's path, if `file` is not one graph.
Model read_model(const std::string& path, std::string_view file);

}  // namespace sluice::net::tflite
