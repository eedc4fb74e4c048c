// SPDX-License-Identifier: Apache-2.0
// Estimates of whole networks, with the gates of an image.
#include "generator/estimate/estimate.h"
#include "generator/estimate/program_costs.h"
#include "generator/estimate/totals.h"

namespace sluice::estimate {
namespace {

const char* kind_text(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& in = network.maps[layer.input];
  const bool whole = layer.kernel_h == in.height && layer.kernel_w == in.width;
  return net::spelling_of(layer.kind, {in.channels, layer.groups, whole});
}

LayerEstimate begin(const net::Network& network, const net::Layer& layer, const GateMap& gates) {
  LayerEstimate result;
  result.name = layer.name;
  result.kind = kind_text(network, layer);
  result.macs = result.macs_done = net::macs_of(network, layer);
  if (gates.size() > 0) count_gates(result, gates, layer.gate->partitions);
  return result;
}

}  // namespace

Estimate estimate(const Plan& plan, const net::Network& network, const std::vector<GateMap>& gates,
                  const std::vector<std::vector<double>>& density, const Options& options) {
  const bool gated = options.gates && plan.config.gating;
  Estimate result;
  result.network = network.name;
  result.programs = 1;
  std::vector<const GateMap*> maps;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    maps.push_back(&gates[k]);
    result.layers.push_back(begin(network, network.layers[k], gated ? gates[k] : GateMap{}));
    result.compared = result.compared || (options.compare && result.layers[k].gated);
  }
  compiler::Options how;
  how.gated = gated;
  how.local = options.local;
  how.values = false;
  if (gated) how.density = density;
  const ProgramCost with = cost_of(plan, network, maps, how, options);
  how.gated = false;
  how.density.clear();
  const ProgramCost without = result.compared ? cost_of(plan, network, maps, how, options) : with;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    LayerEstimate& layer = result.layers[k];
    layer.with = with.layers[k].cost;
    layer.without = without.layers[k].cost;
    layer.bits = with.layers[k].mode;
    const auto host = static_cast<std::size_t>(with.layers[k].host);
    if (host != k) layer.computed_with = network.layers[host].name;
    layer.peak = peak_of(plan, layer.bits);
  }
  result.command_bytes = with.command_bytes;
  result.command_accesses = with.command_accesses;
  add_totals(result);
  return result;
}

}  // namespace sluice::estimate
