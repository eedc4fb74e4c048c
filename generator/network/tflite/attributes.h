// SPDX-License-Identifier: Apache-2.0
// Options of TFLite's operators, and attributes of ONNX's.
#pragma once

#include <string>

#include "generator/network/tflite/translation.h"

namespace sluice::net::tflite {

// Options, by the number of their field.
inline int number(const Operator& op, int field, int otherwise = 0) {
  return op.options.scalar<std::int32_t>(field, otherwise);
}
inline int choice(const Operator& op, int field) {
  return op.options.scalar<std::int8_t>(field, 0);
}

inline void set(onnx::NodeProto& node, const char* name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

inline void set(onnx::NodeProto& node, const char* name, float value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

inline void set(onnx::NodeProto& node, const char* name, const std::string& value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

inline void set_ints(onnx::NodeProto& node, const char* name, const Translation::Dims& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

}  // namespace sluice::net::tflite
