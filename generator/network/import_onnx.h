// SPDX-License-Identifier: Apache-2.0
// Import of a quantised ONNX network. docs: what is accepted is listed here and in the error
// messages.
#pragma once

#include <string>
#include <vector>

#include "generator/network/network.h"

namespace sluice::net {

/// A node that is not supported.
struct NodeProblem {
  std::string node;       ///< its name; of a node without one, that of its output
  std::string op_type;    ///< "Conv"
  std::string subject;    ///< "node 'conv1' (Conv)"
  std::string message;    ///< what is not supported, and what is
  std::string help = {};  ///< how to mend it; may be empty
};

/// A file that is not a supported network. The message names the file, the nodes with their
/// operators, what is not supported and what is.
struct ImportError {
  std::string message;
  std::string file = {};
  std::vector<NodeProblem> problems = {};  ///< those of the message, if it is about nodes

  /// The message with the remedies below the nodes that they are for.
  std::string text() const;
};

/// Reads an ONNX file (opset 11 or newer, batch size 1, one input, one output). Throws ImportError.
///
/// The arithmetic is that of the operators, with two documented differences:
///  - ONNX rounds halves to even, requantisation here rounds them up;
///  - a real scale becomes multiplier / 2^shift with a 16-bit multiplier, which is exact to one
///  part
///    in 65536.
/// Either can change an output by one step when the exact value is close to a half.
///
/// Accepted are activations of type uint8 or int8 with any zero point; weights of type int8 with
/// zero point 0 or uint8 with zero point 128; and the operators
///  - QLinearConv and QLinearMatMul;
///  - ConvInteger or MatMulInteger, then Add (bias), Cast to float, Mul (scale), QuantizeLinear;
///  - the gated convolution described in import_sums.cc;
///  - MaxPool, and GlobalAveragePool or AveragePool between DequantizeLinear and QuantizeLinear;
///  - Clip and Relu on quantised tensors: they narrow what the layer before may give, and a map
///  with
///    at most 16 (4) different values is stored with 4 (2) bits;
///  - Identity, and Flatten or Reshape to two dimensions;
///  - QuantizeLinear as first node: the network's input is then the quantised tensor; and
///    DequantizeLinear as last: its result is then the tensor before it. Their scales and zero
///    points are in Network::input and Network::result.
Network import_onnx(const std::string& path);

}  // namespace sluice::net
