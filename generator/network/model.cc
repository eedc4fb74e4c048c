// SPDX-License-Identifier: Apache-2.0
#include "generator/network/model.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <map>

#include "generator/network/early_quantise.h"
#include "generator/network/lines.h"
#include "generator/network/onnx_graph.h"
#include "generator/network/tflite/translation.h"
#include "generator/util/input_file.h"
#include "generator/util/user_error.h"

namespace sluice::net {
namespace {

using onnx::TensorProto;

std::string text_of_file(const std::string& path) {
  const auto fail = [&](const std::string& what) { throw UserError({path}, what); };
  InputText read = try_read(path, input::kOnnx.most);
  if (read.error == ENOENT) fail("no such file");
  if (read.error != 0) fail(fmt::format("cannot be read: {}", std::strerror(read.error)));
  if (read.too_large) {
    fail(fmt::format("has more than {}, the most that is read of an ONNX file",
                     size_text(input::kOnnx.most)));
  }
  if (read.text.empty()) fail("is empty");
  return std::move(read.text);
}

/// The places of the nodes that give tensors, which are not searched behind `from`.
std::set<int> nodes_of(const onnx::GraphProto& graph, std::vector<std::string> open,
                       const std::string& from) {
  std::map<std::string, int> givers;
  for (int i = 0; i < graph.node_size(); ++i)
    for (const std::string& output : graph.node(i).output()) givers.emplace(output, i);
  std::set<int> nodes;
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    const auto giver = givers.find(name);
    if (name == from || giver == givers.end() || !nodes.insert(giver->second).second) continue;
    const auto& inputs = graph.node(giver->second).input();
    open.insert(open.end(), inputs.begin(), inputs.end());
  }
  return nodes;
}

/// The nodes that give `tensors`, with the constants that they read; the part has no input yet.
onnx::ModelProto part(const onnx::ModelProto& whole, const std::vector<std::string>& tensors,
                      const std::string& from) {
  onnx::ModelProto model;
  model.set_ir_version(whole.ir_version());
  *model.mutable_opset_import() = whole.opset_import();
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name(whole.graph().name());
  std::set<std::string> read;
  for (const int i : nodes_of(whole.graph(), tensors, from)) {
    *graph.add_node() = whole.graph().node(i);
    read.insert(whole.graph().node(i).input().begin(), whole.graph().node(i).input().end());
  }
  for (const TensorProto& constant : whole.graph().initializer())
    if (read.contains(constant.name())) *graph.add_initializer() = constant;
  for (const std::string& tensor : tensors) graph.add_output()->set_name(tensor);
  return model;
}

int type_of(HostType type) {
  switch (type) {
    case HostType::kReal:
      return TensorProto::FLOAT;
    case HostType::kUint8:
      return TensorProto::UINT8;
    case HostType::kInt8:
      return TensorProto::INT8;
    case HostType::kInt32:
      return TensorProto::INT32;
    default:
      return TensorProto::INT64;
  }
}

/// The type and shape of what a network gives, with the host's operators.
void describe(const Network& result, onnx::TypeProto::Tensor& tensor) {
  const ResultFormat& format = result.results.front();
  const ResultSource& source = format.sources.front();
  const FeatureMap& map = result.maps[map_of(result, source)];
  std::vector<std::int64_t> dims = {1, map.channels, map.height, map.width};
  if (format.flat) dims = {1, std::int64_t{map.channels} * map.height * map.width};
  int type = source.is_signed ? TensorProto::INT8 : TensorProto::UINT8;
  if (source.scale) type = TensorProto::FLOAT;
  if (!format.host.empty()) {
    dims = format.host.dims;
    type = type_of(format.host.type);
  }
  tensor.set_elem_type(type);
  for (const std::int64_t dim : dims) tensor.mutable_shape()->add_dim()->set_dim_value(dim);
}

}  // namespace

Model read_model(const std::string& path, bool lines_as_maps) {
  const std::string text = text_of_file(path);
  Model model;
  model.path = path;
  onnx::ModelProto proto;
  if (tflite::is_tflite(text)) {
    proto = tflite::translate(path, text);
    model.channels_last = model.rounds_twice = true;
  } else if (!proto.ParseFromString(text)) {
    throw UserError({path}, "is not an ONNX file: it cannot be parsed as protobuf");
  }
  if (!proto.has_graph() || proto.graph().node_size() == 0)
    throw UserError({path}, "is not an ONNX file, or has a graph without nodes");
  if (lines_as_maps) model.lines = make_maps_of_lines(*proto.mutable_graph());
  quantise_input_first(*proto.mutable_graph());
  model.proto = std::make_shared<const onnx::ModelProto>(std::move(proto));
  return model;
}

Model part_before(const Model& model, const std::string& tensor) {
  onnx::ModelProto proto = part(*model.proto, {tensor}, "");
  for (const onnx::ValueInfoProto* input : inputs_of(model.proto->graph()))
    *proto.mutable_graph()->add_input() = *input;
  Model before = model;
  before.proto = std::make_shared<const onnx::ModelProto>(std::move(proto));
  before.ends = false;
  return before;
}

Model part_behind(const Model& model, const std::string& tensor, const Network& result) {
  std::vector<std::string> outputs;
  for (const onnx::ValueInfoProto& output : model.proto->graph().output())
    outputs.push_back(output.name());
  onnx::ModelProto proto = part(*model.proto, outputs, tensor);
  onnx::ValueInfoProto& input = *proto.mutable_graph()->add_input();
  input.set_name(tensor);
  describe(result, *input.mutable_type()->mutable_tensor_type());
  quantise_input_first(*proto.mutable_graph());
  Model behind = model;
  behind.proto = std::make_shared<const onnx::ModelProto>(std::move(proto));
  behind.begins = false;
  return behind;
}

}  // namespace sluice::net
