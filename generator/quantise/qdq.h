// SPDX-License-Identifier: Apache-2.0
// The quantised form of a network: standard ONNX, with QuantizeLinear and DequantizeLinear around
// its operators, as onnxruntime's quantize_static writes it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "generator/quantise/float_network.h"
#include "generator/quantise/plan.h"
#include "generator/quantise/weights.h"

namespace sluice::quantise {

struct QdqOptions {
  std::vector<Grid> grids;                       ///< of the plan's groups
  std::map<std::size_t, WeightOptions> weights;  ///< by node; axis and least scales are not used
  bool is_signed = false;                        ///< of activations: INT8, else UINT8
};

/// A network with codes, and where they are.
struct QdqNetwork {
  FloatNetwork network;
  std::map<std::string, std::string> real_of;  ///< of a quantised tensor, what its codes stand for
  std::map<std::size_t, double> clipped;  ///< share of the weights of a node beyond their range
  std::map<std::size_t, int> splits;      ///< of a node's input channels
};

/// The input stays FLOAT, with QuantizeLinear behind; so does the output, behind DequantizeLinear.
/// Weights are INT8 constants behind DequantizeLinear, with a scale for each output channel or one;
/// biases INT32, with the scale of the input times that of the weights. Maps of 4 bits have a Clip
/// before QuantizeLinear.
QdqNetwork write_qdq(const FloatNetwork& network, const Plan& plan, const QdqOptions& options);

/// The file of a network. An operator set before 13, which has no scales along an axis, becomes 13.
std::string onnx_file(const FloatNetwork& network);

}  // namespace sluice::quantise
