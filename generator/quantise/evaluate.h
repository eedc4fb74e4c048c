// SPDX-License-Identifier: Apache-2.0
// What a float network gives for an image, in float32. Products of matrices are Eigen's; all else
// is written from the definitions of the ONNX operators.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "generator/quantise/float_network.h"
#include "generator/quantise/tensor.h"

namespace sluice::quantise {

class Evaluator {
 public:
  /// Gets the results of nodes, one after the other.
  using Observer = std::function<void(const std::string& tensor, const Tensor& value)>;

  /// Computes what depends on constants alone. Throws UserError with all nodes whose operators it
  /// does not know. The network must stay.
  explicit Evaluator(const FloatNetwork& network);

  /// The network's result. Throws UserError where a node does not fit its inputs.
  Tensor run(const Tensor& input, const Observer& observer = nullptr) const;

  /// Tensors that depend on constants alone, those of the network not among them.
  const std::map<std::string, Tensor>& computed() const { return computed_; }

 private:
  bool is_known(const std::string& tensor) const;
  void evaluate(const Node& node, std::map<std::string, Tensor>& values) const;
  const Tensor& find(const Node& node, const std::string& tensor,
                     const std::map<std::string, Tensor>& values) const;

  const FloatNetwork& network_;
  std::vector<const Node*> nodes_;  ///< that depend on the input
  std::map<std::string, Tensor> computed_;
  std::map<std::string, std::size_t> last_reader_;  ///< the node behind which a tensor may go
};

/// Operators that Evaluator knows.
std::vector<std::string> evaluated_operators();

}  // namespace sluice::quantise
