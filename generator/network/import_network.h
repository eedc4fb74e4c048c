// SPDX-License-Identifier: Apache-2.0
// Import of a quantised network, an ONNX or a TFLite file. docs: what is accepted is listed here
// and in the error messages.
#pragma once

#include <string>
#include <vector>

#include "generator/network/network.h"

namespace sluice::net {

/// Whether a file's name is that of such a network.
bool is_network_file(const std::string& path);

/// Reads an ONNX file (opset 11 or newer, batch size 1, one input, outputs), or a TFLite file as
/// the ONNX graph that tflite/translation.h makes of it. Throws UserError, with a problem for each
/// node that is not supported: its name (of a node without one, that of its output) and its
/// operator are "node" and "operator" of Problem::about.
///
/// The arithmetic is that of the operators, but a real scale becomes multiplier / 2^shift with a
/// multiplier of 20 bits, which is exact to one part in a million. That can change an output by one
/// step when the exact value is close to a half.
///
/// Accepted are activations of type uint8 or int8 with any zero point; weights of these types, of
/// up to 9 bits less their zero point; and
///  - operators on real numbers between DequantizeLinear and QuantizeLinear: real_parser.h;
///  - QLinearConv, QLinearMatMul, and of com.microsoft QGemm, QLinearAdd, QLinearMul,
///    QLinearAveragePool and QLinearGlobalAveragePool;
///  - ConvInteger or MatMulInteger, then Add (bias), Cast to float, Mul (scale), QuantizeLinear;
///  - the gated convolution described in import_gates.cc;
///  - QLinearConcat and Concat, Slice and Split, Resize that repeats positions, Pad with zeros, and
///    channel shuffles (import_shuffle.cc);
///  - MaxPool, Clip and Relu on quantised tensors: the last two narrow what the layer before may
///    give, and a map with at most 16 (4) different values is stored with 4 (2) bits;
///  - Identity, Flatten, Reshape, Squeeze and Unsqueeze to two dimensions and back;
///  - QuantizeLinear as first node: the network's input is then the quantised tensor; and
///    DequantizeLinear as last: its result is then the tensor before it. Their scales and zero
///    points are in Network::input and Network::results.
Network import_network(const std::string& path);

/// The same of a file with operators between layers that are left to the host: networks, of which
/// each takes the numbers that the one before gives (ResultFormat::host makes them), as its graph's
/// input, in the graph's order. The graph is cut behind such operators, where all that follows
/// depends on one tensor. import_network() refuses files of more than one.
std::vector<Network> import_chain(const std::string& path);

}  // namespace sluice::net
