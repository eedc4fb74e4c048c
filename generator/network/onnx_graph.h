// SPDX-License-Identifier: Apache-2.0
// Read access to an ONNX file for the importer: nodes with their attributes, constants as plain
// numbers, who makes and who uses a tensor. Everything in the file is checked before it is
// believed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "generator/network/import_network.h"
#include "generator/network/model.h"
#include "generator/network/onnx_proto.h"
#include "generator/util/user_error.h"

namespace sluice::net {

/// A constant's values; integers of all widths in `ints`, floating point in `reals`.
struct Constant {
  std::vector<std::int64_t> dims;
  int type = 0;  ///< onnx::TensorProto::DataType
  std::vector<std::int64_t> ints;
  std::vector<double> reals;

  bool is_real() const { return type == onnx::TensorProto::FLOAT; }
  std::size_t size() const { return is_real() ? reals.size() : ints.size(); }
};

/// Whether operators of this domain are ONNX's own.
bool is_standard_domain(const std::string& domain);

/// Name of a tensor element type, "UINT8".
std::string type_name(int type);

/// "[1, 2, 3]"
std::string text(const std::vector<std::int64_t>& numbers);

/// A graph's inputs without the initializers, which files of old IR versions list, too.
std::vector<const onnx::ValueInfoProto*> inputs_of(const onnx::GraphProto& graph);

/// Whether a node is of one of these operators.
bool is_of(const onnx::NodeProto& node, std::initializer_list<const char*> operators);

/// One ONNX graph. All members throw UserError on what they cannot accept.
class Graph {
 public:
  /// Checks a model: operator set, one input, outputs, node order.
  explicit Graph(Model model);
  // The maps point into the model.
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  using Node = onnx::NodeProto;

  const std::string& name() const { return model_.graph().name(); }
  const onnx::ValueInfoProto& input() const { return *input_; }
  /// The outputs' names, at least one.
  const std::vector<std::string>& outputs() const { return outputs_; }
  bool is_output(const std::string& tensor) const;
  /// Whether the file has channels last, unlike the graph.
  bool channels_last() const { return file_.channels_last; }
  /// Whether requantisations round as TFLite's do, see Requant.
  bool rounds_twice() const { return file_.rounds_twice; }
  /// Whether the file's tensors have three dimensions, which are maps of one row here.
  bool lines() const { return file_.lines; }
  /// Whether the input is the file's, and the output.
  bool begins() const { return file_.begins; }
  bool ends() const { return file_.ends; }
  /// The version of ONNX's own operators.
  std::int64_t opset() const;
  /// All nodes but Constant, in execution order.
  const std::vector<const Node*>& nodes() const { return nodes_; }
  /// The node that makes a tensor; null for inputs and constants.
  const Node* producer(const std::string& tensor) const;

  /// How many inputs of nodes, and outputs of the graph, a tensor is.
  int readers(const std::string& tensor) const;

  bool is_constant(const std::string& tensor) const { return constants_.contains(tensor); }
  /// Whether it is a constant of FLOAT; nothing of its values is read.
  bool is_float_constant(const std::string& tensor) const;
  /// Values of input `index` of a node, which must be a constant. `what` names it in messages.
  Constant constant(const Node& node, int index, const std::string& what) const;
  /// As above, if the node has this input.
  std::optional<Constant> optional_constant(const Node& node, int index,
                                            const std::string& what) const;

  /// A node's name; if it has none its first output.
  static const std::string& name_of(const Node& node);
  /// Name of input `index`; empty if the node does not have it.
  static std::string input_of(const Node& node, int index);
  bool has_attribute(const Node& node, const std::string& name) const;
  std::int64_t integer(const Node& node, const std::string& name, std::int64_t otherwise) const;
  std::vector<std::int64_t> integers(const Node& node, const std::string& name,
                                     const std::vector<std::int64_t>& otherwise) const;
  double real(const Node& node, const std::string& name, double otherwise) const;
  std::string word(const Node& node, const std::string& name, const std::string& otherwise) const;

  /// Throws UserError with the file's name in front, and the nodes'.
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void fail(const Node& node, const std::string& what) const;
  [[noreturn]] void fail(std::vector<Problem> problems) const;

  /// What is wrong with a node, in the words of fail().
  static Problem problem(const Node& node, const std::string& what, const std::string& help = "");

 private:
  void check_opset() const;
  void collect_constants();
  void find_input_and_outputs();
  void check_nodes();
  const onnx::AttributeProto* attribute(const Node& node, const std::string& name) const;
  Constant decode(const Node& user, const std::string& what, const onnx::TensorProto& tensor) const;
  Constant attribute_constant(const Node& maker) const;

  Model file_;
  const onnx::ModelProto& model_;
  const onnx::ValueInfoProto* input_ = nullptr;
  std::vector<std::string> outputs_;
  std::vector<const Node*> nodes_;
  std::map<std::string, const Node*> producers_;
  std::map<std::string, int> readers_;
  /// By tensor name; the tensor, or null and the Constant node in `constant_nodes_`.
  std::map<std::string, const onnx::TensorProto*> constants_;
  std::map<std::string, const Node*> constant_nodes_;
};

}  // namespace sluice::net
