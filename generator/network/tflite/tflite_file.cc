// SPDX-License-Identifier: Apache-2.0
#include "generator/network/tflite/tflite_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/network/tflite/operator_names.h"
#include "generator/util/user_error.h"

namespace sluice::net::tflite {
namespace {

// Numbers of fields in the schema, by table.
namespace field {
namespace model {
constexpr int kVersion = 0, kOperatorCodes = 1, kSubgraphs = 2, kBuffers = 4;
}
namespace code {
constexpr int kOldBuiltin = 0, kCustom = 1, kBuiltin = 3;
}
namespace graph {
constexpr int kTensors = 0, kInputs = 1, kOutputs = 2, kOperators = 3, kName = 4;
}
namespace tensor {
constexpr int kShape = 0, kType = 1, kBuffer = 2, kName = 3, kQuantisation = 4;
}
namespace quantisation {
constexpr int kScale = 2, kZeroPoint = 3, kDimension = 6;
}
namespace op {
constexpr int kCode = 0, kInputs = 1, kOutputs = 2, kOptions = 4;
}
namespace buffer {
constexpr int kData = 0;
}
}  // namespace field

constexpr std::uint32_t kSchema = 3;
constexpr int kCustomOperator = 32;

std::string name_of(const FlatTable& code) {
  // Files before the table had 128 operators number them in a byte.
  const int number = std::max<int>(code.scalar<std::int32_t>(field::code::kBuiltin, 0),
                                   code.scalar<std::int8_t>(field::code::kOldBuiltin, 0));
  if (number == kCustomOperator) return std::string(code.text(field::code::kCustom));
  return operator_name(number);
}

Tensor read_tensor(const FlatTable& table, const std::vector<FlatTable>& buffers) {
  Tensor tensor;
  tensor.name = std::string(table.text(field::tensor::kName));
  tensor.shape = table.scalars<std::int32_t>(field::tensor::kShape);
  tensor.type = static_cast<TensorType>(table.scalar<std::int8_t>(field::tensor::kType, 0));
  const FlatTable quantisation = table.table(field::tensor::kQuantisation);
  tensor.scales = quantisation.scalars<float>(field::quantisation::kScale);
  tensor.zero_points = quantisation.scalars<std::int64_t>(field::quantisation::kZeroPoint);
  tensor.quantised_dimension =
      quantisation.scalar<std::int32_t>(field::quantisation::kDimension, 0);
  const auto buffer = table.scalar<std::uint32_t>(field::tensor::kBuffer, 0);
  if (buffer >= buffers.size()) throw BrokenBuffer();
  tensor.data = buffers[buffer].bytes(field::buffer::kData);
  return tensor;
}

/// Gives each tensor a name of its own. The converter strings together the names of all that it
/// fuses, the operator's last.
void name_apart(std::vector<Tensor>& tensors) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::string& name = tensors[i].name;
    name = name.substr(name.rfind(';') + 1);
    if (name.empty()) name = fmt::format("tensor {}", i);
    if (!names.insert(name).second) name += fmt::format(" ({})", i);
    names.insert(name);
  }
}

std::vector<int> read_indices(const FlatTable& table, int field, std::size_t tensors) {
  std::vector<int> indices;
  for (const std::int32_t index : table.scalars<std::int32_t>(field)) {
    if (index < -1 || index >= static_cast<std::int64_t>(tensors)) throw BrokenBuffer();
    indices.push_back(index);
  }
  return indices;
}

}  // namespace

bool is_tflite(std::string_view file) { return file.size() > 8 && file.substr(4, 4) == "TFL3"; }

Model read_model(const std::string& path, std::string_view file) {
  const FlatTable root = FlatTable::root(file);
  const auto version = root.scalar<std::uint32_t>(field::model::kVersion, 0);
  if (version != kSchema)
    throw UserError({path}, fmt::format("is of version {} of TFLite's schema; supported is {}",
                                        version, kSchema));
  const auto graphs = root.tables(field::model::kSubgraphs);
  if (graphs.size() != 1)
    throw UserError({path}, fmt::format("has {} subgraphs; supported is one: convert the network "
                                        "without control flow and signatures",
                                        graphs.size()));
  const FlatTable& graph = graphs[0];
  const auto buffers = root.tables(field::model::kBuffers);
  const auto codes = root.tables(field::model::kOperatorCodes);
  Model model;
  model.name = std::string(graph.text(field::graph::kName));
  for (const FlatTable& table : graph.tables(field::graph::kTensors))
    model.tensors.push_back(read_tensor(table, buffers));
  name_apart(model.tensors);
  const std::size_t count = model.tensors.size();
  for (const FlatTable& table : graph.tables(field::graph::kOperators)) {
    const auto code = table.scalar<std::uint32_t>(field::op::kCode, 0);
    if (code >= codes.size()) throw BrokenBuffer();
    model.operators.push_back(Operator{
        name_of(codes[code]), read_indices(table, field::op::kInputs, count),
        read_indices(table, field::op::kOutputs, count), table.table(field::op::kOptions)});
  }
  model.inputs = read_indices(graph, field::graph::kInputs, count);
  model.outputs = read_indices(graph, field::graph::kOutputs, count);
  return model;
}

}  // namespace sluice::net::tflite
