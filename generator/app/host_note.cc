// SPDX-License-Identifier: Apache-2.0
#include "generator/app/host_note.h"

#include <fmt/format.h>

namespace sluice::app {
namespace {

/// Results of the last layer, a byte each.
std::int64_t values_of(const net::Network& network) {
  const net::FeatureMap& map = network.maps[network.layers.back().output];
  return std::int64_t{map.channels} * map.height * map.width;
}

}  // namespace

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
