// SPDX-License-Identifier: Apache-2.0
// What no layer computes is left to the host: in front of the first layer, behind the last, and
// between them, where a graph becomes several networks.
#include <fmt/format.h>

#include <algorithm>

#include "generator/network/cut.h"
#include "generator/network/import_parts.h"
#include "generator/network/node_problems.h"

namespace sluice::net {
namespace {

using Node = Graph::Node;

/// The node that a problem is about, or of one that only scales what it reads that which gives
/// this; null if it is about none.
const Node* node_of(const Graph& graph, const Problem& problem) {
  const auto about = std::find_if(problem.about.begin(), problem.about.end(),
                                  [](const auto& each) { return each.first == "node"; });
  if (about == problem.about.end()) return nullptr;
  const auto node = std::find_if(graph.nodes().begin(), graph.nodes().end(), [&](const Node* each) {
    return Graph::name_of(*each) == about->second;
  });
  if (node == graph.nodes().end()) return nullptr;
  if (!is_of(**node, {"DequantizeLinear", "QuantizeLinear"})) return *node;
  return graph.producer(Graph::input_of(**node, 0));
}

/// The nodes that an error is about and that the host may compute behind the last layer. None if
/// the error is about something else, too.
std::set<std::string> host_nodes_of(const Import& import, const UserError& error) {
  std::set<std::string> names;
  for (const Problem& problem : error.problems()) {
    const Node* node = node_of(import.graph, problem);
    if (node == nullptr || !import.behind_layers.contains(Graph::name_of(*node))) return {};
    names.insert(Graph::name_of(*node));
  }
  return names;
}

/// Of what one place does not take, and what the next one tried does not: the first says more, but
/// where it is only that nothing takes the node there.
[[noreturn]] void fail_with(const std::optional<UserError>& first, const UserError& later) {
  if (!first) throw later;
  const bool has_node = !later.problem().about.empty();
  const std::string& message = first->problem().message;
  if (has_node && (message.starts_with(kNoPattern) || message.starts_with(kOnlyOnHost)))
    throw later;
  throw *first;
}

/// A network with what is left to the host at its ends: the import begins again for each more.
Network import_part(const Model& model) {
  const Graph graph(model);
  const std::set<std::string> behind_layers = names_behind_layers(graph);
  std::set<std::string> on_host;
  std::optional<UserError> of_layer;
  for (;;) {
    Import import(graph);
    import.behind_layers = behind_layers;
    import.on_host = on_host;
    try {
      return import_once(import);
    } catch (const UserError& error) {
      const std::set<std::string> nodes = host_nodes_of(import, error);
      const std::size_t before = on_host.size();
      on_host.insert(nodes.begin(), nodes.end());
      if (on_host.size() == before) fail_with(of_layer, error);
      if (!of_layer) of_layer = error;
    }
  }
}

/// What a problem with an operator is where the host cannot compute it for the maps around it.
void add_crossing(Problem& problem, const Cut& cut) {
  problem.message += fmt::format(
      "; the host computes between layers where all that follows depends on its result alone, "
      "here '{}' is read behind it, too",
      cut.crossing);
}

/// Where to cut a graph, one of these, so that what an error is about is left to the host. Throws
/// what the error says if some of it is not.
std::vector<Cut> places_of_cut(const Graph& graph, const std::string& path,
                               const UserError& error) {
  const std::set<std::string> late = names_behind_layers(graph);
  std::vector<Problem> problems = error.problems();
  std::vector<Cut> places;
  bool all_hosted = true, has_crossing = false;
  for (Problem& problem : problems) {
    const Node* node = node_of(graph, problem);
    const bool hosted = node != nullptr && may_stay_on_host(graph, *node);
    const std::vector<Cut> cuts = hosted ? cuts_behind(graph, *node) : std::vector<Cut>{};
    if (!cuts.empty() && cuts.front().crossing.empty()) {
      if (places.empty()) places = cuts;
      continue;
    }
    if (!hosted || !late.contains(Graph::name_of(*node))) all_hosted = false;
    if (cuts.empty() || problem.message != kOnlyOnHost) continue;
    add_crossing(problem, cuts.front());
    has_crossing = true;
  }
  if (all_hosted && !places.empty()) return places;
  if (has_crossing) fail_nodes(path, std::move(problems));
  throw error;
}

/// Whether a network can begin with what this one gives: a map, or the values of a position.
bool gives_map(const Network& network) {
  const HostProgram& host = network.results.front().host;
  return host.empty() || host.dims.size() == 4 || host.dims.size() == 2;
}

/// Cuts a model into stages; `first` is what the first cut was made for.
std::vector<Network> stages_of(const Model& whole, std::optional<UserError>& first) {
  std::vector<Network> stages;
  Model rest = whole, last = whole;
  for (;;) {
    try {
      stages.push_back(import_part(rest));
      return stages;
    } catch (const UserError& error) {
      const std::vector<Cut> places = places_of_cut(Graph(rest), whole.path, error);
      const bool host_only = is_all_on_host(Graph(part_before(rest, places.front().tensor)));
      if (host_only && stages.empty()) throw;
      if (!first) first = error;
      // Operators of the host that follow each other are of one stage
      if (host_only)
        stages.pop_back();
      else
        last = rest;
      auto place = places.begin();
      Network stage = import_part(part_before(last, place->tensor));
      while (!gives_map(stage) && place + 1 != places.end())
        stage = import_part(part_before(last, (++place)->tensor));
      rest = part_behind(rest, place->tensor, stage);
      stages.push_back(std::move(stage));
    }
  }
}

}  // namespace

std::vector<Network> import_chain(const std::string& path) {
  std::optional<UserError> first;
  try {
    return stages_of(read_model(path), first);
  } catch (const UserError& error) {
    fail_with(first, error);
  }
}

namespace {

void add_problems(std::vector<Problem>& problems, const HostProgram& program) {
  for (const HostStep& step : program.steps)
    if (!step.operation.empty())
      problems.push_back(node_problem(
          step.name, step.operation,
          "is left to the host between layers, which accuracy, estimate, run, compile, "
          "sweep and report take, and no others",
          "let the network begin behind it or end before it"));
}

/// The network of a chain of one. Throws UserError, with a problem for each operator between, if
/// there are more.
Network only_network(const std::string& path, std::vector<Network> stages) {
  if (stages.size() == 1) return std::move(stages.front());
  std::vector<Problem> problems;
  for (const Network& stage : stages) {
    if (stage.input.chained) add_problems(problems, stage.input.host);
    for (const ResultFormat& result : stage.results)
      if (result.chained) add_problems(problems, result.host);
  }
  fail_nodes(path, std::move(problems));
}

}  // namespace

Network import_network(const std::string& path) { return only_network(path, import_chain(path)); }

}  // namespace sluice::net
