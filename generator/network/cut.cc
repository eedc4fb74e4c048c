// SPDX-License-Identifier: Apache-2.0
#include "generator/network/cut.h"

#include <algorithm>
#include <set>

#include "generator/network/import_parts.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

bool reads_any(const Node& node, const std::set<std::string>& tensors) {
  return std::any_of(node.input().begin(), node.input().end(),
                     [&](const std::string& input) { return tensors.contains(input); });
}

/// Tensors that depend on the graph's input.
std::set<std::string> varying(const Graph& graph) {
  std::set<std::string> tensors = {graph.input().name()};
  for (const Node* node : graph.nodes())
    if (reads_any(*node, tensors)) tensors.insert(node->output().begin(), node->output().end());
  return tensors;
}

/// The tensors that a tensor is computed of, and itself.
std::set<std::string> sources_of(const Graph& graph, const std::string& tensor) {
  std::set<std::string> tensors = {tensor};
  for (auto at = graph.nodes().rbegin(); at != graph.nodes().rend(); ++at) {
    const auto& outputs = (*at)->output();
    const bool gives = std::any_of(outputs.begin(), outputs.end(), [&](const std::string& output) {
      return tensors.contains(output);
    });
    if (gives) tensors.insert((*at)->input().begin(), (*at)->input().end());
  }
  return tensors;
}

/// A tensor that varies, as those of `vary`, beside `cut`, and is both given without it and read
/// behind it.
std::string crossing_of(const Graph& graph, const std::set<std::string>& vary,
                        const std::string& cut) {
  const std::set<std::string> before = sources_of(graph, cut);
  // Behind the cut; outputs of other nodes are given in front of it, or beside it
  std::set<std::string> behind = {cut};
  for (const Node* node : graph.nodes())
    if (reads_any(*node, behind)) behind.insert(node->output().begin(), node->output().end());
  for (const Node* node : graph.nodes()) {
    if (node->output_size() == 0 || !behind.contains(node->output(0)) ||
        before.contains(node->output(0)))
      continue;
    for (const std::string& input : node->input())
      if (vary.contains(input) && !behind.contains(input)) return input;
  }
  const auto beside =
      std::find_if_not(graph.outputs().begin(), graph.outputs().end(),
                       [&](const std::string& output) { return behind.contains(output); });
  return beside == graph.outputs().end() ? "" : *beside;
}

/// Whether layers may read a tensor: nobody does who may be left to the host himself.
bool is_read_by_layers(const Graph& graph, const std::string& tensor) {
  bool read = false;
  for (const Node* node : graph.nodes()) {
    if (std::find(node->input().begin(), node->input().end(), tensor) == node->input().end())
      continue;
    read = true;
    if (may_stay_on_host(graph, *node)) return false;
  }
  return read && !graph.is_output(tensor);
}

}  // namespace

std::vector<Cut> cuts_behind(const Graph& graph, const Node& node) {
  const std::set<std::string> vary = varying(graph);
  std::vector<Cut> cuts, crossed;
  std::set<std::string> computed;
  for (const Node* each : graph.nodes()) {
    const bool follows = reads_on_host(graph, *each) && reads_any(*each, computed);
    if (each != &node && !follows) continue;
    computed.insert(each->output().begin(), each->output().end());
    if (!may_stay_on_host(graph, *each)) continue;
    for (const std::string& tensor : each->output()) {
      if (tensor.empty() || !is_read_by_layers(graph, tensor)) continue;
      Cut cut{tensor, crossing_of(graph, vary, tensor)};
      (cut.crossing.empty() ? cuts : crossed).push_back(std::move(cut));
    }
  }
  if (cuts.empty() && !crossed.empty()) cuts = {crossed.front()};
  return cuts;
}

bool is_all_on_host(const Graph& graph) {
  return std::all_of(graph.nodes().begin(), graph.nodes().end(),
                     [&](const Node* node) { return reads_on_host(graph, *node); });
}

}  // namespace sluice::net
