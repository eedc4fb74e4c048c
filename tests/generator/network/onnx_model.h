// SPDX-License-Identifier: Apache-2.0
// Test helper: builds small ONNX models.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

#include "generator/network/onnx_proto.h"

namespace sluice::test {

using Dims = std::vector<std::int64_t>;

/// A path that no other test uses; the file is removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name = "net.onnx") {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            fmt::format("sluice_{}_{}_{}", getpid(), count++, name);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  std::string path() const { return path_.string(); }
  void write(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

 private:
  std::filesystem::path path_;
};

/// An ONNX model under construction. Node and tensor functions return the tensor's name.
class OnnxModel {
 public:
  using Node = onnx::NodeProto;

  OnnxModel(int input_type, const Dims& input_dims, int opset = 13) {
    proto.set_ir_version(7);
    proto.add_opset_import()->set_version(opset);
    auto* input = proto.mutable_graph()->add_input();
    input->set_name("input");
    auto* type = input->mutable_type()->mutable_tensor_type();
    type->set_elem_type(input_type);
    for (const std::int64_t dim : input_dims) type->mutable_shape()->add_dim()->set_dim_value(dim);
  }

  template <typename T>
  std::string tensor(const Dims& dims, const std::vector<T>& values) {
    auto* tensor = proto.mutable_graph()->add_initializer();
    tensor->set_name(fmt::format("const{}", proto.graph().initializer_size()));
    tensor->set_data_type(type_of<T>());
    for (const std::int64_t dim : dims) tensor->add_dims(dim);
    tensor->set_raw_data(values.data(), values.size() * sizeof(T));
    return tensor->name();
  }

  template <typename T>
  std::string scalar(T value) {
    return tensor<T>({}, {value});
  }

  std::string shape(const Dims& dims) {
    return tensor<std::int64_t>({static_cast<std::int64_t>(dims.size())}, dims);
  }

  std::string node(const std::string& type, const std::vector<std::string>& inputs,
                   const std::string& name = "") {
    auto* node = proto.mutable_graph()->add_node();
    node->set_op_type(type);
    node->set_name(name);
    for (const std::string& input : inputs) node->add_input(input);
    node->add_output(name.empty() ? fmt::format("t{}", proto.graph().node_size()) : name + "_out");
    return node->output(0);
  }

  /// Attributes of the node added last.
  OnnxModel& set(const std::string& name, const Dims& values) {
    auto* attribute = add_attribute(name, onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute->add_ints(value);
    return *this;
  }
  OnnxModel& set(const std::string& name, std::int64_t value) {
    add_attribute(name, onnx::AttributeProto::INT)->set_i(value);
    return *this;
  }
  OnnxModel& set(const std::string& name, const char* value) {
    add_attribute(name, onnx::AttributeProto::STRING)->set_s(value);
    return *this;
  }

  void output(const std::string& tensor) { proto.mutable_graph()->add_output()->set_name(tensor); }

  std::string bytes() const { return proto.SerializeAsString(); }

  onnx::ModelProto proto;

 private:
  template <typename T>
  static int type_of() {
    if constexpr (std::is_same_v<T, float>) return onnx::TensorProto::FLOAT;
    if constexpr (std::is_same_v<T, std::int8_t>) return onnx::TensorProto::INT8;
    if constexpr (std::is_same_v<T, std::uint8_t>) return onnx::TensorProto::UINT8;
    if constexpr (std::is_same_v<T, std::int32_t>) return onnx::TensorProto::INT32;
    return onnx::TensorProto::INT64;
  }

  onnx::AttributeProto* add_attribute(const std::string& name,
                                      onnx::AttributeProto::AttributeType type) {
    auto* graph = proto.mutable_graph();
    auto* attribute = graph->mutable_node(graph->node_size() - 1)->add_attribute();
    attribute->set_name(name);
    attribute->set_type(type);
    return attribute;
  }
};

}  // namespace sluice::test
