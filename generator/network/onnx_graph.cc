// SPDX-License-Identifier: Apache-2.0
#include "generator/network/onnx_graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "generator/network/node_problems.h"
#include "generator/util/user_error.h"

namespace sluice::net {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t{1} << 26;
constexpr std::int64_t kOldestOpset = 11;

/// Number of elements; -1 if a dimension is negative or the product beyond the limit.
std::int64_t element_count(const onnx::TensorProto& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t dim : tensor.dims()) {
    if (dim < 0 || dim > kMaxElements) return -1;
    count *= dim;
    if (count > kMaxElements) return -1;
  }
  return count;
}

/// Appends the elements of `raw`, stored as T; ONNX stores little endian, as do all hosts we run
/// on.
template <typename T, typename Out>
void unpack(const std::string& raw, std::vector<Out>& out) {
  for (std::size_t i = 0; i + sizeof(T) <= raw.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, raw.data() + i, sizeof value);
    out.push_back(static_cast<Out>(value));
  }
}

void unpack_raw(const onnx::TensorProto& tensor, Constant& constant) {
  const std::string& raw = tensor.raw_data();
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      return unpack<float>(raw, constant.reals);
    case onnx::TensorProto::UINT8:
      return unpack<std::uint8_t>(raw, constant.ints);
    case onnx::TensorProto::INT8:
      return unpack<std::int8_t>(raw, constant.ints);
    case onnx::TensorProto::INT32:
      return unpack<std::int32_t>(raw, constant.ints);
    default:
      return unpack<std::int64_t>(raw, constant.ints);
  }
}

std::size_t element_bytes(int type) {
  if (type == onnx::TensorProto::INT64) return 8;
  return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::INT32 ? 4 : 1;
}

bool is_readable_type(int type) {
  return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::UINT8 ||
         type == onnx::TensorProto::INT8 || type == onnx::TensorProto::INT32 ||
         type == onnx::TensorProto::INT64;
}

/// Whether values that came in 32-bit fields fit their 8-bit type.
bool fits_type(const Constant& constant) {
  const int low = constant.type == onnx::TensorProto::UINT8 ? 0 : -128;
  if (element_bytes(constant.type) != 1) return true;
  for (const std::int64_t value : constant.ints)
    if (value < low || value > low + 255) return false;
  return true;
}

}  // namespace

std::vector<const onnx::ValueInfoProto*> inputs_of(const onnx::GraphProto& graph) {
  std::set<std::string> constants;
  for (const onnx::TensorProto& tensor : graph.initializer()) constants.insert(tensor.name());
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const onnx::ValueInfoProto& input : graph.input())
    if (!constants.contains(input.name())) inputs.push_back(&input);
  return inputs;
}

bool is_standard_domain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

bool is_of(const onnx::NodeProto& node, std::initializer_list<const char*> operators) {
  return std::any_of(operators.begin(), operators.end(),
                     [&](const char* name) { return node.op_type() == name; });
}

std::string type_name(int type) {
  const std::string& name =
      onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(type));
  return name.empty() ? fmt::format("type {}", type) : name;
}

std::string text(const std::vector<std::int64_t>& numbers) { return fmt::format("{}", numbers); }

Graph::Graph(Model model) : file_(std::move(model)), model_(*file_.proto) {
  check_opset();
  collect_constants();
  find_input_and_outputs();
  check_nodes();
}

void Graph::fail(const std::string& what) const { throw UserError({file_.path}, what); }

void Graph::fail(const Node& node, const std::string& what) const { fail({problem(node, what)}); }

void Graph::fail(std::vector<Problem> problems) const {
  fail_nodes(file_.path, std::move(problems));
}

Problem Graph::problem(const Node& node, const std::string& what, const std::string& help) {
  Problem problem = node_problem(name_of(node), node.op_type(), what, help);
  if (node.name().empty() && node.output_size() > 0)
    problem.subject = fmt::format("node with output '{}' ({})", node.output(0), node.op_type());
  return problem;
}

void Graph::check_opset() const {
  for (const auto& opset : model_.opset_import()) {
    if (!is_standard_domain(opset.domain())) continue;
    if (opset.version() >= kOldestOpset) return;
    fail(fmt::format("uses operator set {}; {} or newer is needed", opset.version(), kOldestOpset));
  }
  fail(fmt::format("does not say which operator set it uses; {} or newer is needed", kOldestOpset));
}

std::int64_t Graph::opset() const {
  for (const auto& opset : model_.opset_import())
    if (is_standard_domain(opset.domain())) return opset.version();
  return 0;
}

void Graph::collect_constants() {
  for (const onnx::TensorProto& tensor : model_.graph().initializer())
    if (!constants_.emplace(tensor.name(), &tensor).second)
      fail(fmt::format("initializer '{}' exists twice", tensor.name()));
  for (const Node& node : model_.graph().node()) {
    if (node.op_type() != "Constant" || !is_standard_domain(node.domain())) {
      nodes_.push_back(&node);
      continue;
    }
    if (node.output_size() != 1) fail(node, "must have one output");
    if (!constants_.emplace(node.output(0), nullptr).second)
      fail(node, fmt::format("its output '{}' exists already", node.output(0)));
    constant_nodes_.emplace(node.output(0), &node);
  }
}

void Graph::find_input_and_outputs() {
  for (const onnx::ValueInfoProto* input : inputs_of(model_.graph())) {
    if (input_ != nullptr)
      fail(fmt::format("has more than one input ('{}', '{}'); one is supported", input_->name(),
                       input->name()));
    input_ = input;
  }
  if (input_ == nullptr) fail("has no input");
  if (model_.graph().output_size() == 0) fail("has no output");
  for (const onnx::ValueInfoProto& output : model_.graph().output()) {
    if (is_output(output.name())) fail(fmt::format("has the output '{}' twice", output.name()));
    outputs_.push_back(output.name());
  }
}

void Graph::check_nodes() {
  std::set<std::string> known = {input_->name()};
  for (const auto& [name, tensor] : constants_) known.insert(name);
  for (const Node* node : nodes_) {
    for (const std::string& input : node->input()) {
      if (!input.empty() && !known.contains(input))
        fail(*node,
             fmt::format("its input '{}' is made neither by an earlier node nor by the graph",
                         input));
      ++readers_[input];
    }
    if (node->output_size() == 0) fail(*node, "has no output");
    for (const std::string& output : node->output()) {
      if (output.empty()) continue;
      if (!known.insert(output).second)
        fail(*node, fmt::format("its output '{}' exists already", output));
      producers_.emplace(output, node);
    }
  }
}

const Graph::Node* Graph::producer(const std::string& tensor) const {
  const auto found = producers_.find(tensor);
  return found == producers_.end() ? nullptr : found->second;
}

int Graph::readers(const std::string& tensor) const {
  const auto found = readers_.find(tensor);
  const int inputs = found == readers_.end() ? 0 : found->second;
  return inputs + (is_output(tensor) ? 1 : 0);
}

bool Graph::is_output(const std::string& tensor) const {
  return std::find(outputs_.begin(), outputs_.end(), tensor) != outputs_.end();
}

const std::string& Graph::name_of(const Node& node) {
  return node.name().empty() && node.output_size() > 0 ? node.output(0) : node.name();
}

std::string Graph::input_of(const Node& node, int index) {
  return index < node.input_size() ? node.input(index) : std::string();
}

bool Graph::is_float_constant(const std::string& tensor) const {
  const auto found = constants_.find(tensor);
  if (found == constants_.end()) return false;
  if (found->second != nullptr) return found->second->data_type() == onnx::TensorProto::FLOAT;
  const Node& maker = *constant_nodes_.at(tensor);
  if (const auto* value = attribute(maker, "value"))
    return value->t().data_type() == onnx::TensorProto::FLOAT;
  return has_attribute(maker, "value_float") || has_attribute(maker, "value_floats");
}

Constant Graph::constant(const Node& node, int index, const std::string& what) const {
  const std::string name = input_of(node, index);
  if (name.empty()) fail(node, fmt::format("its {} (input {}) is missing", what, index));
  const auto found = constants_.find(name);
  if (found == constants_.end())
    fail(node, fmt::format("its {} '{}' is computed; only a constant is supported", what, name));
  if (found->second != nullptr) return decode(node, what, *found->second);
  return attribute_constant(*constant_nodes_.at(name));
}

std::optional<Constant> Graph::optional_constant(const Node& node, int index,
                                                 const std::string& what) const {
  if (input_of(node, index).empty()) return std::nullopt;
  return constant(node, index, what);
}

Constant Graph::attribute_constant(const Node& maker) const {
  if (const auto* value = attribute(maker, "value")) return decode(maker, "value", value->t());
  Constant constant;
  constant.type = onnx::TensorProto::INT64;
  if (has_attribute(maker, "value_int")) {
    constant.ints = {integer(maker, "value_int", 0)};
  } else if (has_attribute(maker, "value_ints")) {
    constant.ints = integers(maker, "value_ints", {});
    constant.dims = {static_cast<std::int64_t>(constant.ints.size())};
  } else if (const auto* real = attribute(maker, "value_float")) {
    constant.type = onnx::TensorProto::FLOAT;
    constant.reals = {real->f()};
  } else if (const auto* reals = attribute(maker, "value_floats")) {
    constant.type = onnx::TensorProto::FLOAT;
    constant.reals.assign(reals->floats().begin(), reals->floats().end());
    constant.dims = {static_cast<std::int64_t>(constant.reals.size())};
  } else {
    fail(maker,
         "has none of the attributes value, value_int, value_ints, value_float, value_floats");
  }
  return constant;
}

Constant Graph::decode(const Node& user, const std::string& what,
                       const onnx::TensorProto& tensor) const {
  const std::string subject = fmt::format("its {} '{}'", what, tensor.name());
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL)
    fail(user, subject + " lies in another file; store all data in the ONNX file");
  if (!is_readable_type(tensor.data_type()))
    fail(user, fmt::format("{} is of type {}; UINT8, INT8, INT32, INT64 and FLOAT are supported",
                           subject, type_name(tensor.data_type())));
  const std::int64_t count = element_count(tensor);
  if (count < 0)
    fail(user,
         fmt::format("{} has negative dimensions or more than {} elements", subject, kMaxElements));
  Constant constant;
  constant.dims.assign(tensor.dims().begin(), tensor.dims().end());
  constant.type = tensor.data_type();
  if (tensor.has_raw_data()) {
    if (tensor.raw_data().size() != static_cast<std::size_t>(count) * element_bytes(constant.type))
      fail(user, fmt::format("{} of shape {} has {} bytes of data", subject, text(constant.dims),
                             tensor.raw_data().size()));
    unpack_raw(tensor, constant);
  } else if (constant.is_real()) {
    constant.reals.assign(tensor.float_data().begin(), tensor.float_data().end());
  } else if (constant.type == onnx::TensorProto::INT64) {
    constant.ints.assign(tensor.int64_data().begin(), tensor.int64_data().end());
  } else {
    constant.ints.assign(tensor.int32_data().begin(), tensor.int32_data().end());
  }
  if (constant.size() != static_cast<std::size_t>(count) || !fits_type(constant))
    fail(user, fmt::format("{} has data that does not fit its shape {} or its type {}", subject,
                           text(constant.dims), type_name(constant.type)));
  return constant;
}

const onnx::AttributeProto* Graph::attribute(const Node& node, const std::string& name) const {
  for (const onnx::AttributeProto& attribute : node.attribute())
    if (attribute.name() == name) return &attribute;
  return nullptr;
}

bool Graph::has_attribute(const Node& node, const std::string& name) const {
  return attribute(node, name) != nullptr;
}

std::int64_t Graph::integer(const Node& node, const std::string& name,
                            std::int64_t otherwise) const {
  const auto* found = attribute(node, name);
  if (found == nullptr) return otherwise;
  if (found->type() != onnx::AttributeProto::INT)
    fail(node, fmt::format("its attribute '{}' must be an integer", name));
  return found->i();
}

std::vector<std::int64_t> Graph::integers(const Node& node, const std::string& name,
                                          const std::vector<std::int64_t>& otherwise) const {
  const auto* found = attribute(node, name);
  if (found == nullptr) return otherwise;
  if (found->type() != onnx::AttributeProto::INTS)
    fail(node, fmt::format("its attribute '{}' must be a list of integers", name));
  return {found->ints().begin(), found->ints().end()};
}

double Graph::real(const Node& node, const std::string& name, double otherwise) const {
  const auto* found = attribute(node, name);
  if (found == nullptr) return otherwise;
  if (found->type() != onnx::AttributeProto::FLOAT)
    fail(node, fmt::format("its attribute '{}' must be a real number", name));
  return found->f();
}

std::string Graph::word(const Node& node, const std::string& name,
                        const std::string& otherwise) const {
  const auto* found = attribute(node, name);
  if (found == nullptr) return otherwise;
  if (found->type() != onnx::AttributeProto::STRING)
    fail(node, fmt::format("its attribute '{}' must be text", name));
  return found->s();
}

}  // namespace sluice::net
