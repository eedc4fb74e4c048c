// SPDX-License-Identifier: Apache-2.0
// The walk over a TFLite file, and what becomes of shapes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "generator/network/node_problems.h"
#include "generator/network/tflite/operators.h"
#include "generator/network/tflite/translation.h"

namespace sluice::net::tflite {
namespace {

/// Height, width and channels of a tensor of three or four dimensions.
std::array<std::int64_t, 3> extents(const Tensor& tensor) {
  const auto& shape = tensor.shape;
  if (shape.size() == 3) return {1, shape[1], shape[2]};
  return {shape[1], shape[2], shape[3]};
}

bool is_map(const Tensor& tensor) { return tensor.shape.size() == 3 || tensor.shape.size() == 4; }

bool is_in(const std::string& type, std::initializer_list<const char*> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool reshapes(const Operator& op) { return is_in(op.type, {"EXPAND_DIMS", "RESHAPE", "SQUEEZE"}); }

/// Whether the values of an operator's output are in the order of its inputs'.
bool keeps_order(const Translation& translation, const Operator& op) {
  if (is_in(op.type, {"CONCATENATION", "PAD", "SLICE", "SPLIT", "SPLIT_V", "STRIDED_SLICE"}))
    return false;
  return std::all_of(op.inputs.begin(), op.inputs.end(), [&](int index) {
    if (index < 0) return true;
    const Tensor& tensor = translation.tensor(index);
    const bool one = std::all_of(tensor.shape.begin(), tensor.shape.end(),
                                 [](std::int32_t dim) { return dim == 1; });
    return tensor.data.empty() || one;
  });
}

}  // namespace

void Translation::reshape(const Operator& op, std::size_t index) {
  const Tensor& from = input(op, index);
  const Tensor& to = tensor(op.outputs.at(0));
  if (from.scales != to.scales || from.zero_points != to.zero_points)
    throw Refused{"its output has another scale or zero point than its input", ""};
  const Dims dims = dims_of(to);
  const auto flat = flat_.find(op.inputs[index]);
  const bool back = flat != flat_.end() && is_map(to) && extents(to) == flat->second;
  if (flat != flat_.end() && !back) {
    if (from.shape != to.shape) throw Refused{"gives a flattened map another shape", ""};
    flat_[op.outputs[0]] = flat->second;
  }
  if (dims == dims_of(from)) {
    node(op, "Identity", {from.name}, to.name);
  } else if (to.shape.size() == 2 && is_map(from)) {
    const Order order = extents(from);
    if (order[0] * order[1] > 1 && order[2] > 1) flat_[op.outputs[0]] = order;
    node(op, "Flatten", {from.name}, to.name);
  } else {
    // With one channel, or one position, channels last and first are one order.
    const Order order = is_map(to) ? extents(to) : Order{1, 1, 1};
    const bool same_channels = is_map(from) && is_map(to) && extents(from)[2] == order[2];
    const bool any_order = from.shape.size() == 2 && (order[0] * order[1] == 1 || order[2] == 1);
    if (!back && !same_channels && !any_order)
      throw Refused{fmt::format("gives a tensor of shape {} the shape {}", from.shape, to.shape),
                    "only flattening and shapes of as many channels are supported"};
    node(op, "Reshape", {from.name, constant(dims)}, to.name);
  }
}

std::string Translation::flattened(const Operator& op, std::size_t index) {
  const Tensor& map = input(op, index);
  const std::string name = real(op, index);
  if (!is_map(map)) return name;
  flat_[op.inputs[index]] = extents(map);
  const std::string flat = fmt::format("{}/flat {}", map.name, constants_++);
  node(op, "Flatten", {name}, flat);
  return flat;
}

void Translation::add_input() {
  for (const int index : model_.inputs) {
    if (index < 0) continue;
    const Tensor& tensor = this->tensor(index);
    onnx::ValueInfoProto& input = *graph_.add_input();
    input.set_name(tensor.name);
    auto& type = *input.mutable_type()->mutable_tensor_type();
    type.set_elem_type(element_type(tensor));
    for (const std::int64_t dim : dims_of(tensor))
      type.mutable_shape()->add_dim()->set_dim_value(dim);
  }
}

void Translation::add_operator(const Operator& op) {
  const Translator translator = find_translator(op.type);
  if (translator == nullptr)
    throw Refused{fmt::format("this operator is not supported; supported are {}",
                              fmt::join(supported_operators(), ", ")),
                  "build the network without it, or end the network before it"};
  if (op.outputs[0] < 0) throw Refused{"has no first output", ""};
  translator(*this, op);
  if (reshapes(op) || op.type == "FULLY_CONNECTED") return;
  const auto flat = std::find_if(op.inputs.begin(), op.inputs.end(), [&](int index) {
    return flat_.contains(index) && tensor(index).shape.size() <= 2;
  });
  if (flat == op.inputs.end()) return;
  if (!keeps_order(*this, op))
    throw Refused{"reads a flattened map, whose order of values it would see",
                  "only FULLY_CONNECTED and operators on single values may stand behind"};
  flat_[op.outputs[0]] = flat_[*flat];
}

/// Host operators give real numbers.
void Translation::add_output() {
  for (const int index : model_.outputs) {
    if (index < 0) continue;
    if (flat_.contains(index) && tensor(index).shape.size() <= 2)
      throw Refused{"its output is a flattened map: end the network before it is flattened", ""};
    std::string name = tensor(index).name;
    const bool host =
        std::any_of(model_.operators.begin(), model_.operators.end(), [&](const Operator& op) {
          return is_in(op.type, {"SOFTMAX", "LOG_SOFTMAX"}) && op.outputs[0] == index;
        });
    if (host && !tensor(index).scales.empty()) name = dequantised(tensor(index), name, 1);
    graph_.add_output()->set_name(name);
  }
}

/// The operators that the outputs take from the inputs, in execution order.
std::vector<const Operator*> Translation::needed() const {
  std::set<int> wanted(model_.outputs.begin(), model_.outputs.end());
  std::vector<const Operator*> all;
  for (auto op = model_.operators.rbegin(); op != model_.operators.rend(); ++op) {
    const auto gives = [&](int index) {
      return wanted.contains(index) &&
             std::find(model_.inputs.begin(), model_.inputs.end(), index) == model_.inputs.end();
    };
    if (std::none_of(op->outputs.begin(), op->outputs.end(), gives)) continue;
    wanted.insert(op->inputs.begin(), op->inputs.end());
    all.push_back(&*op);
  }
  std::reverse(all.begin(), all.end());
  return all;
}

onnx::ModelProto Translation::run() {
  std::vector<Problem> problems;
  const auto attempt = [&](const std::string& name, const std::string& type, const auto& action) {
    try {
      action();
    } catch (const Refused& refused) {
      problems.push_back(node_problem(name, type, refused.message, refused.help));
    }
  };
  attempt("", "input", [&] { add_input(); });
  for (const Operator* op : needed()) {
    const bool named = op->outputs[0] >= 0;
    attempt(named ? tensor(op->outputs[0]).name : "", op->type, [&] { add_operator(*op); });
  }
  attempt("", "output", [&] { add_output(); });
  if (!problems.empty()) fail_nodes(path_, std::move(problems));
  return std::move(onnx_);
}

onnx::ModelProto translate(const std::string& path, std::string_view file) {
  try {
    const Model model = read_model(path, file);
    return Translation(path, model).run();
  } catch (const BrokenBuffer& broken) {
    throw UserError({path}, fmt::format("is not a TFLite file: {}", broken.what()));
  }
}

}  // namespace sluice::net::tflite
