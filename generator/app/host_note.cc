// SPDX-License-Identifier: Apache-2.0
#include "generator/app/host_note.h"

#include <fmt/format.h>

#include "generator/network/import_network.h"
#include "generator/network/node_problems.h"

namespace sluice::app {
namespace {

/// Results of the last layer, a byte each.
std::int64_t values_of(const net::Network& network) {
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  return std::int64_t{map.channels} * map.height * map.width;
}

}  // namespace

void add_no_host_option(CLI::App& command, bool& no_host) {
  command.add_flag("--no-host", no_host, "Refuse networks of which operators are left to the host");
}

net::Network load_network(const std::string& path, bool no_host) {
  net::Network network = net::import_network(path);
  std::vector<Problem> problems;
  for (const net::HostStep& step : network.result.host) {
    if (step.operation.empty()) continue;
    problems.push_back(net::node_problem(step.name, step.operation,
                                         "is left to the host, which --no-host refuses",
                                         "end the network before it"));
  }
  if (no_host && !problems.empty()) net::fail_nodes(path, std::move(problems));
  return network;
}

std::string host_text(const net::Network& network) {
  std::string text;
  for (const net::HostStep& step : network.result.host) {
    if (step.operation.empty()) continue;
    text += fmt::format(
        "  on the host, behind the last layer: '{}' ({}) of {} values, one byte each; it is in no "
        "figure above\n",
        step.name, step.operation, values_of(network));
  }
  return text;
}

void add_host(nlohmann::ordered_json& json, const net::Network& network) {
  for (const net::HostStep& step : network.result.host) {
    if (step.operation.empty()) continue;
    json["host"].push_back({{"node", step.name},
                            {"operator", step.operation},
                            {"why", "behind the last layer"},
                            {"bytes", values_of(network)}});
  }
}

}  // namespace sluice::app
