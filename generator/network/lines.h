// SPDX-License-Identifier: Apache-2.0
// Networks of one dimension (Conv1d): tensors of (batch, channels, length) as maps of one row.
#pragma once

#include "generator/network/onnx_proto.h"

namespace sluice::net {

/// Rewrites a graph whose input has three dimensions as one of four: (batch, channels, 1, length).
/// Kernels, windows, axes and constants get the dimension more. Other graphs stay as they are; what
/// cannot be rewritten is left to who reads the graph, which refuses it. Whether it did.
bool make_maps_of_lines(onnx::GraphProto& graph);

}  // namespace sluice::net
