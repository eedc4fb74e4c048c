// SPDX-License-Identifier: Apache-2.0
// The parser of an operator on real numbers, from the QuantizeLinear that ends it backwards:
//
//   operands     each behind a DequantizeLinear
//   operator     Conv, ConvTranspose, Gemm, MatMul, Add, Mul, PRelu, Concat, an average; or none:
//   the
//                operand itself; Conv, Gemm or MatMul with a Conv, Gemm or MatMul behind it whose
//                weights are a Hadamard matrix (import_hadamard.cc)
//   affine       Add, Sub, Mul, Div by constants, BatchNormalization
//   behind       Relu, Clip, MaxPool, Flatten, Reshape, Squeeze, Unsqueeze, Identity
//   y            QuantizeLinear
//
// All but the operator may be missing. Quantising commutes with what stands behind: maxima are of
// codes, and limits become codes. import_real.cc has the walk, real_operators.cc the operators.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/network/import_parts.h"
#include "generator/network/quantised_constant.h"

namespace sluice::net {

/// The sums of a convolution or matrix product, whose real numbers are sums times `steps`, plus
/// `bias`, one a channel.
struct RealSums {
  Sums sums;
  std::vector<double> steps, bias;
};

class RealParser {
 public:
  RealParser(Import& import, const Graph::Node& quantize);

  void parse();

 private:
  void walk_back();
  const Graph::Node* next() const;
  MapTensor apply_behind(MapTensor map);

  RealSums sums_of(const Graph::Node& node);
  RealSums convolution_sums_of(const Graph::Node& node);
  RealSums dense_sums_of(const Graph::Node& node);
  const Graph::Node* sums_before(const Graph::Node& node, std::vector<const Graph::Node*>& between);
  std::optional<RealSums> transformed(const Graph::Node& node);
  void transform(const Graph::Node& node, const QuantisedConstant& weights, std::size_t size,
                 double factor, RealSums& real);

  // Each adds the layer of an operator and returns its output.
  MapTensor product_of_weights(const Graph::Node& node);
  MapTensor addition(const Graph::Node& node);
  MapTensor product(const Graph::Node& node);
  MapTensor prelu(const Graph::Node& node);
  MapTensor average(const Graph::Node& node);
  MapTensor channel_sum(const Graph::Node& node, const RealMap& x);
  MapTensor concatenation(const Graph::Node& node);
  MapTensor transposed_convolution(const Graph::Node& node);
  MapTensor extreme(const Graph::Node& node);
  MapTensor interpolation(const Graph::Node& node);
  MapTensor operand_itself();

  void check_nothing_behind(const char* what) const;
  ChannelScaling affine(int channels, bool flat);
  void append(const Graph::Node& node, ChannelScaling& all, bool flat);
  bool limit_in_place(const RealMap& real);
  MapTensor finish_scaled(const Graph::Node& node, Sums sums, const RealMap& x);
  /// Adds the layer of these sums.
  MapTensor finish_sums(const Graph::Node& node, RealSums real, const std::string& tensor);
  std::vector<double> real_bias(const Graph::Node& node, int index, int channels);

  Import& import_;
  const Graph& graph_;
  const Graph::Node& quantize_;
  double scale_ = 1;
  OutputFormat format_;
  const Graph::Node* user_;  ///< the node that reads what is looked at, at input index_
  int index_ = 0;
  std::vector<const Graph::Node*> behind_;  ///< the last one first
  std::vector<const Graph::Node*> affine_;  ///< the last one first
  std::vector<const Graph::Node*> taken_;
};

}  // namespace sluice::net
