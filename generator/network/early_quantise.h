// SPDX-License-Identifier: Apache-2.0
// Quantisers leave a max pool or a Pad of a network's input in real numbers, and quantise behind.
#pragma once

#include "generator/network/onnx_proto.h"

namespace sluice::net {

/// Moves the QuantizeLinear behind a MaxPool or a Pad with zeros of a graph's input in front of it.
/// That changes no value: codes are in the order of the numbers, and 0 has a code of its own.
void quantise_input_first(onnx::GraphProto& graph);

}  // namespace sluice::net
