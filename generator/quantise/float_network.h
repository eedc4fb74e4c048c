// SPDX-License-Identifier: Apache-2.0
// A float ONNX network in memory, as its quantisation changes it: nodes in execution order, and
// constants by name. The batch is one image.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "generator/network/onnx_graph.h"
#include "generator/quantise/tensor.h"

namespace sluice::quantise {

using Node = onnx::NodeProto;

struct FloatNetwork {
  std::shared_ptr<const net::Graph> graph;  ///< the file: reads attributes, names it in messages
  int opset = 0, ir_version = 0;
  std::vector<Node> nodes;
  std::map<std::string, Tensor> constants;
  std::string input, output;
  Dims input_dims;  ///< with the batch, 1

  bool is_constant(const std::string& tensor) const { return constants.contains(tensor); }
  /// The constant at input `index` of a node; null if there is none, or it is computed.
  const Tensor* constant(const Node& node, int index) const;
  /// Index of the node that makes a tensor; -1 for the input and constants.
  int producer(const std::string& tensor) const;
  /// How many inputs of nodes, and outputs of the network, a tensor is.
  int readers(const std::string& tensor) const;
  /// A name that no tensor has, of this one with an ending.
  std::string fresh(const std::string& tensor, const std::string& ending) const;
};

/// Reads a float network. Throws UserError: if it is quantised already, has more than one input or
/// output, or an input whose size is left open.
FloatNetwork read_float_network(const std::string& path);

/// "conv1", of a node without a name that of its output.
std::string name_of(const Node& node);

/// A node with its output and inputs.
Node make_node(const std::string& type, const std::string& name,
               const std::vector<std::string>& inputs, const std::string& output);

void set_attribute(Node& node, const std::string& name, std::int64_t value);
void set_attribute(Node& node, const std::string& name, const Dims& values);
void remove_attribute(Node& node, const std::string& name);

}  // namespace sluice::quantise
