// SPDX-License-Identifier: Apache-2.0
// What the nodes of a graph show by themselves, before any becomes a layer.
#pragma once

#include <set>
#include <string>

#include "generator/network/onnx_graph.h"

namespace sluice::net {

/// Whether anything in a graph is.
bool is_quantised(const Graph& graph);

/// Throws UserError with all nodes that are not supported whatever stands around them: their
/// operator is not among `supported`, they are float operators in a file that is not quantised, or
/// their attributes or constants are refused. Nodes `behind_layers` may be left to the host.
void check_nodes(const Graph& graph, const std::set<std::string>& supported,
                 const std::set<std::string>& behind_layers);

}  // namespace sluice::net
