// SPDX-License-Identifier: Apache-2.0
// Where a graph is cut in two, so that the host computes between layers.
#pragma once

#include <string>
#include <vector>

#include "generator/network/onnx_graph.h"

namespace sluice::net {

/// A tensor that the host gives, and what is wrong with it as the only one between two parts.
struct Cut {
  std::string tensor;
  std::string crossing;  ///< one that is given in front of it and read behind it; empty: none is
};

/// The places behind a node that the host computes at which all that follows depends on one tensor,
/// in their order; if there is none, the first place at all. Empty if no layer stands behind the
/// node.
std::vector<Cut> cuts_behind(const Graph& graph, const Graph::Node& node);

/// Whether the host could compute all of a graph: there is no layer in it.
bool is_all_on_host(const Graph& graph);

}  // namespace sluice::net
